// The conversation: asking, stopping, trying again, editing, keeping, starting anew.

import { $, download, h, iconButton } from "./dom.js";
import { Exchange, announce, problemWords, scrollToExchange, spoken } from "./exchange.js";
import { ServerGone, call, health, stream } from "./server.js";
import { hideSources, showSources } from "./sources.js";
import { findConversation, keepConversation, recall, remember } from "./store.js";
import { currentLanguage, known, onLanguage, w } from "./words.js";

const DRAFT = "mustanad.draft";
const LONG_PASTE = 5000; // characters
const HISTORY_TURNS = 3; // earlier turns that a follow-up may lean on
const BUSY_TRIES = 3; // a busy server is asked again so often before the reader is told to
let exchanges = [];
let id = newId();
let running = null;
let editing = null;
let filters = {};
const tell = (type, detail) => document.dispatchEvent(new CustomEvent(`mustanad:${type}`, { detail }));

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const turns = () => exchanges.filter((each) => each.answer).map((each) => ({ question: each.question, answer: each.answer }));

/** A turn as the server needs it again: without what only the page shows. */
const plainTurns = () => turns().map(({ question, answer }) => ({
  question,
  answer: { ...answer, citations: answer.citations.map(({ before, after, original, ...rest }) => rest) },
}));

export function ask(question) {
  const problem = check(question);
  say(problem ? problemWords(problem) : "");
  if (problem || running) return false;
  if (editing) dropFrom(editing);
  endEditing();
  const exchange = new Exchange(question, { onEdit: edit, onRetry: retry });
  exchanges.push(exchange);
  $("conversation").append(exchange.element);
  $("mustanad").classList.remove("first");
  $("question").value = "";
  grow();
  remember(DRAFT, null);
  refresh();
  scrollToExchange(exchange);
  answer(exchange);
  return true;
}

function check(question) {
  if (!question.trim()) return { code: "empty" };
  const length = [...question].length;
  return length > known.limit ? { code: "too_long", n: length, limit: known.limit } : null;
}

/** What the page that embeds us lets answers come from. */
export const setFilters = (given) => { filters = given ?? {}; };

export const say = (text) => { $("problem").textContent = text; };

async function answer(exchange) {
  const abort = new AbortController();
  running = { exchange, abort };
  refresh();
  tell("question", { question: exchange.question });
  announce(w("searching"));
  try {
    const history = plainTurns().slice(-HISTORY_TURNS);
    for (let tries = 0; ; tries += 1) {
      const later = await answered(exchange, history, abort.signal, tries < BUSY_TRIES);
      if (!later) break;
      await (later.code === "busy" ? pause(exchange, later, abort.signal) : readiness(abort.signal));
    }
  } catch (error) {
    if (error.name === "AbortError") exchange.stop();
    else lost(exchange, error);
  } finally {
    running = null;
    refresh();
  }
}

/** Asks and shows what comes; gives the event that says that the question has to wait, if one does. */
async function answered(exchange, history, signal, patient) {
  for await (const event of stream("ask", [exchange.question, history, filters], signal)) {
    if (event.code === "loading" || (event.code === "busy" && patient)) return event;
    if (event.type === "delta") exchange.add(event.text);
    else if (event.type === "answer") finish(exchange, event.answer);
    else failed(exchange, event);
  }
  return null;
}

/** Says that the server is busy, and waits as long as it asked for. */
async function pause(exchange, busy, signal) {
  exchange.wait(problemWords(busy));
  announce(problemWords(busy));
  await new Promise((resolve) => setTimeout(resolve, busy.retry_s * 1000 * (1 + Math.random())));
  signal.throwIfAborted();
  exchange.wait(w("searching"));
}

async function readiness(signal) {
  tell("loading", {});
  do {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    signal.throwIfAborted();
  } while ((await health()) === "loading");
}

function finish(exchange, given) {
  exchange.finish(given);
  if (given.citations.length) showSources(given, announce);
  else hideSources();
  announce(spoken(given));
  keepConversation(id, turns());
  tell("answer", { answer: given });
}

