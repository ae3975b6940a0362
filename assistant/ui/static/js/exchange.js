// One question and its answer: waiting, streaming, the answer, a refusal, a failure, and what can be done with it.

import { $, bdi, calm, copyText, direction, h, icon, iconButton, isolated } from "./dom.js";
import { call } from "./server.js";
import { paragraphs } from "./prose.js";
import { goToSource, markerLink, quoteWithSource, sourceCount } from "./sources.js";
import { dateWords, digits, n, w } from "./words.js";

const LONG_QUESTION = 160;
const HIGH = 0.75;
const GOOD = 0.45;

export const announce = (text) => {
  $("live").textContent = "";
  requestAnimationFrame(() => { $("live").textContent = text; });
};

export class Exchange {
  constructor(question, { onEdit, onRetry }) {
    this.question = question;
    this.answer = null;
    this.text = "";
    this.problem = null;
    this.stopped = false;
    this.onRetry = onRetry;
    this.heading = h("h2", { dir: "auto", class: question.length > LONG_QUESTION ? "long" : null }, ...isolated(question));
    this.editButton = iconButton("edit", w("edit"), () => onEdit(this), { hidden: true });
    this.body = h("div", { class: "reply" });
    this.element = h("article", { class: "exchange" }, h("header", { class: "asked" }, this.heading, this.editButton), this.body);
    this.body.append(h("p", { class: "waiting" }, w("searching")));
  }

  /** Adds a piece of the text that is being written. */
  add(piece) {
    this.text += piece;
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      if (this.answer || this.problem || this.stopped) return;
      const pending = (number) => h("span", { class: "marker" }, String(number));
      this.body.replaceChildren(h("div", { class: "prose streaming", dir: "auto" }, ...paragraphs(this.text, pending)));
    });
  }

  /** Says why nothing is written yet. */
  wait(words) {
    this.body.replaceChildren(h("p", { class: "waiting" }, words));
  }

  finish(answer) {
    this.answer = answer;
    this.draw();
  }

  fail(problem) {
    this.problem = problem;
    this.draw();
  }

  stop() {
    this.stopped = true;
    this.draw();
  }

  /** Draws what is known, in the interface's language of now. */
  draw() {
    this.editButton.setAttribute("aria-label", w("edit"));
    this.editButton.title = w("edit");
    if (this.problem) this.body.replaceChildren(failure(this.problem, () => this.onRetry(this)));
    else if (this.stopped) this.body.replaceChildren(...this.stoppedParts());
    else if (this.answer) this.body.replaceChildren(...answerParts(this.answer, () => this.onRetry(this)));
    else if (!this.text) this.body.replaceChildren(h("p", { class: "waiting" }, w("searching")));
  }

  stoppedParts() {
    const written = h("div", { class: "prose", dir: "auto" }, ...paragraphs(this.text, (number) => h("span", { class: "marker" }, String(number))));
    const retry = h("button", { type: "button", class: "plain", onclick: () => this.onRetry(this) }, w("retry"));
    return [written, h("p", { class: "failure" }, h("span", {}, w("stopped")), retry)];
  }
}

export function problemWords(problem) {
  if (problem.code === "too_long") return w("error_too_long", { n: digits(problem.n), limit: digits(problem.limit) });
  return w(`error_${problem.code}`);
}

function failure(problem, onRetry) {
  const retry = h("button", { type: "button", class: "plain", onclick: onRetry }, w("retry"));
  return h("div", { class: "failure" }, h("span", {}, problemWords(problem)), problem.detail ? h("small", { dir: "auto" }, problem.detail) : null, retry);
}

function answerParts(answer, onRetry) {
  const parts = [];
  if (answer.searched_as) parts.push(understood(answer));
  if (answer.kind === "refusal") parts.push(refusal(answer));
  else {
    if (answer.citations.length && answer.kind !== "search") parts.push(confidence(answer.confidence));
    parts.push(prose(answer));
  }
  if (answer.unsupported.length) parts.push(h("p", { class: "small" }, w("unsupported_legend")));
  if (answer.notices.length) parts.push(h("div", { class: "notices small" }, answer.notices.map((notice) => h("p", { dir: "auto" }, notice))));
  if (answer.kind !== "small_talk") parts.push(actions(answer, onRetry));
  return parts;
}

/** The question as it was searched, for who wants to see how a follow-up was understood. */
const understood = (answer) =>
  h("details", { class: "small searched" }, h("summary", {}, w("understood")), h("p", {}, w("searched_as", { query: "" }), bdi(answer.searched_as)));

