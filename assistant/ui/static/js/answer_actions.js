// What can be done with an answer: its sources, copying, a link to it, asking again, an opinion on it.

import { calm, copyText, h, icon, iconButton } from "./dom.js";
import { call } from "./server.js";
import { sharedAddress } from "./sharing.js";
import { goToSource, quoteWithSource, sourceCount } from "./sources.js";
import { known, n, w } from "./words.js";

const DONE_MS = 2000;

export function actions(answer, onRetry, announce) {
  const row = h("div", { class: "actions" });
  if (answer.citations.length) {
    const open = () => goToSource(answer, answer.citations[0].marker, announce);
    row.append(
      h("button", { type: "button", class: "open-sources", onclick: open }, icon("book"), n("sources_count", sourceCount(answer))),
      iconButton("copy", w("copy_answer"), (event) => copyAnswer(answer, event.currentTarget, announce)),
      iconButton("link", w("copy_link"), (event) => copyLink(answer, event.currentTarget, announce), { "data-share": true }),
    );
    if (known.embedded) row.append(h("a", { class: "plain open-full", href: sharedAddress(answer), target: "_blank" }, icon("out"), w("open_full")));
  }
  if (!answer.shared) row.append(...verdicts(answer, row));
  row.append(iconButton("retry", w("retry"), onRetry, { "data-retry": true }));
  return row;
}

async function copyAnswer(answer, button, announce) {
  const sources = answer.citations.map((citation) => `[${citation.marker}] ${quoteWithSource(citation)}`);
  const done = await copyText([answer.question, answer.text, ...sources].join("\n\n"));
  announce(done ? w("copied") : w("copy_failed"));
  if (done) tick(button, "copy");
}

async function copyLink(answer, button, announce) {
  const done = await copyText(sharedAddress(answer));
  announce(done ? w("link_copied") : w("copy_failed"));
  if (done) tick(button, "link");
}

function tick(button, name) {
  button.replaceChildren(icon("check"));
  setTimeout(() => button.replaceChildren(icon(name)), DONE_MS);
}

function verdicts(answer, row) {
  const buttons = ["like", "dislike"].map((verdict) =>
    iconButton(verdict, w(verdict), () => give(verdict), { "aria-pressed": String(answer.verdict === verdict) }));
  const give = async (verdict) => {
    answer.verdict = verdict;
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(["like", "dislike"][at] === verdict)));
    row.parentElement.querySelector(".comment")?.remove();
    const form = commentForm(answer, verdict);
    row.after(form);
    form.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "nearest" });
    await sendVerdict(answer, verdict, "");
  };
  return buttons;
}

const sendVerdict = (answer, verdict, comment) =>
  call("feedback", { answer_id: answer.id, verdict, comment, question: answer.question, answer: answer.text, language: document.documentElement.lang })
    .catch(() => ({ type: "error", code: "failed" }));

function commentForm(answer, verdict) {
  const area = h("textarea", { rows: "2", dir: "auto", maxlength: "2000", "aria-label": w("comment"), placeholder: w(`comment_${verdict}`) });
  const form = h("form", { class: "comment" }, area, h("div", {}, h("button", { class: "plain" }, w("send_comment")), h("button", { type: "button", class: "link", onclick: () => form.remove() }, w("close"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reply = await sendVerdict(answer, verdict, area.value.trim());
    const words = reply.type === "thanks" ? w("thanks") : w("error_failed");
    form.replaceChildren(h("p", { class: "small", role: "status" }, words));
  });
  return form;
}
