// The conversation: asking, stopping, trying again, editing, keeping, opening, starting anew.

import { $, h, iconButton } from "./dom.js";
import { go, name, title } from "./address.js";
import { fill, grow, keepDraft, wireBox } from "./composer.js";
import { exportMarkdown, exportPrint } from "./conversation_export.js";
import { Exchange, announce, problemWords, scrollToExchange, spoken } from "./exchange.js";
import { send } from "./sending.js";
import { openShared } from "./sharing.js";
import { hideSources, showSources } from "./sources.js";
import { findConversation, keepConversation } from "./store.js";
import { known, onLanguage, w } from "./words.js";

const HISTORY_TURNS = 3; // earlier turns that a follow-up may lean on
const READING_LINE = 0.4; // of the window's height: the answer there is the one that is looked at
let exchanges = [];
let id = newId();
let running = null;
let editing = null;
let filters = {};
let scope = null; // the one article that is asked, `{ article_id, title }`
const tell = (type, detail) => document.dispatchEvent(new CustomEvent(`mustanad:${type}`, { detail }));

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const turns = () => exchanges.filter((each) => each.answer && !each.answer.shared).map((each) => ({ question: each.question, answer: each.answer }));

/** A turn as the server needs it again: without what only the page shows. */
const plainTurns = () => turns().map(({ question, answer }) => ({
  question,
  answer: { ...answer, citations: answer.citations.map(({ before, after, heading, original, link, ...rest }) => rest) },
}));

const newExchange = (question) => new Exchange(question, { onEdit: edit, onRetry: retry, onAsk: (question) => ask(question) });

/** Asks; `more` are filters of this question alone. */
export function ask(question, more = {}) {
  const problem = check(question);
  say(problem ? problemWords(problem) : "");
  if (problem || running) return false;
  if (editing) dropFrom(editing);
  endEditing();
  const exchange = newExchange(question);
  add(exchange);
  fill("");
  keepDraft(question); // until there is an answer: a reload must not lose it
  nameConversation();
  refresh();
  scrollToExchange(exchange);
  answer(exchange, more);
  return true;
}

function add(exchange) {
  exchanges.push(exchange);
  $("conversation").append(exchange.element);
  $("mustanad").classList.remove("first");
}

/** The address and the title of the conversation that is open. */
function nameConversation({ replace = false } = {}) {
  name("talk", { id }, { replace });
  title(exchanges[0]?.question.slice(0, 80));
}

function check(question) {
  if (!question.trim()) return { code: "empty" };
  const length = [...question].length;
  return length > known.limit ? { code: "too_long", n: length, limit: known.limit } : null;
}

/** What the page that embeds us lets answers come from. */
export const setFilters = (given) => { filters = given ?? {}; };

export const say = (text) => { $("problem").textContent = text; };

async function answer(exchange, more) {
  const abort = new AbortController();
  running = { exchange, abort };
  refresh();
  tell("question", { question: exchange.question });
  announce(w("searching"));
  const show = {
    delta: (text) => exchange.add(text),
    answer: (given) => finish(exchange, given),
    failure: (problem) => failed(exchange, problem),
    wait: (words) => { keepDraft(exchange.question); exchange.wait(words); },
  };
  const chosen = { ...filters, ...more, ...(scope ? { article_ids: [scope.article_id] } : {}) };
  try {
    await send([exchange.question, plainTurns().slice(-HISTORY_TURNS), chosen], show, (type) => tell(type, {}), abort.signal);
    keepDraft();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    exchange.stop();
  } finally {
    if (running?.exchange === exchange) running = null;
    refresh();
  }
}

function finish(exchange, given) {
  exchange.finish(given);
  follow();
  announce(spoken(given));
  keepConversation(id, turns(), scope);
  tell("answer", { answer: given });
  if (given.kind === "refusal") tell("unanswered", { question: exchange.question, answer: given });
}

function failed(exchange, problem) {
  exchange.fail(problem);
  announce(problemWords(problem));
  tell("error", { code: problem.code, message: problemWords(problem) });
}

export function stopAsking() {
  running?.abort.abort();
}

function retry(exchange, more = {}) {
  if (running) return;
  const question = exchange.question;
  dropFrom(exchange);
  ask(question, more);
}

function edit(exchange) {
  editing = exchange;
  $("editing").hidden = false;
  fill(exchange.question);
  $("question").focus();
}

function endEditing() {
  editing = null;
  $("editing").hidden = true;
}

function dropFrom(exchange) {
  const at = exchanges.indexOf(exchange);
  for (const each of exchanges.splice(at)) each.element.remove();
}

