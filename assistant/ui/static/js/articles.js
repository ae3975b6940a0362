// The articles: a list to search, narrow and order, what they are about, and the archive in numbers.

import { bdi, direction, h, icon } from "./dom.js";
import { aboutSource, readHere } from "./card.js";
import { go, hashOf } from "./address.js";
import { archive } from "./corpus.js";
import { Listing } from "./listing.js";
import { digits, known, n, w } from "./words.js";

const listing = new Listing({
  view: "articles",
  fn: "articles",
  orders: (given) => (given.get("q") ? ["relevance", "newest", "oldest"] : ["newest", "oldest"]),
  words: { tab: "tab_corpus", title: "articles_title", placeholder: "articles_placeholder" },
  count,
  rows,
  always: true,
  before: topics,
  after: archive,
});

export const drawArticles = (root, given) => listing.show(root, given);

function count(found) {
  if (!found.articles.length) return n("articles_count", 0);
  const ends = { first: digits(found.first), last: digits(found.first + found.articles.length - 1) };
  if (found.total === null || found.total === undefined) return found.more ? w("results_of", { ...ends, total: "…" }) : n("articles_count", found.first + found.articles.length - 1);
  return found.total === found.articles.length ? n("articles_count", found.total) : w("results_of", { ...ends, total: n("articles_count_genitive", found.total) });
}

/** The names and matters that the articles share, each a search. */
function topics() {
  if (!known.topics?.length) return null;
  const rows = known.topics.map((topic) => h("li", {}, h("a", { class: "chip", href: hashOf("articles", { q: topic }) }, bdi(topic))));
  return h("nav", { class: "topics", "aria-label": w("topics") }, h("h2", {}, w("topics")), h("ul", {}, rows));
}

function rows(found) {
  return found.articles.length ? [h("ul", { class: "articles" }, found.articles.map(row))] : [];
}

function row(article) {
  return h(
    "li",
    { class: "card" },
    h("h3", { dir: direction(article.language), lang: article.language }, h("a", { href: readHere(article.article_id) }, article.title)),
    aboutSource(article),
    article.lead ? h("p", { class: "lead", dir: direction(article.language), lang: article.language }, article.lead) : null,
    h("p", { class: "links" }, h("button", { type: "button", onclick: () => go("about", { article: article.article_id, title: article.title }) }, icon("ask"), w("ask_article"))),
  );
}
