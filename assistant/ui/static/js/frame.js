// The chat inside a portal's frame: questions come in and news go out by messages, with the embedding page only.

import { known } from "./words.js";
import { ask } from "./talk.js";

/** The origin that embeds us, when it is one of those that may; null otherwise. */
function embedder() {
  if (window.parent === window) return null;
  const ancestor = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  const allowed = [location.origin, ...known.origins];
  return allowed.includes(ancestor) ? ancestor : null;
}

export function joinFrame() {
  if (!known.embedded) return;
  const origin = embedder();
  if (!origin) return;
  const send = (type, detail = {}) => window.parent.postMessage({ type: `mustanad:${type}`, ...detail }, origin);
  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== window.parent) return;
    if (event.data?.type === "mustanad:ask" && typeof event.data.question === "string") ask(event.data.question);
  });
  addEventListener("keydown", (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && send("close"));
  document.addEventListener("mustanad:question", ({ detail }) => send("question", detail));
  document.addEventListener("mustanad:answer", ({ detail }) => send("answer", { answer: detail.answer }));
  document.addEventListener("mustanad:citation", ({ detail }) => send("citation", { answer_id: detail.answer.id, citation: detail.citation }));
  document.addEventListener("mustanad:error", ({ detail }) => send("error", detail));
  send("ready");
}