function failed(exchange, problem) {
  exchange.fail(problem);
  announce(problemWords(problem));
  tell("error", { code: problem.code, message: problemWords(problem) });
}

/** The server went away: the question goes back into the box, so that nothing typed is lost. */
function lost(exchange, error) {
  if (!(error instanceof ServerGone)) throw error;
  failed(exchange, { code: "failed" });
  tell("gone", {});
  if (!$("question").value) {
    $("question").value = exchange.question;
    keepDraft();
    grow();
  }
}

export function stopAsking() {
  running?.abort.abort();
}

function retry(exchange) {
  if (running) return;
  const question = exchange.question;
  dropFrom(exchange);
  ask(question);
}

function edit(exchange) {
  editing = exchange;
  $("editing").hidden = false;
  $("question").value = exchange.question;
  grow();
  $("question").focus();
}

export function endEditing() {
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
    const again = exchange.body.querySelector("[data-retry]");
    if (again) again.hidden = !last || Boolean(running);
  });
  $("question").placeholder = w(exchanges.length ? "placeholder_more" : "placeholder");
  drawExports();
}

/** The last answer carries the buttons that export the whole conversation. */
function drawExports() {
  for (const old of document.querySelectorAll("[data-export]")) old.remove();
  const row = exchanges.at(-1)?.body.querySelector(".actions");
  if (running || !row || !turns().length) return;
  const label = (key) => `${w("export")}: ${w(key)}`;
  row.append(
    iconButton("export", label("export_markdown"), exportMarkdown, { "data-export": "markdown" }),
    iconButton("print", label("export_print"), exportPrint, { "data-export": "print" }),
  );
}

const base = () => new URL("./", location.href).href;

async function exportMarkdown() {
  const file = await call("export_conversation", plainTurns(), currentLanguage(), base()).catch(() => ({ type: "error", code: "failed" }));
  if (file.type === "file") download("mustanad.md", file.text, "text/markdown");
  else say(problemWords(file));
}

function exportPrint() {
  const field = (name, value) => h("input", { type: "hidden", name, value });
  const form = h("form", { method: "post", action: "print", target: "_blank", hidden: true }, field("turns", JSON.stringify(plainTurns())), field("language", currentLanguage()));
  document.body.append(form);
  form.submit();
  form.remove();
}

export function startAnew() {
  stopAsking();
  endEditing();
  id = newId();
  for (const each of exchanges) each.element.remove();
  exchanges = [];
  hideSources();
  say("");
  $("mustanad").classList.add("first");
  refresh();
  $("question").focus();
}

export function openConversation(wanted) {
  const kept = findConversation(wanted);
  if (!kept) return;
  startAnew();
  id = kept.id;
  for (const turn of kept.turns) {
    const exchange = new Exchange(turn.question, { onEdit: edit, onRetry: retry });
    exchange.finish(turn.answer);
    exchanges.push(exchange);
    $("conversation").append(exchange.element);
  }
  $("mustanad").classList.remove("first");
  const last = exchanges.at(-1);
  if (last.answer.citations.length) showSources(last.answer, announce);
  refresh();
  scrollToExchange(last);
}

/** The box grows with what is typed, up to what the style allows. */
export function grow() {
  const box = $("question");
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}

export const keepDraft = () => remember(DRAFT, $("question").value || null);

export function wireComposer() {
  const box = $("question");
  box.value = box.value || recall(DRAFT) || "";
  grow();
  box.addEventListener("input", () => { grow(); keepDraft(); say(""); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("composer").requestSubmit();
    }
  });
  box.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (text.length <= LONG_PASTE) return;
    // Put in at once: Chromium takes many seconds to type an article into a box.
    event.preventDefault();
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
  $("stop").addEventListener("click", stopAsking);
  $("cancel-edit").addEventListener("click", () => { endEditing(); box.value = ""; grow(); });
  for (const each of ["new", "anew"]) $(each).addEventListener("click", startAnew);
  onLanguage(() => {
    for (const exchange of exchanges) exchange.draw();
    const last = exchanges.at(-1)?.answer;
    if (last?.citations.length) showSources(last, announce);
    say("");
    refresh();
  });
}

