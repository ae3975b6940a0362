// Elements, made from text only: nothing from an article or a model is ever parsed as HTML.

export const $ = (id) => document.getElementById(id);

/** An element: `h("p", { class: "note", onclick: f }, "text", child)`. Null children are left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the icons of view.html. */
export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A round button that shows an icon and says `label`. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** Text in its own direction, apart from what stands around it. */
export const bdi = (text) => h("bdi", { dir: "auto" }, text);

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"]);

/** The direction of a language; `auto` when it is not known. */
export function direction(language) {
  if (!language || language === "und") return "auto";
  return RIGHT_TO_LEFT.has(language.split("-")[0]) ? "rtl" : "ltr";
}

const NAMED = /(«[^«»]*»|“[^“”]*”)/u;

/** Text whose quoted names keep to themselves: an Arabic name in an English question does not pull its number along. */
export const isolated = (text) => text.split(NAMED).filter(Boolean).map((part) => (NAMED.test(part) ? h("bdi", {}, part) : part));

const SIGNED = /([A-Za-z0-9][A-Za-z0-9.]*[+\-\u2212](?![\w-]))/u;

/** Text in which a sign after Latin letters stays after them: "AA-" in Arabic would be shown as "-AA". */
export const signed = (text) => text.split(SIGNED).filter(Boolean).map((part) => (SIGNED.test(part) ? h("bdi", { dir: "ltr" }, part) : part));

/**
 * `text` with `spans` of it (code points, in order) in elements that `element(part)` makes.
 */
export function marked(text, spans, element) {
  if (!spans.length) return signed(text);
  const letters = [...text];
  const made = [];
  let position = 0;
  for (const [start, end] of spans) {
    if (start < position || end > letters.length || start >= end) continue;
    made.push(...signed(letters.slice(position, start).join("")), element(signed(letters.slice(start, end).join(""))));
    position = end;
  }
  return [...made, ...signed(letters.slice(position).join(""))];
}

/** The address of the web that `url` is, or null: `javascript:` and the like are no links. */
export function webAddress(url) {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export async function copyText(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A frame may not write to the clipboard: the old way below still may.
    }
  }
  const area = h("textarea", { class: "unseen", readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Saves a file of the server's: its text, or its bytes in base64. */
export function saveFile(file) {
  if (file.base64 === undefined) download(file.name, file.text);
  else download(file.name, Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0)), "application/octet-stream");
}

export function download(name, text, type = "text/plain") {
  const address = URL.createObjectURL(new Blob([text], { type: typeof text === "string" ? `${type};charset=utf-8` : type }));
  const link = h("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
