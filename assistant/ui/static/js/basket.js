// The basket: quotes put aside, in the reader's order, with a note each; exported once, printed.

import { $, direction, h, icon, iconButton, saveFile, signed } from "./dom.js";
import { title } from "./address.js";
import { annotate, basket, empty, keyOf, move, takeBack } from "./basket_store.js";
import { aboutSource, articleAddress } from "./card.js";
import { announce, problemWords } from "./exchange.js";
import { call } from "./server.js";
import { currentLanguage, digits, n, w } from "./words.js";

const FORMATS = ["docx", "markdown", "csl", "bibtex", "ris", "annotation", "quotation", "text"];
const NAMES = { markdown: "Markdown", csl: "CSL-JSON", bibtex: "BibTeX", ris: "RIS", annotation: "Web Annotation", quotation: "schema.org" };
const OURS = { docx: "format_word", text: "format_text" };
let format = FORMATS[0];

export function drawBasket(root) {
  const kept = basket();
  const problem = h("p", { class: "problem", role: "alert" });
  title(w("tab_basket"));
  root.replaceChildren(
    h("div", { class: "quote-head" }, h("h1", {}, w("basket_title")), h("p", {}, w(kept.length ? "basket_about" : "basket_empty")), problem),
    ...(kept.length ? [tools(root, kept, problem), h("ol", { class: "basket" }, kept.map((quote, at) => row(root, quote, at, kept.length)))] : []),
  );
}

function tools(root, kept, problem) {
  const select = h("select", { "aria-label": w("format") }, FORMATS.map((each) => h("option", { value: each, selected: each === format }, NAMES[each] ?? w(OURS[each]))));
  select.addEventListener("change", () => { format = select.value; });
  const save = async () => {
    const spans = basket().map(({ article_id, start, end, note }) => ({ article_id, start, end, note }));
    const file = await call("export_selection", spans, select.value, currentLanguage(), new URL("./", location.href).href).catch(() => ({ type: "error", code: "failed" }));
    if (file.type === "file") saveFile(file);
    else problem.textContent = file.detail || problemWords(file);
  };
  const clear = () => { if (confirm(w("basket_clear_confirm"))) { empty(); drawBasket(root); } };
  return h(
    "div",
    { class: "exporting" },
    h("span", { role: "status" }, n("quotes_count", kept.length)),
    select,
    h("button", { type: "button", class: "plain save", onclick: save }, icon("export"), w("export_all")),
    h("button", { type: "button", class: "plain", onclick: () => print() }, icon("print"), w("print")),
    h("button", { type: "button", class: "link", onclick: clear }, w("basket_clear")),
  );
}

function row(root, quote, at, total) {
  const note = h("textarea", { rows: "1", dir: "auto", maxlength: "2000", "aria-label": `${w("note")}: ${quote.title}`, placeholder: w("note_placeholder") });
  note.value = quote.note ?? "";
  note.addEventListener("input", () => annotate(quote, note.value));
  const shift = (by) => {
    move(quote, by);
    drawBasket(root);
    root.querySelectorAll(".basket > li")[at + by]?.querySelector(by < 0 ? ".up" : ".down")?.focus();
    announce(digits(at + by + 1));
  };
  const drop = () => { takeBack(quote); announce(w("was_taken_back")); drawBasket(root); };
  return h(
    "li",
    { class: "card", "data-key": keyOf(quote) },
    h("blockquote", { dir: direction(quote.language), lang: quote.language }, h("mark", {}, signed(quote.quote))),
    h("h3", { dir: direction(quote.language), lang: quote.language }, h("a", { href: articleAddress(quote) }, quote.title)),
    aboutSource(quote),
    note,
    h(
      "p",
      { class: "moves" },
      iconButton("up", w("move_up"), () => shift(-1), { class: "icon up", disabled: at === 0 }),
      iconButton("down", w("move_down"), () => shift(1), { class: "icon down", disabled: at === total - 1 }),
      iconButton("trash", w("taken_back"), drop),
    ),
  );
}

/** How many there are, on the tab. */
export function countBasket() {
  const number = basket().length;
  $("basket-count").textContent = number ? digits(number) : "";
}
