// The quotes that the reader put aside, kept in this browser only, in the reader's own order.

import { recall, remember } from "./store.js";

const KEY = "mustanad.basket";
const KEPT = ["article_id", "start", "end", "quote", "title", "source", "author", "published", "language", "url", "link", "note"];

export const keyOf = (quote) => `${quote.article_id}#${quote.start}-${quote.end}`;

export function basket() {
  try {
    const kept = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // damaged storage is an empty one
  }
}

function keep(quotes) {
  remember(KEY, quotes.length ? JSON.stringify(quotes) : null);
  document.dispatchEvent(new CustomEvent("mustanad:basket"));
}

export const isKept = (quote) => basket().some((each) => keyOf(each) === keyOf(quote));

export function putAside(quotes) {
  const kept = basket();
  const keys = new Set(kept.map(keyOf));
  const added = quotes.filter((quote) => !keys.has(keyOf(quote)));
  keep([...kept, ...added.map((quote) => Object.fromEntries(KEPT.map((name) => [name, quote[name] ?? (name === "note" ? "" : null)])))]);
}

export const takeBack = (quote) => keep(basket().filter((each) => keyOf(each) !== keyOf(quote)));

export const empty = () => keep([]);

export function annotate(quote, note) {
  keep(basket().map((each) => (keyOf(each) === keyOf(quote) ? { ...each, note } : each)));
}

/** Moves the quote `by` places down the list, up where it is negative. */
export function move(quote, by) {
  const kept = basket();
  const at = kept.findIndex((each) => keyOf(each) === keyOf(quote));
  const to = Math.min(Math.max(at + by, 0), kept.length - 1);
  if (at < 0 || at === to) return;
  kept.splice(to, 0, ...kept.splice(at, 1));
  keep(kept);
}
