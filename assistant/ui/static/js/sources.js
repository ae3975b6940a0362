// Source cards: beside the answer on wide screens, in a sheet on narrow ones; and the preview of a marker.

import { $, bdi, calm, copyText, direction, h, icon, webAddress } from "./dom.js";
import { dateWords, languageName, n, w } from "./words.js";

const CONTEXT = 110; // characters shown at each side of a quote
const wide = matchMedia("(min-width: 1120px)");
let shown = null;

/** Our own page of the article with the quote marked, and the others of the same answer; works without JavaScript. */
export function articleAddress(citation, siblings = [citation]) {
  const span = (each) => `${each.start}-${each.end}`;
  const query = new URLSearchParams([...siblings.flatMap((each) => each.link ?? [["quote", span(each)]]), ["lang", document.documentElement.lang]]);
  return `article/${encodeURIComponent(citation.article_id)}?${query}#${span(citation)}`;
}

const clipStart = (text) => (text.length > CONTEXT ? `…${text.slice(-CONTEXT).replace(/^\S*\s/u, "")}` : text);
const clipEnd = (text) => (text.length > CONTEXT ? `${text.slice(0, CONTEXT).replace(/\s\S*$/u, "")}…` : text);

/** The quote marked among the words around it. */
export function quoteInContext(citation) {
  return h(
    "blockquote",
    { lang: citation.language, dir: direction(citation.language) },
    clipStart((citation.before ?? "").replace(/\s+/gu, " ")),
    h("mark", {}, citation.quote),
    clipEnd((citation.after ?? "").replace(/\s+/gu, " ")),
  );
}

export function aboutSource(source) {
  const facts = [source.source, source.author, dateWords(source.published), source.language !== "und" && languageName(source.language)];
  return h("p", { class: "about" }, facts.filter(Boolean).map((fact) => h("span", {}, bdi(fact))));
}

/**
 * The card of an article: its title and facts, and each of `citations` in its context. `lead` stands before the title,
 * `number(citation)` before a quote, and `id(citation)` makes a quote the target of its marker.
 */
export function card(citations, { id = () => null, number = () => null, lead = null, announce = () => {} } = {}) {
  const [source] = citations;
  const address = articleAddress(source, citations);
  return h(
    "article",
    { class: "card" },
    h("header", {}, lead, h("h3", { dir: direction(source.language), lang: source.language }, h("a", { href: address, target: "_blank" }, source.title))),
    aboutSource(source),
    source.twins?.length ? h("p", { class: "small twins" }, n("twins_count", source.twins.length), ": ", source.twins.map((twin, at) => [at ? w("list_comma") : "", bdi(twin.source || twin.title)]).flat()) : null,
    citations.map((citation) => cited(citation, citations, { id: id(citation), number: number(citation), announce })),
  );
}

function cited(citation, siblings, { id, number, announce }) {
  const original = webAddress(citation.url);
  return h(
    "section",
    { class: "cited", id, tabindex: id ? "-1" : null, "aria-label": number ? w("marker", { n: number, title: citation.title }) : null },
    number ? h("span", { class: "number" }, String(number)) : null,
    quoteInContext(citation),
    h(
      "p",
      { class: "links" },
      h("a", { href: articleAddress(citation, siblings), target: "_blank" }, icon("book"), w("open_article")),
      original ? h("a", { href: webAddress(citation.original) ?? original, target: "_blank", rel: "noopener noreferrer nofollow" }, icon("out"), w("open_original")) : null,
      copyButton(citation, announce),
    ),
  );
}

function copyButton(citation, announce) {
  const button = h("button", { type: "button" }, icon("copy"), h("span", {}, w("copy_quote")));
  button.addEventListener("click", async () => {
    const words = (await copyText(quoteWithSource(citation))) ? w("copied") : w("copy_failed");
    announce(words);
    button.lastChild.textContent = words;
    setTimeout(() => { button.lastChild.textContent = w("copy_quote"); }, 2000);
  });
  return button;
}

export function quoteWithSource(citation) {
  const [open, close] = citation.language === "ar" ? ["«", "»"] : ["“", "”"];
  const facts = [citation.title, citation.source, dateWords(citation.published)].filter(Boolean).join(" · ");
  return `${open}${citation.quote}${close}\n— ${facts}\n${new URL(articleAddress(citation), location.href)}`;
}

/** Shows the sources of `answer` beside the conversation, or in the sheet's place until it is opened. */
export function showSources(answer, announce) {
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
  const facts = [citation.source, dateWords(citation.published)].filter(Boolean);
  preview.replaceChildren(
    h("strong", { dir: "auto" }, citation.title),
    h("span", {}, facts.map((fact, at) => [at ? " · " : "", bdi(fact)]).flat()),
    h("q", { dir: direction(citation.language), lang: citation.language }, h("mark", {}, citation.quote.length > 260 ? `${citation.quote.slice(0, 260)}…` : citation.quote)),
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

addEventListener("keydown", (event) => event.key === "Escape" && hidePreview());
wide.addEventListener("change", () => wide.matches && $("sheet").open && $("sheet").close());