function prose(answer) {
  const byMarker = new Map(answer.citations.map((citation) => [citation.marker, citation]));
  const link = (number) => byMarker.has(number) ? markerLink(answer, byMarker.get(number), announce) : null;
  return h("div", { class: "prose", dir: direction(answer.language), lang: answer.language }, ...paragraphs(answer.text, link, answer));
}

function confidence(value) {
  const level = value >= HIGH ? 3 : value >= GOOD ? 2 : 1;
  const dots = [1, 2, 3].map((dot) => h("b", { class: dot <= level ? "on" : null }));
  return h("p", { class: "confidence" }, h("i", { "aria-hidden": "true" }, ...dots), h("span", {}, w(["confidence_low", "confidence_good", "confidence_high"][level - 1])));
}

function refusal(answer) {
  const nearest = answer.nearest.map((source) => {
    const facts = [source.source, dateWords(source.published)].filter(Boolean);
    const address = `article/${encodeURIComponent(source.article_id)}?lang=${document.documentElement.lang}`;
    return h("li", {}, h("a", { href: address, target: "_blank", dir: direction(source.language) }, bdi(source.title)), facts.length ? h("span", { class: "small facts-line" }, facts.map((fact, at) => [at ? " · " : "", bdi(fact)]).flat()) : null);
  });
  return h(
    "div",
    { class: "refusal" },
    h("h3", {}, icon("none"), w("refusal")),
    // The answer's own text lists the nearest articles in words; here they are links.
    // A refusal that quotes says itself what is missing from the quote.
    answer.citations.length ? prose(answer) : nearest.length ? h("p", {}, w("refusal_note")) : h("p", { dir: direction(answer.language), lang: answer.language }, answer.text),
    nearest.length ? h("div", { class: "nearest" }, h("h4", {}, w("nearest")), h("ul", {}, nearest)) : null,
  );
}

function actions(answer, onRetry) {
  const row = h("div", { class: "actions" });
  if (answer.citations.length) {
    const open = () => goToSource(answer, answer.citations[0].marker, announce);
    row.append(h("button", { type: "button", class: "open-sources", onclick: open }, icon("book"), n("sources_count", sourceCount(answer))));
    row.append(iconButton("copy", w("copy_answer"), (event) => copyAnswer(answer, event.currentTarget)));
  }
  row.append(...verdicts(answer, row), iconButton("retry", w("retry"), onRetry, { "data-retry": true }));
  return row;
}

async function copyAnswer(answer, button) {
  const sources = answer.citations.map((citation) => `[${citation.marker}] ${quoteWithSource(citation)}`);
  const done = await copyText([answer.question, answer.text, ...sources].join("\n\n"));
  announce(done ? w("copied") : w("copy_failed"));
  if (!done) return;
  button.replaceChildren(icon("check"));
  setTimeout(() => button.replaceChildren(icon("copy")), 2000);
}

function verdicts(answer, row) {
  const buttons = ["like", "dislike"].map((verdict) =>
    iconButton(verdict, w(verdict), () => give(verdict), { "aria-pressed": String(answer.verdict === verdict) }));
  const give = async (verdict) => {
    answer.verdict = verdict;
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(["like", "dislike"][at] === verdict)));
    row.parentElement.querySelector(".comment")?.remove();
    const form = commentForm(answer, verdict);
    row.after(form);
    form.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "nearest" });
    await sendVerdict(answer, verdict, "");
  };
  return buttons;
}

const sendVerdict = (answer, verdict, comment) =>
  call("feedback", { answer_id: answer.id, verdict, comment, question: answer.question, answer: answer.text, language: document.documentElement.lang })
    .catch(() => ({ type: "error", code: "failed" }));

function commentForm(answer, verdict) {
  const area = h("textarea", { rows: "2", dir: "auto", maxlength: "2000", "aria-label": w("comment"), placeholder: w(`comment_${verdict}`) });
  const form = h("form", { class: "comment" }, area, h("div", {}, h("button", { class: "plain" }, w("send_comment")), h("button", { type: "button", class: "link", onclick: () => form.remove() }, w("close"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reply = await sendVerdict(answer, verdict, area.value.trim());
    const words = reply.type === "thanks" ? w("thanks") : w("error_failed");
    form.replaceChildren(h("p", { class: "small", role: "status" }, words));
  });
  return form;
}

/** What a screen reader is told once the answer is there. */
export function spoken(answer) {
  if (answer.kind === "refusal") return `${w("refusal")}. ${answer.text}`;
  return `${w("answer")}: ${answer.text} ${answer.citations.length ? n("sources_count", sourceCount(answer)) : ""}`;
}

export const scrollToExchange = (exchange) =>
  exchange.element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });

