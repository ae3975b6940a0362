// Articles over time: bars of months, or of years when there are many months. An SVG with a word for each bar.

import { h } from "./dom.js";
import { dateWords, n, w } from "./words.js";

const MONTHS = 48;
const HEIGHT = 100;
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
  const plot = h("div", { class: "bars", role: onPick ? "group" : "img", "aria-label": w(bars[0][0].length === 7 ? "histogram" : "histogram_year") });
  for (const [date, count] of bars) {
    const label = w("bar", { date: dateWords(date), count: n("articles_count", count) });
    const fill = column(count / most);
    if (onPick && count) plot.append(h("button", { type: "button", title: label, "aria-label": label, onclick: () => onPick(date) }, fill));
    else plot.append(h("span", { title: label }, fill));
  }
  const ends = h("div", { class: "ends" }, h("span", {}, dateWords(bars[0][0])), bars.length > 1 ? h("span", {}, dateWords(bars.at(-1)[0])) : null);
  return h("figure", { class: "histogram" }, plot, ends);
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
