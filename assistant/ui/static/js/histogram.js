// Articles over time: bars of months, or of years when there are many months, over an axis that says what they are.

import { h } from "./dom.js";
import { dateWords, digits, n, w } from "./words.js";

const MONTHS = 48;
const HEIGHT = 100;
const TICKS = 5; // dates under the bars, at most
const FEW_TICKS = 3; // where the bars are buttons among other filters
const SVG = "http://www.w3.org/2000/svg";

/** Every month or year from the first to the last, those without articles included. */
function steps(dates) {
  const months = Object.keys(dates).filter((month) => /^\d{4}(-\d{2})?$/.test(month)).sort();
  if (!months.length) return [];
  const [first, last] = [months[0], months.at(-1)];
  const byMonth = (Number(last.slice(0, 4)) - Number(first.slice(0, 4))) * 12 < MONTHS && months.every((month) => month.length === 7);
  const totals = new Map();
  let [year, month] = [Number(first.slice(0, 4)), byMonth ? Number(first.slice(5, 7)) : 0];
  const key = () => (byMonth ? `${year}-${String(month).padStart(2, "0")}` : String(year));
  while (key() <= (byMonth ? last : last.slice(0, 4))) {
    totals.set(key(), 0);
    if (byMonth && month < 12) month += 1;
    else [year, month] = [year + 1, byMonth ? 1 : 0];
  }
  for (const [date, count] of Object.entries(dates)) {
    const at = byMonth ? date : date.slice(0, 4);
    if (totals.has(at)) totals.set(at, totals.get(at) + count);
  }
  return [...totals];
}

/** The plot of `dates` (`{"2025-09": 3}`); `onPick(date)` makes each bar a button. */
export function histogram(dates, onPick = null) {
  const bars = steps(dates);
  if (!bars.length) return h("p", { class: "small" }, w("corpus_no_dates"));
  const most = Math.max(...bars.map(([, count]) => count));
  const label = w(bars[0][0].length === 7 ? "histogram" : "histogram_year");
  const plot = h("div", { class: "bars", role: onPick ? "group" : "img", "aria-label": label });
  for (const [date, count] of bars) {
    const words = w("bar", { date: dateWords(date), count: n("articles_count", count) });
    const fill = column(count / most);
    if (onPick && count) plot.append(h("button", { type: "button", title: words, "aria-label": words, onclick: () => onPick(date) }, fill));
    else plot.append(h("span", { title: words }, fill));
  }
  const scale = h("div", { class: "scale", "aria-hidden": "true" }, h("span", {}, digits(most)), h("span", {}, "0"));
  return h("figure", { class: "histogram" }, onPick ? null : h("figcaption", {}, label), h("div", { class: "plot" }, scale, plot), axis(bars.map(([date]) => date), onPick ? FEW_TICKS : TICKS));
}

/** A few of the dates, each under the middle of its bar. */
function axis(dates, most) {
  const count = Math.min(most, dates.length);
  const chosen = new Set(Array.from({ length: count }, (_, at) => (count === 1 ? 0 : Math.round((at * (dates.length - 1)) / (count - 1)))));
  const short = (date) => (date.length === 7 ? [h("span", {}, dateWords(date).split(" ")[0]), h("span", {}, date.slice(0, 4))] : date);
  return h("div", { class: "axis", "aria-hidden": "true" }, dates.map((date, at) => h("span", {}, chosen.has(at) ? h("span", {}, short(date)) : null)));
}

function column(share) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 10 ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const bar = document.createElementNS(SVG, "rect");
  const height = share ? Math.max(3, share * HEIGHT) : 1;
  for (const [name, value] of Object.entries({ x: 0, y: HEIGHT - height, width: 10, height })) bar.setAttribute(name, value);
  svg.append(bar);
  return svg;
}
