// Where one is, as the address says it: `#quotes?q=...&from=2025`. It stands behind the `#`, so no server sees it.

import { recall, remember } from "./store.js";
import { known, nameTitle } from "./words.js";

export const SECTIONS = ["ask", "quotes", "articles", "basket"];
// What an address begins with -> the section that it is shown in.
const SECTION_OF = { ...Object.fromEntries(SECTIONS.map((each) => [each, each])), talk: "ask", about: "ask", shared: "ask" };
const lately = {}; // section -> the address that it was left at
const LAST = "mustanad.at"; // where the article pages lead back to
let follow = () => {};

/** The view that is asked for and what it is given: `{ view, given }`, `given` a URLSearchParams. */
export function place(hash = location.hash) {
  const [view, query] = hash.replace(/^#/, "").split("?");
  return { view: decodeURIComponent(view) || "ask", given: new URLSearchParams(query ?? "") };
}

/** `#view?key=value`; a list gives its key once a value, and what is empty is left out. */
export function hashOf(view, given = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(given)) {
    for (const each of [value].flat()) if (each !== "" && each !== null && each !== undefined) query.append(key, each);
  }
  return `#${view}${query.size ? `?${query}` : ""}`;
}

/** Makes `view` the address, as a new step of the browser's history or in place of the present one. */
export function name(view, given = {}, { replace = false } = {}) {
  const hash = hashOf(view, given);
  if (known.embedded) return; // a frame's steps would be the portal's
  if (hash !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", hash);
  note(view, hash);
}

function note(view, hash) {
  lately[sectionOf(view)] = hash;
  remember(LAST, hash);
}

export const sectionOf = (view) => SECTION_OF[view];

/** Goes to a section, where it was left. */
export function goToSection(section) {
  const { view, given } = place(lately[section] ?? `#${section}`);
  const grouped = {};
  for (const [key, value] of given) grouped[key] = [...(grouped[key] ?? []), value];
  go(view, grouped);
}

/** Goes to `view` as its link would. */
export function go(view, given = {}) {
  name(view, given);
  follow(view, new URLSearchParams(hashOf(view, given).split("?")[1] ?? ""));
}

/** Calls `listener(view, given)` now and whenever the reader goes back, forward or to a link. */
export function onPlace(listener) {
  follow = listener;
  const moved = () => {
    const { view, given } = place();
    if (!sectionOf(view)) return; // a place in the page, as the link past the header names one
    note(view, location.hash || "#ask");
    listener(view, given);
  };
  addEventListener("popstate", moved); // also where only what stands behind the # changed
  if (sectionOf(place().view)) moved();
  else listener("ask", new URLSearchParams());
}

export const lastPlace = () => recall(LAST) ?? "";

export const title = (...parts) => nameTitle(parts.filter(Boolean));
