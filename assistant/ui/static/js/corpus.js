// About the corpus: numbers, languages, outlets, time, the model.

import { bdi, h } from "./dom.js";
import { histogram } from "./histogram.js";
import { call } from "./server.js";
import { dateWords, digits, known, languageName, n, w } from "./words.js";

const LISTED = 12;

export async function drawCorpus(view) {
  if (known.corpus) view.replaceChildren(...parts(known.corpus));
  const fresh = await call("corpus").catch(() => null);
  if (fresh?.type !== "corpus") return;
  known.corpus = fresh;
  view.replaceChildren(...parts(fresh));
}

function parts(corpus) {
  const dated = Object.values(corpus.dates).reduce((sum, count) => sum + count, 0);
  return [
    h("h1", {}, w("corpus_title")),
    h(
      "dl",
      { class: "facts" },
      fact("corpus_articles", digits(corpus.articles)),
      fact("corpus_passages", digits(corpus.passages)),
      fact("corpus_languages", digits(Object.keys(corpus.languages).length)),
      fact("corpus_updated", dateWords(corpus.updated)),
    ),
    panel(w("corpus_over_time"), histogram(corpus.dates), dated && dated < corpus.articles ? h("p", { class: "small" }, w("dated_of", { dated: digits(dated), articles: n("articles_count_genitive", corpus.articles) })) : null),
    h(
      "div",
      { class: "pair" },
      panel(w("corpus_languages"), shares(Object.entries(corpus.languages).map(([code, count]) => [languageName(code), count]))),
      Object.keys(corpus.sources).length ? panel(w("corpus_sources"), shares(Object.entries(corpus.sources)), unnamed(corpus)) : null,
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
const panel = (title, ...content) => h("section", { class: "panel" }, h("h2", {}, title), ...content);

/** A bar for each name, the longest for the one with most articles. */
function shares(entries) {
  const listed = [...entries].sort((a, b) => b[1] - a[1]).slice(0, LISTED);
  const most = String(listed[0]?.[1] ?? 1);
  const rows = listed.map(([name, count]) => h("li", {}, bdi(name), h("meter", { min: "0", max: most, value: String(count), "aria-label": name }), h("span", {}, digits(count))));
  return h("ul", { class: "shares" }, rows, entries.length > LISTED ? h("li", { class: "small" }, w("corpus_more")) : null);
}
