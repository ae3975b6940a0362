// One question and its answer: waiting, streaming, the answer, a refusal, a failure, a server that is away.

import { $, calm, h, iconButton, isolated } from "./dom.js";
import { answerParts } from "./answer.js";
import { paragraphs } from "./prose.js";
import { sourceCount } from "./sources.js";
import { currentLanguage, digits, known, n, w } from "./words.js";

const LONG_QUESTION = 160;

export const announce = (text) => {
  $("live").textContent = "";
  requestAnimationFrame(() => { $("live").textContent = text; });
};

export class Exchange {
  /** `onEdit(exchange)`, `onRetry(exchange, filters)` and `onAsk(question)` are called for what the reader presses. */
  constructor(question, { onEdit, onRetry, onAsk }) {
    this.question = question;
    this.answer = null;
    this.text = "";
    this.problem = null;
    this.stopped = false;
    this.away = "";
    this.note = null;
    this.onRetry = onRetry;
    this.onAsk = onAsk;
    this.heading = h("h2", { class: question.length > LONG_QUESTION ? "long" : null }, ...isolated(question));
    this.editButton = iconButton("edit", w("edit"), () => onEdit(this), { hidden: true });
    this.body = h("div", { class: "reply" });
    this.element = h("article", { class: "exchange" }, h("header", { class: "asked", dir: "auto" }, this.heading, this.editButton), this.body);
    this.body.append(h("p", { class: "waiting" }, w("searching")));
  }

  /** Adds a piece of the text that is being written. */
  add(piece) {
    this.text += piece;
    this.away = "";
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      if (this.answer || this.problem || this.stopped || this.away) return;
      this.body.replaceChildren(h("div", { class: "prose streaming", dir: "auto" }, ...paragraphs(this.text, pending)));
    });
  }

  /** Says why nothing is written yet. */
  wait(words) {
    this.body.replaceChildren(h("p", { class: "waiting" }, words));
  }

  finish(answer) {
    this.answer = answer;
    this.away = "";
    this.draw();
  }

  fail(problem) {
    this.problem = problem;
    this.away = "";
    this.draw();
  }

  stop() {
    this.stopped = true;
    this.draw();
  }

  /** Says that the question waits, and why; what was written of its answer is begun again. */
  wait(words) {
    this.text = "";
    this.away = words;
    this.draw();
  }

  /** Draws what is known, in the interface's language of now. */
  draw() {
    this.editButton.setAttribute("aria-label", w("edit"));
    this.editButton.title = w("edit");
    if (this.problem) this.body.replaceChildren(failure(this.problem, () => this.onRetry(this)));
    else if (this.stopped) this.body.replaceChildren(...this.stoppedParts());
    else if (this.answer) this.body.replaceChildren(...this.noteParts(), ...answerParts(this.answer, { onRetry: () => this.onRetry(this), onAsk: this.onAsk, onAllDates: () => this.onRetry(this, { period: "off" }), announce }));
    else if (this.away) this.body.replaceChildren(h("p", { class: "failure away", role: "status" }, h("span", { class: "waiting" }, this.away)));
    else if (!this.text) this.body.replaceChildren(h("p", { class: "waiting" }, w("searching")));
  }

  noteParts() {
    return this.note ? [h("p", { class: "note shared" }, h("span", {}, w(this.note)), h("button", { type: "button", class: "link", onclick: () => this.onRetry(this) }, w("ask_again")))] : [];
  }

  stoppedParts() {
    const written = h("div", { class: "prose", dir: "auto" }, ...paragraphs(this.text, pending));
    const retry = h("button", { type: "button", class: "plain", onclick: () => this.onRetry(this) }, w("retry"));
    return [written, h("div", { class: "failure" }, h("span", {}, w("stopped")), retry)];
  }
}

const pending = (number) => h("span", { class: "marker" }, String(number));

export function problemWords(problem) {
  if (problem.code === "too_long") return w("error_too_long", { n: digits(problem.n), limit: digits(problem.limit) });
  return known.words[currentLanguage()][`error_${problem.code}`] ?? w(problem.code);
}

function failure(problem, onRetry) {
  const retry = h("button", { type: "button", class: "plain", onclick: onRetry }, w("retry"));
  return h("div", { class: "failure" }, h("span", {}, problemWords(problem)), problem.detail ? h("small", { dir: "auto" }, problem.detail) : null, retry);
}

/** What a screen reader is told once the answer is there. */
export function spoken(answer) {
  if (answer.kind === "refusal") return `${w("refusal")}. ${answer.text}`;
  return `${w("answer")}: ${answer.text} ${answer.citations.length ? n("sources_count", sourceCount(answer)) : ""}`;
}

export const scrollToExchange = (exchange) =>
  exchange.element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