/** Brings the buttons in line with what is going on. */
function refresh() {
  $("send").hidden = Boolean(running);
  $("stop").hidden = !running;
  $("new").hidden = !exchanges.length;
  $("anew").hidden = !exchanges.length || !known.embedded; // a frame has no header to hold it
  exchanges.forEach((exchange, at) => {
    const last = at === exchanges.length - 1;
    exchange.editButton.hidden = !last || Boolean(running);
    for (const each of exchange.body.querySelectorAll("[data-retry], .further")) each.hidden = !last || Boolean(running);
  });
  $("question").placeholder = w(exchanges.length ? "placeholder_more" : "placeholder");
  drawScope();
  drawExports();
  follow();
}

function drawScope() {
  const off = h("button", { type: "button", class: "link", onclick: () => { scope = null; refresh(); } }, w("about_off"));
  $("scope").hidden = !scope;
  $("scope").replaceChildren(...(scope ? [h("span", {}, w("about_article", { title: scope.title })), off] : []));
}

/** The last answer carries the buttons that export the whole conversation. */
function drawExports() {
  for (const old of document.querySelectorAll("[data-export]")) old.remove();
  const row = exchanges.at(-1)?.body.querySelector(".actions");
  if (running || !row || !turns().length) return;
  const label = (key) => `${w("export")}: ${w(key)}`;
  const markdown = async () => {
    const problem = await exportMarkdown(plainTurns());
    if (problem) say(problemWords(problem));
  };
  row.append(
    iconButton("export", label("export_markdown"), markdown, { "data-export": "markdown" }),
    iconButton("print", label("export_print"), () => exportPrint(plainTurns()), { "data-export": "print" }),
  );
}

/** Shows the sources of the answer that is looked at: the one on the reading line. */
function follow({ again = false } = {}) {
  if ($("sheet").open || $("view-ask").hidden) return;
  const line = innerHeight * READING_LINE;
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const looked = atEnd ? exchanges.at(-1) : exchanges.findLast((each) => each.element.getBoundingClientRect().top <= line) ?? exchanges[0];
  if (looked?.answer?.citations.length && !looked.stopped && !looked.problem) showSources(looked.answer, announce, { again });
  else hideSources();
}

function leave() {
  stopAsking();
  running = null;
  endEditing();
  id = newId();
  for (const each of exchanges) each.element.remove();
  exchanges = [];
  scope = null;
  hideSources();
  say("");
  $("mustanad").classList.add("first");
}

/** A conversation that has not begun; of one article alone where `about` is `{ article_id, title }`. */
export function startAnew(about = null) {
  leave();
  scope = about;
  title(about?.title.slice(0, 80));
  refresh();
}

/** Opens a kept conversation; a new one, with a word about it, when this browser does not have it. */
export function openConversation(wanted) {
  if (wanted === id && exchanges.length) {
    nameConversation({ replace: true });
    return;
  }
  const kept = findConversation(wanted);
  startAnew(kept?.scope ?? null);
  if (!kept) {
    say(w("conversation_missing"));
    return;
  }
  id = kept.id;
  for (const turn of kept.turns) {
    const exchange = newExchange(turn.question);
    exchange.finish(turn.answer);
    add(exchange);
  }
  nameConversation({ replace: true });
  refresh();
  scrollToExchange(exchanges.at(-1));
}

/** Opens the answer that a shared address holds. */
export async function openAnswer(given) {
  startAnew();
  const { question, answer: found, changed, problem } = await openShared(given).catch(() => ({ question: given.get("question") ?? "", problem: { code: "failed" } }));
  const exchange = newExchange(question);
  if (found) exchange.answer = found;
  else exchange.problem = problem ?? { code: "shared_gone" };
  exchange.note = { lost: "shared_changed", moved: "shared_moved" }[changed] ?? "shared_note";
  add(exchange);
  exchange.draw();
  title(question.slice(0, 80));
  refresh();
}

export function wireComposer() {
  wireBox({ onSend: ask, lastQuestion: () => exchanges.at(-1)?.question, onInput: () => say("") });
  $("stop").addEventListener("click", stopAsking);
  $("cancel-edit").addEventListener("click", () => { endEditing(); fill(""); });
  const anew = () => { if (known.embedded) startAnew(); else go("ask"); $("question").focus(); };
  for (const each of ["new", "anew"]) $(each).addEventListener("click", anew);
  let drawing = 0;
  addEventListener("scroll", () => { drawing ||= requestAnimationFrame(() => { drawing = 0; follow(); }); }, { passive: true });
  onLanguage(() => {
    for (const exchange of exchanges) exchange.draw();
    say("");
    refresh();
    follow({ again: true });
    grow();
  });
}
