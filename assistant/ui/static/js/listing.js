// A view that searches, narrows and lists: what the quotes and the articles have in common.

import { h, icon } from "./dom.js";
import { hashOf, name, title } from "./address.js";
import { announce, problemWords } from "./exchange.js";
import { addressed, chips, filters, isNarrowed, pages, sorting, wantedOf } from "./narrowing.js";
import { call } from "./server.js";
import { currentLanguage, w } from "./words.js";

/**
 * `view` is the view's name, `fn` the server's function; `orders` are the orders it knows, the first where nothing is
 * asked; `words` has `tab`, `title`, `about`, `placeholder`; `count(found)` is the line over the list, `rows(found, wanted)`
 * its elements; `always` lists without a query; `around(parts)` may add elements before and after.
 */
export class Listing {
  constructor({ view, fn, orders, words, count, rows, always = false, before = () => null, after = () => null }) {
    Object.assign(this, { view, fn, orders, words, count, rows, always, before, after });
    this.asked = 0;
    this.found = null;
    this.shown = null; // the address that is shown
    this.drawnIn = null;
  }

  /** Shows what the address asks for in `root`. */
  show(root, given) {
    const wanted = wantedOf(given, this.orders(given)[0]);
    if (this.drawnIn !== currentLanguage()) this.frame(root);
    title(wanted.query.slice(0, 80), w(this.words.tab));
    const address = hashOf(this.view, addressed(wanted, ""));
    this.wanted = wanted;
    this.input.value = wanted.query;
    if (address === this.shown && this.found) this.draw();
    else if (wanted.query || this.always) this.search();
    else this.clear();
  }

  frame(root) {
    this.drawnIn = currentLanguage();
    const id = `${this.view}-query`;
    this.input = h("input", { type: "search", id, name: "query", dir: "auto", placeholder: w(this.words.placeholder), enterkeyhint: "search" });
    const form = h("form", { class: "composer", role: "search" }, h("label", { class: "unseen", for: id }, w("quotes_query")), this.input, h("button", { class: "send", "aria-label": w("search"), title: w("search") }, icon("search")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.narrow({ query: this.input.value.trim(), sort: "" });
    });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.filters = h("div", { class: "filters" });
    this.results = h("div", { class: "results" });
    const head = h("div", { class: "quote-head" }, h("h1", {}, w(this.words.title)), this.words.about ? h("p", {}, w(this.words.about)) : null, this.before(), form, this.problem);
    root.replaceChildren(...[head, h("div", { class: "quote-body" }, this.filters, this.results), this.after()].filter(Boolean));
  }

  clear() {
    this.found = null;
    this.filters.replaceChildren();
    this.results.replaceChildren();
  }

  /** Asks for something else; the address says it. */
  narrow(change) {
    const wanted = { ...this.wanted, page: 1, ...change };
    const first = this.orders(new URLSearchParams(wanted.query ? { q: wanted.query } : {}))[0];
    wanted.sort ||= first;
    this.wanted = wanted;
    name(this.view, addressed(wanted, first));
    title(wanted.query.slice(0, 80), w(this.words.tab));
    if (wanted.query || this.always) this.search();
    else this.problem.textContent = w("error_empty");
  }

  async search() {
    const mine = (this.asked += 1);
    const wanted = this.wanted;
    this.results.setAttribute("aria-busy", "true");
    const reply = await call(this.fn, wanted).catch(() => ({ type: "error", code: "failed" }));
    if (mine !== this.asked) return; // a later search overtook this one
    this.results.removeAttribute("aria-busy");
    this.problem.textContent = reply.type === "error" ? problemWords(reply) : "";
    this.found = reply.type === "error" ? null : reply;
    this.shown = hashOf(this.view, addressed(wanted, ""));
    if (!this.found) return this.clear();
    this.draw();
    announce(this.count(this.found, wanted));
  }

  draw() {
    const { found, wanted } = this;
    const narrow = (change) => this.narrow(change);
    const some = this.rows(found, wanted);
    const chosen = chips(wanted, narrow);
    const anything = some.length || isNarrowed(wanted);
    this.filters.replaceChildren(...(anything ? [filters(wanted, found.facets, narrow)] : []));
    const head = h("div", { class: "bar" }, h("h2", { tabindex: "-1" }, this.count(found, wanted)), some.length ? sorting(this.orders(new URLSearchParams(wanted.query ? { q: wanted.query } : {})), wanted, narrow) : null);
    const none = some.length ? null : h("div", { class: "none" }, h("p", {}, w(isNarrowed(wanted) ? "none_filtered" : "none_match")), isNarrowed(wanted) ? null : h("p", { class: "small" }, w("none_match_note")));
    const last = found.pages ? found.page >= found.pages : !found.more;
    const turn = (page) => { this.narrow({ page }); scrollTo({ top: 0 }); };
    this.results.replaceChildren(...[some.length ? head : null, chosen, none, ...some, some.length ? pages({ page: found.page, last }, turn) : null].filter(Boolean));
  }
}
