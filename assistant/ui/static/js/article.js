// Makes the article page a little better; everything on it works without this.
import { putAside } from "./basket_store.js";
import { recall } from "./store.js";

const hash = decodeURIComponent(location.hash.slice(1));
// A link to a page leads to its picture, and where there is none to the quote.
const target = document.getElementById(hash) ?? (/^page-\d+$/.test(hash) ? document.querySelector("mark") : null);
if (target) {
  target.closest("details")?.setAttribute("open", "");
  // Once all is loaded, for until then browsers scroll to the fragment themselves, again and again.
  if (document.readyState === "complete") place();
  else addEventListener("load", () => document.fonts.ready.then(place), { once: true });
} else if (/^\d+-\d+$/.test(hash)) {
  // An address with the span in its fragment alone: only the query reaches the server, which marks it.
  const address = new URL(location.href);
  address.searchParams.append("quote", hash);
  if (!new URL(location.href).searchParams.getAll("quote").includes(hash)) location.replace(address);
}

/** A quote near the top is shown with the title; any other with some of what stands before it. */
function place() {
  const { top, bottom } = target.getBoundingClientRect();
  scrollTo(0, bottom + scrollY < innerHeight * 0.8 ? 0 : top + scrollY - innerHeight * 0.3);
}

// Back to where the reader was in the chat: its address is kept by the chat itself, in this browser.
const back = document.getElementById("back");
const at = recall("mustanad.at");
if (back && at) back.href += at;

/** The quote that the reader has selected, as a span of the article in code points, or null. */
function selected() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const [start, end] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
  return start === null || end === null || start >= end ? null : { start, end };
}

/** Where a place of the page stands in the article; what only the page shows (links between marks) does not count. */
function offset(node, at) {
  const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("p[data-start]");
  if (!paragraph) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, at);
  const copy = before.cloneContents();
  for (const step of copy.querySelectorAll(".steps")) step.remove();
  return Number(paragraph.dataset.start) + [...copy.textContent].length;
}

const facts = document.getElementById("facts");
const aside = document.getElementById("put-aside");
if (facts && aside) {
  const source = JSON.parse(facts.textContent);
  let span = null;
  document.addEventListener("selectionchange", () => {
    span = selected() ?? marked();
    aside.hidden = !span;
    if (span) aside.textContent = aside.dataset.label;
  });
  aside.hidden = !marked();
  aside.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  aside.addEventListener("click", () => {
    span = selected() ?? marked();
    if (!span) return;
    putAside([{ ...source, ...span, quote: wordsOf(span) }]);
    aside.textContent = aside.dataset.done;
  });
}

/** The words of a span, as the page shows them; what is exported is cut out of the article anew. */
function wordsOf({ start, end }) {
  const parts = [...document.querySelectorAll("p[data-start]")].map((paragraph) => {
    const copy = paragraph.cloneNode(true);
    for (const step of copy.querySelectorAll(".steps")) step.remove();
    const first = Number(paragraph.dataset.start);
    return [...copy.textContent].slice(Math.max(0, start - first), Math.max(0, end - first)).join("");
  });
  return parts.filter(Boolean).join("\n");
}

/** The quote that the address names. */
function marked() {
  if (target?.localName !== "mark") return null;
  const [start, end] = [offset(target, 0), offset(target, target.childNodes.length)];
  return start === null || end === null ? null : { start, end };
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
