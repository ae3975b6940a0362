// The page: tabs, language, appearance, greeting, earlier conversations, and what it says of the server.

import { $, bdi, h, iconButton, isolated } from "./dom.js";
import { SECTIONS, go, goToSection, onPlace, place, sectionOf, title } from "./address.js";
import { drawArticles } from "./articles.js";
import { countBasket, drawBasket } from "./basket.js";
import { readHere } from "./card.js";
import { joinFrame } from "./frame.js";
import { drawQuotes } from "./quotes.js";
import { call, health } from "./server.js";
import { clearConversations, conversations, deleteConversation, remember } from "./store.js";
import { ask, openAnswer, openConversation, startAnew, wireComposer } from "./talk.js";
import { currentLanguage, dateWords, known, n, onLanguage, setLanguage, w } from "./words.js";

// What an address draws in its section. Another section is a line here, its name in address.js and its tab in view.html.
const DRAW = {
  ask: () => startAnew(),
  talk: (given) => openConversation(given.get("id")),
  about: (given) => startAnew({ article_id: given.get("article") ?? "", title: given.get("title") || given.get("article") || "" }),
  shared: (given) => openAnswer(given),
  quotes: (given) => drawQuotes($("view-quotes"), given),
  articles: (given) => drawArticles($("view-articles"), given),
  basket: () => drawBasket($("view-basket")),
};
const THEMES = ["auto", "light", "dark"];
const TOPICS = 8; // on the first screen
const WAIT_MS = 2000;
const HEARTBEAT_MS = 20_000;
let watching = false;
let missed = false; // news came while the server was looked at, which may have been before it

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
    const months = Object.keys(corpus.dates).sort();
    if (months.length) $("about").append(" ", w("greeting_span", { first: dateWords(months[0]), last: dateWords(months.at(-1)) }));
  }
  const topics = known.topics ?? [];
  $("topics").hidden = !topics.length;
  $("topic-list").replaceChildren(...topics.slice(0, TOPICS).map((topic) => h("li", {}, h("button", { type: "button", class: "chip", onclick: () => ask(w("ask_topic", { topic })) }, bdi(topic)))));
  const asked = known.suggestions[currentLanguage()] ?? [];
  $("suggestions").hidden = !asked.length;
  $("sample").replaceChildren(...known.sample.map(sampleRow));
  $("suggestion-list").replaceChildren(...asked.map((question) => h("li", {}, h("button", { type: "button", dir: "auto", onclick: () => ask(question) }, ...isolated(question)))));
}

/** One of the articles, by title, outlet and date. */
function sampleRow(source) {
  const facts = [source.source, dateWords(source.published)].filter(Boolean);
  return h("li", {}, h("a", { href: readHere(source.article_id), target: known.embedded ? "_blank" : null }, bdi(source.title)), facts.length ? h("span", { class: "small" }, facts.map((fact) => [" · ", bdi(fact)]).flat()) : null);
}

/** The first three names as a reader lists them: `A, B and C`, or `A, B, C and others`. */
function outlets(names) {
  const listed = names.length > 3 ? [...names.slice(0, 3), w("list_others")] : names;
  const between = (at) => (at === 0 ? "" : w(at === listed.length - 1 ? "list_and" : "list_comma"));
  return listed.flatMap((name, at) => [between(at), bdi(name)]);
}

function show(view, given) {
  const section = sectionOf(view);
  for (const each of SECTIONS) {
    $(`view-${each}`).hidden = each !== section;
    const link = document.querySelector(`[data-tab="${each}"]`);
    if (each === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("mustanad").dataset.view = section;
  title();
  DRAW[view](given);
}

const again = () => {
  const { view, given } = place();
  if (sectionOf(view) && sectionOf(view) !== "ask") show(view, given);
};

function wireTabs() {
  for (const link of document.querySelectorAll("[data-tab], #brand")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      goToSection(link.dataset.tab ?? "ask");
      scrollTo(0, 0);
    });
  }
  onPlace(show);
  document.addEventListener("mustanad:basket", countBasket);
  addEventListener("storage", () => { countBasket(); again(); });
  document.addEventListener("mustanad:slash", () => { if ($("view-ask").hidden) goToSection("ask"); $("question").focus(); });
  countBasket();
}

function wireLanguage() {
  $("language").addEventListener("click", () => {
    const next = currentLanguage() === "ar" ? "en" : "ar";
    remember("mustanad.language", next);
    setLanguage(next);
  });
  const leadToCheck = () => { $("check-tab").href = `check?lang=${currentLanguage()}`; };
  onLanguage(() => { greet(); showTheme(); again(); leadToCheck(); });
  leadToCheck();
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
    h("button", { type: "button", onclick: () => { $("drawer").close(); go("talk", { id: each.id }); } }, bdi(each.title), h("small", {}, dateWords(each.updated))),
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
  known.topics = welcome.topics;
  greet();
}

/** Says that the model loads or that the server is gone, until it is there again. */
async function watch(away = null) {
  if (watching && !away) {
    missed = true;
    return;
  }
  watching = true;
  missed = false;
  const state = await health();
  if (state === "ready") {
    watching = false;
    if (missed) return watch(away);
    notice(away === "gone" ? w("online") : "");
    if (away) setTimeout(() => notice(""), 4000);
    if (!known.corpus) await learnCorpus();
    return;
  }
  notice(w(state === "loading" ? "loading" : "offline"));
  setTimeout(() => watch(state), WAIT_MS);
}

if (currentLanguage() !== known.language) setLanguage(currentLanguage());
document.addEventListener("mustanad:suggestions", greet);
greet();
wireComposer();
wireTabs();
wireLanguage();
wireTheme();
wireDialogs();
joinFrame();
document.addEventListener("mustanad:gone", () => watch());
document.addEventListener("mustanad:loading", () => watch());
addEventListener("offline", () => watch());
setInterval(() => document.visibilityState === "visible" && watch(), HEARTBEAT_MS);
watch();
if (matchMedia("(pointer: fine)").matches && !known.embedded) $("question").focus({ preventScroll: true });
document.documentElement.dataset.ready = "";
performance.mark("mustanad-ready"); // what the benchmark reads
