// Quote search: words in, verbatim quotes out, narrowed by publisher, language and date, sorted, paged, put aside.

import { h, icon } from "./dom.js";
import { putAside } from "./basket_store.js";
import { card } from "./card.js";
import { announce } from "./exchange.js";
import { Listing } from "./listing.js";
import { digits, n, w } from "./words.js";

const listing = new Listing({
  view: "quotes",
  fn: "search",
  orders: () => ["relevance", "newest", "oldest"],
  words: { tab: "tab_quotes", title: "quotes_title", about: "quotes_about", placeholder: "quotes_placeholder" },
  count,
  rows,
});

export const drawQuotes = (root, given) => listing.show(root, given);

function count(found) {
  if (!found.total) return n("results_count", 0);
  const ends = { first: digits(found.first), last: digits(found.first + found.quotes.length - 1) };
  if (found.more) return w("results_of_more", { ...ends, total: digits(found.total) });
  return found.total === found.quotes.length ? n("results_count", found.total) : w("results_of", { ...ends, total: n("results_count", found.total) });
}

function rows(found) {
  if (!found.quotes.length) return [];
  const all = h("button", { type: "button", class: "link put-all" }, icon("aside"), w("put_aside_all"));
  all.addEventListener("click", () => {
    putAside(found.quotes);
    announce(w("was_put_aside"));
    listing.draw();
  });
  return [h("div", { class: "cards" }, found.quotes.map((quote) => card([quote], { announce }))), all];
}
