// The page: tabs, language, appearance, greeting, earlier conversations, and what it says of the server.

import { $, bdi, h, iconButton, isolated } from "./dom.js";
import { drawCorpus } from "./corpus.js";
import { joinFrame } from "./frame.js";
import { drawQuotes } from "./quotes.js";
import { call, health } from "./server.js";
import { clearConversations, conversations, deleteConversation, remember } from "./store.js";
import { ask, openConversation, wireComposer } from "./talk.js";
import { currentLanguage, dateWords, known, n, onLanguage, setLanguage, w } from "./words.js";

const TABS = ["ask", "quotes", "articles"];
const THEMES = ["auto", "light", "dark"];
const WAIT_MS = 2000;
const HEARTBEAT_MS = 20_000;
let watching = false;

function greet() {
  const corpus = known.corpus;
  const empty = corpus && corpus.articles === 0;
  $("empty").hidden = !empty;
  $("welcome").hidden = Boolean(empty);
  if (corpus && !empty) {
    const articles = n("articles_count_genitive", corpus.articles);
    const named = Object.values(corpus.sources).reduce((sum, count) => sum + count, 0) === corpus.articles;
    const [before, after] = w(named ? "greeting_named" : "greeting_about", { articles, sources: "\n" }).split("\n");
    $("about").replaceChildren(before, ...(named ? outlets(Object.keys(corpus.sources)) : []), after ?? "");
  }
  const asked = known.suggestions[currentLanguage()] ?? [];
  $("suggestions").hidden = !asked.length;
  $("sample").replaceChildren(...known.sample.map(sampleRow));
  $("suggestion-list").replaceChildren(...asked.map((question) => h("li", {}, h("button", { type: "button", dir: "auto", onclick: () => ask(question) }, ...isolated(question)))));
}

/** One of the articles, by title, outlet and date. */
function sampleRow(source) {
  const facts = [source.source, dateWords(source.published)].filter(Boolean);
  const address = `article/${encodeURIComponent(source.article_id)}?lang=${currentLanguage()}`;
  return h("li", {}, h("a", { href: address, target: "_blank" }, bdi(source.title)), facts.length ? h("span", { class: "small" }, facts.map((fact) => [" · ", bdi(fact)]).flat()) : null);
}

/** The first three names as a reader lists them: `A, B and C`, or `A, B, C and others`. */
function outlets(names) {
  const listed = names.length > 3 ? [...names.slice(0, 3), w("list_others")] : names;
  const between = (at) => (at === 0 ? "" : w(at === listed.length - 1 ? "list_and" : "list_comma"));
  return listed.flatMap((name, at) => [between(at), bdi(name)]);
}

function showTab(name) {
  for (const tab of TABS) {
    $(`view-${tab}`).hidden = tab !== name;
    const link = document.querySelector(`[data-tab="${tab}"]`);
    if (tab === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("mustanad").dataset.view = name;
  if (name === "quotes") drawQuotes($("view-quotes"));
  if (name === "articles") drawCorpus($("view-articles"));
}

const followHash = () => {
  const name = location.hash.slice(1);
  if (TABS.includes(name)) showTab(name);
  else if (!name) showTab("ask");
};

function wireTabs() {
  for (const link of document.querySelectorAll("[data-tab], #brand")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const name = link.dataset.tab ?? "ask";
      history.pushState(null, "", `#${name}`);
      showTab(name);
      scrollTo(0, 0);
    });
  }
  addEventListener("hashchange", followHash);
  addEventListener("popstate", followHash);
  followHash();
}

function wireLanguage() {
  $("language").addEventListener("click", () => {
    const next = currentLanguage() === "ar" ? "en" : "ar";
    remember("mustanad.language", next);
    setLanguage(next);
  });
  onLanguage(() => { greet(); showTheme(); followHash(); });
}

const chosenTheme = () => document.documentElement.dataset.theme ?? "auto";

function showTheme() {
  const label = w(`theme_${chosenTheme()}`);
  $("theme").setAttribute("aria-label", label);
  $("theme").title = label;
}

function wireTheme() {
  $("theme").addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    remember("mustanad.theme", next === "auto" ? null : next);
    showTheme();
  });
  showTheme();
}

function drawPast() {
  const entries = conversations();
  $("clear").hidden = !entries.length;
  const row = (each) => h(
    "li",
    {},
    h("button", { type: "button", onclick: () => { $("drawer").close(); showTab("ask"); openConversation(each.id); } }, bdi(each.title), h("small", {}, dateWords(each.updated))),
    iconButton("trash", w("delete"), () => { deleteConversation(each.id); drawPast(); }),
  );
  $("past").replaceChildren(...(entries.length ? entries.map(row) : [h("li", { class: "small" }, w("history_empty"))]));
}

function wireDialogs() {
  $("history").addEventListener("click", () => { drawPast(); $("drawer").showModal(); });
  $("clear").addEventListener("click", () => {
    if (confirm(w("clear_confirm"))) { clearConversations(); drawPast(); }
  });
  for (const dialog of [$("drawer"), $("sheet")]) {
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

/** Learns what the articles are when the page opened before the server knew. */
async function learnCorpus() {
  const welcome = await call("welcome").catch(() => null);
  if (welcome?.type !== "welcome") return;
  known.corpus = welcome.corpus;
  known.suggestions = welcome.suggestions;
  known.sample = welcome.sample;
  greet();
}

/** Says that the model loads or that the server is gone, until it is there again. */
async function watch(away = null) {
  if (watching && !away) return;
  watching = true;
  const state = await health();
  if (state === "ready") {
    watching = false;
    notice(away === "gone" ? w("online") : "");
    if (away) setTimeout(() => notice(""), 4000);
    if (!known.corpus) await learnCorpus();
    return;
  }
  notice(w(state === "loading" ? "loading" : "offline"));
  setTimeout(() => watch(state), WAIT_MS);
}

if (currentLanguage() !== known.language) setLanguage(currentLanguage());
greet();
wireTabs();
wireLanguage();
wireTheme();
wireDialogs();
wireComposer();
joinFrame();
document.addEventListener("mustanad:gone", () => watch());
document.addEventListener("mustanad:loading", () => watch());
addEventListener("offline", () => watch());
setInterval(() => document.visibilityState === "visible" && watch(), HEARTBEAT_MS);
watch();
if (matchMedia("(pointer: fine)").matches && !known.embedded) $("question").focus({ preventScroll: true });
document.documentElement.dataset.ready = "";
performance.mark("mustanad-ready"); // what the benchmark reads
