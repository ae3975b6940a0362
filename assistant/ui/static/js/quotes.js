// Quote search: words in, verbatim quotes out, narrowed by outlet, language and date, sorted, paged, exported.

import { bdi, download, h, icon } from "./dom.js";
import { announce, problemWords } from "./exchange.js";
import { histogram } from "./histogram.js";
import { call } from "./server.js";
import { card } from "./sources.js";
import { currentLanguage, dateWords, digits, languageName, n, w } from "./words.js";

const FORMATS = ["text", "markdown", "json", "csl", "bibtex", "annotation", "quotation"];
const NAMES = { markdown: "Markdown", json: "JSON", csl: "CSL-JSON", bibtex: "BibTeX", annotation: "Web Annotation", quotation: "schema.org" };
const blank = () => ({ query: "", sources: [], languages: [], from: "", to: "", sort: "relevance", page: 1 });
let wanted = blank();
let found = null;
const chosen = new Map();
let drawnIn = null;
let parts = null;
let asked = 0;

const key = (quote) => `${quote.article_id}#${quote.start}-${quote.end}`;

export function drawQuotes(view) {
  if (drawnIn === currentLanguage()) return;
  drawnIn = currentLanguage();
  const input = h("input", { type: "search", id: "quote-query", name: "query", dir: "auto", placeholder: w("quotes_placeholder"), enterkeyhint: "search" });
  input.value = wanted.query;
  const form = h(
    "form",
    { class: "composer", role: "search" },
    h("label", { class: "unseen", for: "quote-query" }, w("quotes_query")),
    input,
    h("button", { class: "send", "aria-label": w("search"), title: w("search") }, icon("search")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wanted = { ...blank(), query: input.value, sort: wanted.sort };
    chosen.clear();
    search();
  });
  parts = { filters: h("div", { class: "filters" }), results: h("div", { class: "results" }), problem: h("p", { class: "problem", role: "alert" }) };
  const head = h("div", { class: "quote-head" }, h("h1", {}, w("quotes_title")), h("p", {}, w("quotes_about")), form, parts.problem);
  view.replaceChildren(head, h("div", { class: "quote-body" }, parts.filters, parts.results));
  if (found) draw();
}

async function search({ keepFocus = false } = {}) {
  const mine = (asked += 1);
  parts.results.setAttribute("aria-busy", "true");
  const reply = await call("search", wanted).catch(() => ({ type: "error", code: "failed" }));
  if (mine !== asked) return; // a later search overtook this one
  parts.results.removeAttribute("aria-busy");
  parts.problem.textContent = reply.type === "error" ? problemWords(reply) : "";
  found = reply.type === "quotes" ? reply : null;
  draw();
  if (found) announce(n("quotes_count", found.total));
  if (keepFocus) parts.results.querySelector("h2")?.scrollIntoView({ block: "nearest" });
}

const narrow = (change) => { wanted = { ...wanted, page: 1, ...change }; search(); };

function draw() {
  parts.filters.replaceChildren(...(found ? [filters()] : []));
  parts.results.replaceChildren(...(found ? results() : []));
}

function filters() {
  const { sources, languages, dates } = found.facets;
  const narrowed = wanted.sources.length || wanted.languages.length || wanted.from || wanted.to;
  return h(
    "details",
    { open: matchMedia("(min-width: 900px)").matches || narrowed ? true : null },
    h("summary", {}, w("filters")),
    Object.keys(sources).length ? boxes("sources", w("filter_source"), sources, (name) => name) : null,
    Object.keys(languages).length > 1 ? boxes("languages", w("filter_language"), languages, languageName) : null,
    Object.keys(dates).length ? period(dates) : null,
    narrowed ? h("button", { type: "button", class: "link", onclick: () => narrow({ sources: [], languages: [], from: "", to: "" }) }, w("clear_filters")) : null,
  );
}

