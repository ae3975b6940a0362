// What an answer is drawn as: how sure it is, its quotes, a refusal with what is missing, further questions.

import { bdi, direction, h, icon, signed } from "./dom.js";
import { actions } from "./answer_actions.js";
import { arranged } from "./arrangement.js";
import { SURE, isSure } from "./sureness.js";
import { markerLink, readHere } from "./sources.js";
import { datedWords, known, w } from "./words.js";

const GOOD = 0.4;
const FURTHER = 3; // questions
const REFUSED = new Set(Object.values(known.words).map((words) => words.refusal)); // says only that nothing was found

/** The elements of `answer`. `onRetry()`, `onAsk(question)` and `onAllDates()` are what its buttons do. */
export function answerParts(answer, { onRetry, onAsk, onAllDates, announce }) {
  const parts = [];
  if (answer.searched_as) parts.push(understood(answer));
  if (answer.period) parts.push(period(answer, onAllDates));
  if (answer.kind === "refusal") parts.push(refusal(answer, announce));
  else {
    if (answer.citations.length && answer.kind !== "search" && !answer.shared) parts.push(confidence(answer.confidence));
    if (short(answer)) parts.push(shortLine(answer));
    parts.push(prose(answer, announce));
  }
  if (answer.unsupported.length) parts.push(h("p", { class: "small" }, w("unsupported_legend")));
  if (answer.notices.length) parts.push(h("div", { class: "notices small" }, answer.notices.map((notice) => h("p", { dir: "auto" }, notice))));
  if (answer.kind !== "small_talk") parts.push(actions(answer, onRetry, announce));
  if (answer.suggestions?.length) parts.push(further(answer, onAsk));
  return parts;
}

/** The question as it was searched, for who wants to see how a follow-up was understood. */
const understood = (answer) =>
  h("details", { class: "small searched" }, h("summary", {}, w("understood")), h("p", {}, w("searched_as", { query: "" }), bdi(answer.searched_as)));

/** The days that the question named and that the articles were limited to, and a way to take them off. */
function period(answer, onAllDates) {
  const off = h("button", { type: "button", class: "link", "data-retry": true, onclick: onAllDates }, w("period_off"));
  return h("p", { class: "note shared" }, h("span", {}, w("period_used", { text: "" }), bdi(answer.period.text)), off);
}

/** The few words that answer, of the first quote, where that is told as the answer and not as what it may be in. */
const short = (answer) => (answer.kind === "answer" && answer.arrangement === "quotes" && isSure(answer) ? answer.citations[0]?.answer : null);

const shortLine = (answer) => h("p", { class: "short-answer", dir: direction(answer.citations[0].language), lang: answer.citations[0].language }, signed(short(answer).text));

function prose(answer, announce) {
  const byMarker = new Map(answer.citations.map((citation) => [citation.marker, citation]));
  const link = (number) => (byMarker.has(number) ? markerLink(answer, byMarker.get(number), announce) : null);
  return h("div", { class: "prose", dir: direction(answer.language), lang: answer.language }, ...arranged(answer, link, (citation) => sourceLine(answer, citation)));
}

/** Publisher and day under a quote, in words of the interface's language. */
function sourceLine(answer, citation) {
  // The text of an answer names the titles itself, but where its quotes are laid out without it.
  const untitled = answer.arrangement === "quotes" && !answer.shared;
  const facts = [citation.source || (untitled ? "" : citation.title), datedWords(citation.published)].filter(Boolean);
  if (!facts.length) return null;
  return h("cite", { class: "source-line", lang: document.documentElement.lang, dir: document.documentElement.dir }, facts.map((fact, at) => [at ? " · " : "", bdi(fact)]).flat());
}

function confidence(value) {
  const level = value >= SURE ? 3 : value >= GOOD ? 2 : 1;
  const dots = [1, 2, 3].map((dot) => h("b", { class: dot <= level ? "on" : null }));
  return h("p", { class: "confidence" }, h("i", { "aria-hidden": "true" }, ...dots), h("span", {}, w(["confidence_low", "confidence_good", "confidence_high"][level - 1])));
}

function refusal(answer, announce) {
  const nearest = answer.nearest.map((source) => {
    const facts = [source.source, datedWords(source.published)].filter(Boolean);
    return h("li", {}, h("a", { href: readHere(source.article_id), target: "_blank", dir: direction(source.language) }, bdi(source.title)), facts.length ? h("span", { class: "small facts-line" }, facts.map((fact, at) => [at ? " · " : "", bdi(fact)]).flat()) : null);
  });
  return h(
    "div",
    { class: "refusal" },
    h("h3", {}, icon("none"), w("refusal")),
    // A refusal that quotes says itself what is missing from the quote.
    answer.citations.length ? prose(answer, announce) : h("p", { dir: direction(answer.language), lang: answer.language }, reason(answer)),
    nearest.length ? h("div", { class: "nearest" }, h("h4", {}, w("nearest")), h("ul", {}, nearest)) : null,
    contact(answer),
  );
}

/** The portal's own way to somebody who can answer: a link, or an event that it listens to. */
function contact(answer) {
  if (!known.contact) return null;
  if (/^(https?:\/\/|mailto:|tel:)/iu.test(known.contact)) return h("p", { class: "contact" }, h("a", { class: "plain", href: known.contact, target: "_blank", rel: "noopener" }, w("contact")));
  const call = () => document.dispatchEvent(new CustomEvent("mustanad:contact", { detail: { question: answer.question } }));
  return h("p", { class: "contact" }, h("button", { type: "button", class: "plain", onclick: call }, w("contact")));
}

/** What the answer says is missing; the nearest articles that its text goes on to name are links below. */
function reason(answer) {
  if (!answer.nearest.length) return answer.text;
  const said = answer.text.split(/[؛;]/u)[0].trim().replace(/[.:]$/u, "");
  return REFUSED.has(said) ? w("refusal_note") : `${said}.`;
}

function further(answer, onAsk) {
  const rows = answer.suggestions.slice(0, FURTHER).map((question) => h("li", {}, h("button", { type: "button", dir: "auto", onclick: () => onAsk(question) }, question)));
  return h("nav", { class: "further", "aria-label": w("further") }, h("h3", {}, w("further")), h("ul", {}, rows));
}
