// The chat inside a portal's frame: what the embedding page may set and ask. The messages themselves are carried,
// and their senders checked, by /widget/embed.js; here they are events of this document.

import { $ } from "./dom.js";
import { fill } from "./composer.js";
import { ask, setFilters } from "./talk.js";
import { currentLanguage, known, setLanguage } from "./words.js";

const MOST_SUGGESTED = 6; // questions that a portal may put on the first screen

export function joinFrame() {
  if (!known.embedded) return;
  document.addEventListener("mustanad:config", ({ detail }) => configure(detail));
  document.addEventListener("mustanad:focus", () => $("question").focus());
  document.addEventListener("mustanad:ask", ({ detail }) => {
    if (typeof detail.question !== "string") return;
    fill(detail.question);
    if (detail.send !== false) ask(detail.question);
  });
  document.dispatchEvent(new CustomEvent("mustanad:ready", { detail: {} }));
}

function configure({ lang, theme, accent, greeting, filters, suggestions, contact }) {
  if (["ar", "en"].includes(lang) && lang !== currentLanguage()) setLanguage(lang);
  const root = document.documentElement;
  if (["light", "dark"].includes(theme)) root.dataset.theme = theme;
  else if (theme === "auto") delete root.dataset.theme;
  if (typeof accent === "string" && CSS.supports("color", accent)) paint(root, accent);
  if (typeof greeting === "string" && greeting.trim()) $("welcome").querySelector("h1").textContent = greeting;
  if (filters && typeof filters === "object") setFilters(filters);
  if (typeof contact === "string") known.contact = contact;
  if (Array.isArray(suggestions) && suggestions.length) {
    const asked = suggestions.filter((each) => typeof each === "string").slice(0, MOST_SUGGESTED);
    for (const language of Object.keys(known.words)) known.suggestions[language] = asked;
    document.dispatchEvent(new CustomEvent("mustanad:suggestions"));
  }
}

/** The portal's own colour for what is accented: as it is under text, and as text darker or lighter where it must be read. */
function paint(root, accent) {
  const colour = rgb(accent);
  const [light, dark] = PAPERS.map(([paper, ink]) => readable(colour, paper, ink));
  root.style.setProperty("--fill", accent);
  root.style.setProperty("--on-fill", contrast(colour, BLACK) > contrast(colour, WHITE) ? "#000" : "#fff");
  root.style.setProperty("--accent", `light-dark(rgb(${light}), rgb(${dark}))`);
  root.style.setProperty("--accent-soft", `color-mix(in srgb, ${accent} ${SOFT * 100}%, var(--paper))`);
  root.style.setProperty("--mark", `color-mix(in srgb, ${accent} 24%, var(--paper))`);
}

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const PAPERS = [[[241, 239, 233], BLACK], [[32, 36, 34], WHITE]]; // --sunken of light and dark, and what is farthest from it
const SOFT = 0.14;
const READABLE = 4.5; // WCAG's contrast of text

function rgb(colour) {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

const mix = (one, other, share) => one.map((part, at) => Math.round(part + (other[at] - part) * share));

/** The nearest to `colour` that reads as text on `paper` and on its own tint of it. */
function readable(colour, paper, ink) {
  const tint = mix(paper, colour, SOFT);
  for (let share = 0; share < 1; share += 0.05) {
    const text = mix(colour, ink, share);
    if (contrast(text, paper) >= READABLE && contrast(text, tint) >= READABLE) return text;
  }
  return ink;
}

/** WCAG's contrast ratio of two colours. */
function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
