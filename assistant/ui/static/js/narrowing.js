// What a list is narrowed and ordered by: boxes, a period, chips of what is chosen; all of it in the address.

import { bdi, h, icon } from "./dom.js";
import { histogram } from "./histogram.js";
import { dateWords, digits, languageName, w } from "./words.js";

const LISTS = ["source", "language"];
const NAMES = { source: "sources", language: "languages" };

/** What the address asks for, as the server wants it. */
export function wantedOf(given, sort) {
  return {
    query: given.get("q") ?? "",
    sources: given.getAll("source"),
    languages: given.getAll("language"),
    from: given.get("from") ?? "",
    to: given.get("to") ?? "",
    sort: given.get("sort") ?? sort,
    page: Number(given.get("page")) || 1,
  };
}

/** The same for an address; what is as always is left out. */
export const addressed = (wanted, sort) => ({
  q: wanted.query,
  source: wanted.sources,
  language: wanted.languages,
  from: wanted.from,
  to: wanted.to,
  sort: wanted.sort === sort ? "" : wanted.sort,
  page: wanted.page > 1 ? wanted.page : "",
});

export const isNarrowed = (wanted) => Boolean(wanted.sources.length || wanted.languages.length || wanted.from || wanted.to);

export const CLEARED = { sources: [], languages: [], from: "", to: "" };

/** A chip for each filter that is on; pressed, it takes the filter off. */
export function chips(wanted, narrow) {
  if (!isNarrowed(wanted)) return null;
  const made = LISTS.flatMap((list) => {
    const field = NAMES[list];
    return wanted[field].map((value) => chip(list === "language" ? languageName(value) : value, () => narrow({ [field]: wanted[field].filter((each) => each !== value) })));
  });
  if (wanted.from && wanted.from === wanted.to) made.push(chip(dateWords(wanted.from), () => narrow({ from: "", to: "" })));
  else for (const side of ["from", "to"]) if (wanted[side]) made.push(chip(w(`filter_${side}`, { date: dateWords(wanted[side]) }), () => narrow({ [side]: "" })));
  return h("div", { class: "chips" }, made, h("button", { type: "button", class: "link", onclick: () => narrow(CLEARED) }, w("clear_filters")));
}

const chip = (name, off) => h("button", { type: "button", class: "chip", "aria-label": w("filter_off", { name }), onclick: off }, bdi(name), icon("close"));

/** The panel of filters over `facets`; `narrow(change)` asks again. */
export function filters(wanted, facets, narrow) {
  const { sources, languages, dates } = facets;
  return h(
    "details",
    { open: matchMedia("(min-width: 900px)").matches ? true : null },
    h("summary", {}, w("filters")),
    Object.keys(sources).length > 1 || wanted.sources.length ? boxes("sources", w("filter_source"), sources, (name) => name, wanted, narrow) : null,
    Object.keys(languages).length > 1 || wanted.languages.length ? boxes("languages", w("filter_language"), languages, languageName, wanted, narrow) : null,
    Object.keys(dates).length ? period(dates, wanted, narrow) : null,
  );
}

function boxes(field, legend, counts, name, wanted, narrow) {
  const toggle = (value, on) => narrow({ [field]: on ? [...wanted[field], value] : wanted[field].filter((each) => each !== value) });
  const listed = { ...counts };
  for (const value of wanted[field]) listed[value] ??= 0; // what is chosen can be taken off
  const rows = Object.entries(listed).map(([value, count]) => {
    const box = h("input", { type: "checkbox", checked: wanted[field].includes(value) });
    box.addEventListener("change", () => toggle(value, box.checked));
    return h("label", {}, box, bdi(name(value)), h("small", {}, digits(count)));
  });
  return h("fieldset", {}, h("legend", {}, legend), rows);
}

function period(dates, wanted, narrow) {
  const months = Object.keys(dates).sort();
  const pick = (side) => {
    const listed = [...new Set([...months, wanted[side]])].filter(Boolean).sort();
    const select = h("select", { "aria-label": w(side) }, h("option", { value: "" }, w(side)), listed.map((month) => h("option", { value: month, selected: wanted[side] === month }, dateWords(month))));
    select.addEventListener("change", () => narrow({ [side]: select.value }));
    return select;
  };
  return h("fieldset", {}, h("legend", {}, w("filter_date")), histogram(dates, (date) => narrow({ from: date, to: date })), h("div", { class: "period" }, pick("from"), pick("to")));
}

/** A choice of the order. */
export function sorting(orders, wanted, narrow) {
  const select = h("select", {}, orders.map((order) => h("option", { value: order, selected: wanted.sort === order }, w(`sort_${order}`))));
  select.addEventListener("change", () => narrow({ sort: select.value }));
  return h("label", { class: "sorting" }, w("sort"), select);
}

/** Links to the page before and the page after, where there is one. */
export function pages({ page, last }, go) {
  if (page === 1 && last) return null;
  const button = (word, to, off) => h("button", { type: "button", class: "plain", disabled: off, onclick: () => go(to) }, w(word));
  return h("nav", { class: "pages", "aria-label": w("views") }, button("previous", page - 1, page === 1), h("span", {}, w("page_alone", { n: digits(page) })), button("next", page + 1, last));
}
