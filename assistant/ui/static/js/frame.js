// The chat inside a portal's frame: what the embedding page may set and ask. The messages themselves are carried,
// and their senders checked, by /widget/embed.js; here they are events of this document.

import { $ } from "./dom.js";
import { ask, grow, setFilters } from "./talk.js";
import { currentLanguage, known, setLanguage } from "./words.js";

export function joinFrame() {
  if (!known.embedded) return;
  document.addEventListener("mustanad:config", ({ detail }) => configure(detail));
  document.addEventListener("mustanad:focus", () => $("question").focus());
  document.addEventListener("mustanad:ask", ({ detail }) => {
    if (typeof detail.question !== "string") return;
    $("question").value = detail.question;
    grow();
    if (detail.send !== false) ask(detail.question);
  });
  document.dispatchEvent(new CustomEvent("mustanad:ready", { detail: {} }));
}

function configure({ lang, theme, accent, greeting, filters }) {
  if (["ar", "en"].includes(lang) && lang !== currentLanguage()) setLanguage(lang);
  const root = document.documentElement;
  if (["light", "dark"].includes(theme)) root.dataset.theme = theme;
  else if (theme === "auto") delete root.dataset.theme;
  if (typeof accent === "string" && CSS.supports("color", accent)) paint(root, accent);
  if (typeof greeting === "string" && greeting.trim()) $("welcome").querySelector("h1").textContent = greeting;
  if (filters && typeof filters === "object") setFilters(filters);
}

/** The portal's own colour for what is accented; black or white on it, whichever reads better. */
function paint(root, accent) {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = accent;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...probe.getImageData(0, 0, 1, 1).data].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--on-accent", light > 0.179 ? "#000" : "#fff");
  root.style.setProperty("--accent-soft", `color-mix(in srgb, ${accent} 14%, var(--paper))`);
  root.style.setProperty("--mark", `color-mix(in srgb, ${accent} 24%, var(--paper))`);
}