function boxes(field, legend, counts, name) {
  const toggle = (value, on) => narrow({ [field]: on ? [...wanted[field], value] : wanted[field].filter((each) => each !== value) });
  const rows = Object.entries(counts).map(([value, count]) => {
    const box = h("input", { type: "checkbox", checked: wanted[field].includes(value) });
    box.addEventListener("change", () => toggle(value, box.checked));
    return h("label", {}, box, bdi(name(value)), h("small", {}, digits(count)));
  });
  return h("fieldset", {}, h("legend", {}, legend), rows);
}

function period(dates) {
  const months = Object.keys(dates);
  const pick = (side) => {
    const select = h("select", { "aria-label": w(side) }, h("option", { value: "" }, w(side)), months.map((month) => h("option", { value: month, selected: wanted[side] === month }, dateWords(month))));
    select.addEventListener("change", () => narrow({ [side]: select.value }));
    return select;
  };
  return h("fieldset", {}, h("legend", {}, w("filter_date")), histogram(dates, (date) => narrow({ from: date, to: date })), h("div", { class: "period" }, pick("from"), pick("to")));
}

function results() {
  if (!found.quotes.length) return [h("p", { class: "small" }, w("no_results"))];
  const total = found.more ? w("at_least", { n: digits(found.total) }) : digits(found.total);
  const heading = h("h2", {}, w("results_of", { first: digits(found.first), last: digits(found.first + found.quotes.length - 1), total }));
  return [h("div", { class: "bar" }, heading, sorting()), exporting(), h("div", { class: "cards" }, found.quotes.map(selectable)), pages()].filter(Boolean);
}

function sorting() {
  const options = ["relevance", "newest", "oldest"].map((order) => h("option", { value: order, selected: wanted.sort === order }, w(`sort_${order}`)));
  const select = h("select", {}, options);
  select.addEventListener("change", () => narrow({ sort: select.value }));
  return h("label", { class: "sorting" }, w("sort"), select);
}

function selectable(quote) {
  const box = h("input", { type: "checkbox", "aria-label": w("select"), checked: chosen.has(key(quote)) });
  box.addEventListener("change", () => {
    if (box.checked) chosen.set(key(quote), { article_id: quote.article_id, start: quote.start, end: quote.end });
    else chosen.delete(key(quote));
    parts.results.querySelector(".exporting").replaceWith(exporting());
  });
  return card([quote], { lead: box, announce });
}

function exporting() {
  const select = h("select", { "aria-label": w("format") }, FORMATS.map((format) => h("option", { value: format }, NAMES[format] ?? w("format_text"))));
  const button = h("button", { type: "button", class: "plain", disabled: !chosen.size }, icon("export"), w("export_selection"));
  button.addEventListener("click", async () => {
    const base = new URL("./", location.href).href;
    const file = await call("export_selection", [...chosen.values()], select.value, currentLanguage(), base).catch(() => ({ type: "error", code: "failed" }));
    if (file.type === "file") download(file.name, file.text);
    else parts.problem.textContent = problemWords(file);
  });
  const all = h("button", { type: "button", class: "link" }, w("select_all"));
  all.addEventListener("click", () => {
    for (const quote of found.quotes) chosen.set(key(quote), { article_id: quote.article_id, start: quote.start, end: quote.end });
    draw();
  });
  return h("div", { class: "exporting" }, h("span", { role: "status" }, n("selected_count", chosen.size)), all, select, button);
}

function pages() {
  if (found.pages < 2) return null;
  const go = (page) => { wanted = { ...wanted, page }; search({ keepFocus: true }); };
  const button = (word, page) => h("button", { type: "button", class: "plain", disabled: page < 1 || page > found.pages, onclick: () => go(page) }, w(word));
  return h("nav", { class: "pages", "aria-label": w("page_n", { n: found.page, total: found.pages }) }, button("previous", found.page - 1), h("span", {}, w("page_n", { n: digits(found.page), total: digits(found.pages) })), button("next", found.page + 1));
}
