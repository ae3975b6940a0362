// The archive in numbers: how many articles, of which languages, publishers and times, and the model that searches.

import { bdi, h } from "./dom.js";
import { histogram } from "./histogram.js";
import { call } from "./server.js";
import { dateWords, digits, known, languageName, n, w } from "./words.js";

const LISTED = 12;

/** The panel; filled at once with what is known, and again when the server has said what is new. */
export function archive() {
  const box = h("section", { class: "archive" });
  const draw = () => box.replaceChildren(...(known.corpus ? parts(known.corpus) : []));
  draw();
  call("corpus").then((fresh) => {
    if (fresh.type !== "corpus") return;
    known.corpus = fresh;
    draw();
  }).catch(() => null);
  return box;
}

function parts(corpus) {
  const dated = Object.values(corpus.dates).reduce((sum, count) => sum + count, 0);
  const sources = Object.entries(corpus.sources);
  const languages = Object.entries(corpus.languages);
  return [
    h("h2", {}, w("archive")),
    h(
      "dl",
      { class: "facts" },
      fact("corpus_articles", digits(corpus.articles)),
      fact("corpus_passages", digits(corpus.passages)),
      languages.length === 1 ? fact("filter_language", languageName(languages[0][0])) : fact("corpus_languages", digits(languages.length)),
      fact("corpus_updated", dateWords(corpus.updated)),
    ),
    panel(w("corpus_over_time"), histogram(corpus.dates), dated && dated < corpus.articles ? h("p", { class: "small" }, w("dated_of", { dated: digits(dated), articles: n("articles_count_genitive", corpus.articles) })) : null),
    h(
      "div",
      { class: "pair" },
      languages.length > 1 ? panel(w("corpus_languages"), shares(languages.map(([code, count]) => [languageName(code), count]))) : null,
      sources.length ? panel(w("corpus_sources"), shares(sources), unnamed(corpus)) : null,
    ),
    h("p", { class: "small" }, w("corpus_model"), ": ", bdi(corpus.model)),
  ];
}

/** How many articles do not say where they were published. */
function unnamed(corpus) {
  const number = corpus.articles - Object.values(corpus.sources).reduce((sum, count) => sum + count, 0);
  return number > 0 ? h("p", { class: "small" }, w("unnamed_of", { articles: n("articles_count_genitive", number) })) : null;
}

const fact = (key, value) => h("div", {}, h("dt", {}, w(key)), h("dd", {}, value || "—"));
const panel = (name, ...content) => h("section", { class: "panel" }, h("h3", {}, name), ...content);

/** A bar for each name, the longest for the one with most articles. */
function shares(entries) {
  const listed = [...entries].sort((a, b) => b[1] - a[1]).slice(0, LISTED);
  const most = String(listed[0]?.[1] ?? 1);
  const rows = listed.map(([name, count]) => h("li", {}, bdi(name), h("meter", { min: "0", max: most, value: String(count), "aria-label": name }), h("span", {}, digits(count))));
  return h("ul", { class: "shares" }, rows, entries.length > LISTED ? h("li", { class: "small" }, w("corpus_more")) : null);
}
