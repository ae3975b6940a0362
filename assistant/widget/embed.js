// The frame's side of the widget: carries messages between the host page and the chat in /embed.
// It trusts one parent, the origin named in ?origin= when the server allows it, and nothing else.
const params = new URLSearchParams(location.search);
const embedded = window.parent !== window;
const host = params.get("origin") || location.origin;
const page = document.getElementById("mustanad-data");
const allowed = new Set([location.origin, ...(page ? JSON.parse(page.textContent).origins || [] : [])]);
const TO_HOST = ["ready", "question", "answer", "unanswered", "contact", "citation", "error"];
const FROM_HOST = ["config", "ask", "focus"];

function post(type, detail = {}) {
  window.parent.postMessage({ source: "mustanad", type, detail }, host);
}

function plain(detail) {
  try {
    return JSON.parse(JSON.stringify(detail ?? {}));
  } catch {
    return {};
  }
}

function receive(event) {
  const message = event.data;
  if (event.source !== window.parent || event.origin !== host) return;
  if (!message || message.source !== "mustanad-host" || !FROM_HOST.includes(message.type)) return;
  document.dispatchEvent(new CustomEvent(`mustanad:${message.type}`, { detail: message.detail || {} }));
}

if (embedded && allowed.has(host)) {
  window.addEventListener("message", receive);
  for (const type of TO_HOST) {
    document.addEventListener(`mustanad:${type}`, (event) => post(type, plain(event.detail)));
  }
  // Bubble phase: a dialog of the chat that closes on Esc keeps the key for itself.
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) post("close");
  });
  post("hello");
  // The chat may have been quicker than this script.
  if ("ready" in document.documentElement.dataset) post("ready");
}
