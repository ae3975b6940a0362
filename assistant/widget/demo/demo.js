// The demo page: shows the tag for the options chosen, applies them, and lists the events that come.
const form = document.getElementById("options");
const log = document.getElementById("log");
const snippet = document.getElementById("snippet");
const lang = document.documentElement.lang;
const NAMES = { side: "data-side", theme: "data-theme", accent: "data-accent", title: "data-title", suggestions: "data-suggestions", contact: "data-contact" };

function chosen() {
  const options = { lang };
  for (const [name, value] of new FormData(form)) if (value) options[name] = value;
  return options;
}

function show() {
  const lines = Object.entries(chosen()).filter(([name]) => NAMES[name]);
  const attributes = lines.map(([name, value]) => `\n  ${NAMES[name]}="${value.replace(/["&<]/g, "")}"`).join("");
  snippet.textContent = `<script src="${location.origin}/widget.js"\n  data-lang="${lang}"${attributes} defer></script>`;
}

form.addEventListener("input", () => {
  show();
  window.Mustanad.init(chosen());
});
for (const button of document.querySelectorAll("button[data-question]")) {
  button.addEventListener("click", () => window.Mustanad.ask(button.dataset.question));
}
document.getElementById("show-inline").addEventListener("click", (event) => {
  event.target.disabled = true;
  const chat = document.createElement("mustanad-chat");
  chat.setAttribute("lang", lang);
  document.getElementById("inline").append(chat);
});
for (const type of ["ready", "open", "close", "question", "answer", "unanswered", "contact", "citation", "error"]) {
  document.addEventListener(`mustanad:${type}`, (event) => {
    const { question, answer, citation, message } = event.detail || {};
    const told = question || (answer && answer.text) || (citation && citation.quote) || message || "";
    const line = document.createElement("li");
    line.dir = "auto";
    line.textContent = `${type} ${String(told).slice(0, 120)}`;
    log.prepend(line);
    while (log.children.length > 6) log.lastChild.remove();
  });
}
show();
