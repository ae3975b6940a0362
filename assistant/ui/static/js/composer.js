// The question box: it grows with what is typed, keeps it over a reload, and knows the keys.

import { $ } from "./dom.js";
import { recall, remember } from "./store.js";

const DRAFT = "mustanad.draft";
const LONG_PASTE = 5000; // characters

/** Brings the box to the height of what is in it, up to what the style allows. */
export function grow() {
  const box = $("question");
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}

export function fill(text) {
  $("question").value = text;
  grow();
}

export const keepDraft = (text = $("question").value) => remember(DRAFT, text || null);

/** `onSend(text)` gets the question, `lastQuestion()` gives the one before, `onInput()` hears of every letter. */
export function wireBox({ onSend, lastQuestion, onInput }) {
  const box = $("question");
  box.value = box.value || recall(DRAFT) || "";
  grow();
  box.addEventListener("input", () => { grow(); keepDraft(); onInput(); });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      $("composer").requestSubmit();
    } else if (event.key === "ArrowUp" && !box.value && lastQuestion()) {
      event.preventDefault();
      fill(lastQuestion());
      box.setSelectionRange(box.value.length, box.value.length);
      keepDraft();
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
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); onSend(box.value); });
  addEventListener("keydown", slash);
}

/** `/` leads to the question from wherever nothing is being typed. */
function slash(event) {
  const typing = event.target.closest?.("input, textarea, select, dialog[open]") || event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "/" || typing || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("mustanad:slash"));
}
