// The card of an article: its title and facts, and quotes of it among the sentences around them.

import { bdi, copyText, direction, h, icon, marked, webAddress } from "./dom.js";
import { isKept, putAside, takeBack } from "./basket_store.js";
import { datedWords, known, languageName, n, w } from "./words.js";

const TOLD_MS = 2000;

/** Our own page of the article with the quote marked, and the others of the same answer; works without JavaScript. */
export function articleAddress(citation, siblings = [citation]) {
  const span = (each) => `${each.start}-${each.end}`;
  const query = new URLSearchParams([...siblings.flatMap((each) => each.link ?? [["quote", span(each)]]), ["lang", document.documentElement.lang]]);
  return `article/${encodeURIComponent(citation.article_id)}?${query}#${span(citation)}`;
}

export const readHere = (articleId) => `article/${encodeURIComponent(articleId)}?lang=${document.documentElement.lang}`;

/** The number of the page, which leads to the picture of it where the file is there. */
const pageLink = (citation) => citation.page ? h("a", { href: articleAddress(citation).replace(/#.*$/, `#page-${citation.page}`), target: "_blank" }, w("page_number", { n: citation.page })) : null;

/** The quote marked among the sentences around it, under its heading. */
export function quoteInContext(citation) {
  const inner = citation.answer ? [[citation.answer.start - citation.start, citation.answer.end - citation.start]] : (citation.matching ?? []);
  return h(
    "blockquote",
    { lang: citation.language, dir: direction(citation.language) },
    citation.heading || citation.page ? h("span", { class: "heading" }, citation.heading, citation.heading && citation.page ? " · " : "", pageLink(citation)) : null,
    citation.before ?? "",
    h("mark", {}, marked(citation.quote, inner, (part) => h("strong", {}, part))),
    citation.after ?? "",
  );
}

/** Publisher, author, day and, in a corpus of several languages, language. */
export function aboutSource(source) {
  const several = Object.keys(known.corpus?.languages ?? {}).length > 1;
  const facts = [source.source, source.author, datedWords(source.published), several && source.language !== "und" && languageName(source.language)].filter(Boolean);
  return facts.length ? h("p", { class: "about" }, facts.map((fact) => h("span", {}, bdi(fact)))) : null;
}

/**
 * The card of an article and of `citations` in it. `number(citation)` stands before a quote, and `id(citation)` makes a
 * quote the target of its marker.
 */
export function card(citations, { id = () => null, number = () => null, announce = () => {} } = {}) {
  const [source] = citations;
  const address = articleAddress(source, citations);
  return h(
    "article",
    { class: "card" },
    h("header", {}, h("h3", { dir: direction(source.language), lang: source.language }, h("a", { href: address, target: "_blank" }, source.title))),
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
      known.embedded ? null : asideButton(citation, announce),
    ),
  );
}

function copyButton(citation, announce) {
  const button = h("button", { type: "button" }, icon("copy"), h("span", {}, w("copy_quote")));
  button.addEventListener("click", async () => {
    const words = (await copyText(quoteWithSource(citation))) ? w("copied") : w("copy_failed");
    announce(words);
    button.lastChild.textContent = words;
    setTimeout(() => { button.lastChild.textContent = w("copy_quote"); }, TOLD_MS);
  });
  return button;
}

/** Puts a quote into the basket, or takes it back. */
function asideButton(citation, announce) {
  const label = h("span", {});
  const button = h("button", { type: "button", class: "aside", onclick: () => turn() }, icon("aside"), label);
  const draw = () => {
    const kept = isKept(citation);
    button.setAttribute("aria-pressed", String(kept));
    label.textContent = w(kept ? "was_put_aside" : "put_aside");
    button.title = w(kept ? "taken_back" : "put_aside");
  };
  const turn = () => {
    const kept = isKept(citation);
    if (kept) takeBack(citation);
    else putAside([citation]);
    announce(w(kept ? "was_taken_back" : "was_put_aside"));
    draw();
  };
  draw();
  return button;
}

export function quoteWithSource(citation) {
  const [open, close] = citation.language === "ar" ? ["«", "»"] : ["“", "”"];
  const facts = [citation.title, citation.source, datedWords(citation.published)].filter(Boolean).join(" · ");
  return `${open}${citation.quote}${close}\n— ${facts}\n${new URL(articleAddress(citation), new URL("./", location.href))}`;
}
