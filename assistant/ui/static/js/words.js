// The interface's words, in the language the reader chose, and what is put into them.

import { $ } from "./dom.js";

export const known = JSON.parse($("mustanad-data").textContent);
const listeners = new Set();
const YEAR_MS = 365.2425 * 24 * 3600 * 1000;
let titled = [];
let language = document.documentElement.dataset.language || known.language;

export const currentLanguage = () => language;

/** The words under `key`, `{name}` replaced by `values.name`. */
export function w(key, values = {}) {
  return known.words[language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The words under `key` in the plural form of `number`. */
export function n(key, number) {
  const forms = known.words[language][key];
  const form = number === 0 && forms.zero ? "zero" : new Intl.PluralRules(language).select(number);
  // A number and its noun stay on one line.
  return (forms[form] ?? forms.other).replace(/\{n\} ?/, (place) => digits(number) + (place.endsWith(" ") ? "\u00a0" : ""));
}

export const digits = (number) => Number(number).toLocaleString("en");

/** `2025-09-30` as `30 September 2025`, `2025-09` as `September 2025`. */
export const dateWords = (published) => dateIn(published, language);

/** The same in a language that is not the interface's. */
export function dateIn(published, spoken) {
  if (!published) return "";
  const parts = published.slice(0, 10).split("-");
  const month = (known.words[spoken] ?? known.words.en).months.split(" ")[Number(parts[1]) - 1];
  if (!/^\d{4}$/.test(parts[0]) || (parts.length > 1 && !month)) return published;
  return [parts[2] && String(Number(parts[2])), month, parts[0]].filter(Boolean).join(" ");
}

/** "nine years ago" for what was published a year ago or more, else nothing. */
export function ageWords(published) {
  const then = new Date(published ? published.slice(0, 10) : NaN);
  const years = Math.floor((Date.now() - then) / YEAR_MS);
  if (!(years >= 1)) return "";
  const words = n("years_ago", years);
  const small = known.words[language].small_numbers.split(" ")[years - 3];
  return small ? words.replace(String(years), small) : words;
}

/** A day in words, and how long ago it was where that matters. */
export function datedWords(published) {
  const [day, age] = [dateWords(published), ageWords(published)];
  return day && age ? `${day} (${age})` : day;
}

/** The name of a language, by our own words where we have them and the browser's otherwise. */
export function languageName(code) {
  const own = known.words[language][`language_${code}`];
  if (own) return own;
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

export const onLanguage = (listener) => listeners.add(listener);

function nameLanguage() {
  const root = document.documentElement;
  const side = language === "ar" ? "rtl" : "ltr";
  if (root.lang !== language) root.lang = language;
  if (root.dir !== side) root.dir = side;
  document.title = [...titled, known.title ?? w("brand")].join(" · ");
}

/** Says in the window's title where one is, before the program's name. */
export function nameTitle(parts) {
  titled = parts;
  nameLanguage();
}

// Gradio names the browser's language there when it starts; ours is the one the reader chose.
new MutationObserver(nameLanguage).observe(document.documentElement, { attributeFilter: ["lang", "dir"] });

/** Speaks `next` from now on: the words in the page change, and whoever asked is told. */
export function setLanguage(next) {
  language = next;
  nameLanguage();
  speak(document);
  for (const listener of listeners) listener(next);
}

/** Fills every element under `root` that names a word. */
export function speak(root) {
  for (const element of root.querySelectorAll("[data-w]")) element.textContent = w(element.dataset.w);
  for (const element of root.querySelectorAll("[data-w-label]")) element.setAttribute("aria-label", w(element.dataset.wLabel));
  for (const element of root.querySelectorAll("[data-w-title]")) element.title = w(element.dataset.wTitle);
  for (const element of root.querySelectorAll("[data-w-placeholder]")) element.placeholder = w(element.dataset.wPlaceholder);
}
