// Source cards: beside the answer on wide screens, in a sheet on narrow ones; and the preview of a marker.

import { $, bdi, calm, direction, h, marked } from "./dom.js";
import { card } from "./card.js";
import { datedWords, n, w } from "./words.js";

export { quoteWithSource, readHere } from "./card.js";

const wide = matchMedia("(min-width: 1120px)");
const PREVIEWED = 260; // letters of a quote
let shown = null;
let left = null; // the marker from which the reader went to a quote

/** Shows the sources of `answer` beside the conversation, or in the sheet's place until it is opened. */
export function showSources(answer, announce, { again = false } = {}) {
  if (shown === answer && !again) return;
  shown = answer;
  const articles = citedArticles(answer).map((id) => answer.citations.filter((citation) => citation.article_id === id));
  const cards = (prefix) => articles.map((citations) => card(citations, { id: ({ marker }) => `${prefix}-${answer.id}-${marker}`, number: ({ marker }) => marker, announce }));
  $("cards").replaceChildren(...cards("src"));
  for (const { marker } of answer.citations) pair(answer, marker);
  $("sheet-cards").replaceChildren(...cards("sheet"));
  $("sources").hidden = !answer.citations.length;
  for (const title of [$("sources-title"), $("sheet-title")]) title.textContent = n("sources_count", articles.length);
}

/** The markers of a quote light up while the pointer is over it beside the answer, and the quote over them. */
function pair(answer, marker) {
  const quote = $(`src-${answer.id}-${marker}`);
  const light = (on) => {
    for (const link of document.querySelectorAll(`a.marker[href="#${CSS.escape(quote.id)}"]`)) link.classList.toggle("on", on);
  };
  quote.addEventListener("pointerenter", () => light(true));
  quote.addEventListener("pointerleave", () => light(false));
}

const near = (answer, marker, on) => $(`src-${answer.id}-${marker}`)?.classList.toggle("near", on);

export function hideSources() {
  shown = null;
  $("sources").hidden = true;
  if ($("sheet").open) $("sheet").close();
}

/** The articles that an answer quotes, each once, by id. */
const citedArticles = (answer) => [...new Set(answer.citations.map((citation) => citation.article_id))];

export const sourceCount = (answer) => citedArticles(answer).length;

/** Leads to the card of `marker`: beside the answer, or in the sheet that opens for it. */
export function goToSource(answer, marker, announce) {
  if (shown !== answer) showSources(answer, announce);
  if (!wide.matches && !$("sheet").open) $("sheet").showModal();
  const target = $(`${wide.matches ? "src" : "sheet"}-${answer.id}-${marker}`);
  if (!target) return;
  target.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "nearest" });
  target.focus({ preventScroll: true });
  target.classList.remove("flash");
  void target.offsetWidth; // starts the animation again
  target.classList.add("flash");
}

/** A marker's link: leads to its card, previews its quote under the pointer or the focus. */
export function markerLink(answer, citation, announce) {
  const label = w("marker", { n: citation.marker, title: citation.title });
  const link = h("a", { class: "marker", href: `#src-${answer.id}-${citation.marker}`, "aria-label": label }, String(citation.marker));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    hidePreview();
    left = link;
    goToSource(answer, citation.marker, announce);
    document.dispatchEvent(new CustomEvent("mustanad:citation", { detail: { answer, citation } }));
  });
  const look = () => { showPreview(link, citation); near(answer, citation.marker, true); };
  const leave = () => { hidePreview(); near(answer, citation.marker, false); };
  link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && look());
  link.addEventListener("focus", () => link.matches(":focus-visible") && look());
  link.addEventListener("pointerleave", leave);
  link.addEventListener("blur", leave);
  return link;
}

function showPreview(link, citation) {
  const preview = $("preview");
  const facts = [citation.source, datedWords(citation.published)].filter(Boolean);
  preview.replaceChildren(
    h("strong", { dir: "auto" }, citation.title),
    h("span", {}, facts.map((fact, at) => [at ? " · " : "", bdi(fact)]).flat()),
    h("q", { dir: direction(citation.language), lang: citation.language }, h("mark", {}, marked(citation.quote.length > PREVIEWED ? `${citation.quote.slice(0, PREVIEWED)}…` : citation.quote, [], null))),
  );
  preview.hidden = false;
  const place = link.getBoundingClientRect();
  const size = preview.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left + place.width / 2 - size.width / 2), innerWidth - size.width - 8);
  const above = place.top - size.height - 8;
  preview.style.left = `${left + scrollX}px`;
  preview.style.top = `${(above > 64 ? above : place.bottom + 8) + scrollY}px`;
}

export function hidePreview() {
  $("preview").hidden = true;
}

/** Escape takes the reader from a quote back to the marker that led there. */
function backToMarker(event) {
  if (event.key !== "Escape") return;
  hidePreview();
  if (!left?.isConnected || !document.activeElement?.closest("#cards .cited")) return;
  event.preventDefault();
  left.focus();
  left.scrollIntoView({ block: "nearest" });
}

addEventListener("keydown", backToMarker);
wide.addEventListener("change", () => wide.matches && $("sheet").open && $("sheet").close());
