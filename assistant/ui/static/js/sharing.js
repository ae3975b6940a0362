// A shared answer: its question and where its quotes stand, all in the address; the server keeps nothing.

import { call } from "./server.js";
import { hashOf } from "./address.js";
import { isSure } from "./sureness.js";

/** Eight hex digits of a text (FNV-1a over UTF-16), to tell whether a quote is still the same. */
function digest(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** Where the words that answer stand, of a sure answer alone: who opens the address sees no other words around them. */
const within = (answer, { answer: span }) => (span && isSure(answer) ? `~${span.start}-${span.end}` : "");

/** The address of an answer: what opens it again for anybody. */
export function sharedAddress(answer) {
  const quotes = answer.citations.map((each) => `${each.start}-${each.end}~${digest(each.quote)}${within(answer, each)}@${each.article_id}`);
  const question = answer.searched_as ?? answer.question;
  return new URL(hashOf("shared", { question, quote: quotes, arrangement: answer.arrangement === "quotes" ? "" : answer.arrangement, group: answer.citations.some((each) => each.group) ? answer.citations.map((each) => each.group || "-") : [] }), new URL("./", location.href)).href;
}

const SPAN = /^(\d+)-(\d+)~([0-9a-f]{8})(?:~(\d+)-(\d+))?@([^]+)$/u;

/** The answer at such an address as the articles have it now: `{ question, answer, changed }`, `answer` null where nothing is left. `changed` is "lost" where a quote no longer stands, "moved" where all stand, elsewhere. */
export async function openShared(given) {
  const question = given.get("question") ?? "";
  const groups = given.getAll("group");
  const spans = given.getAll("quote").map((text) => SPAN.exec(text)).filter(Boolean)
    .map(([, start, end, hash, from, to, article_id], at) => ({ start: Number(start), end: Number(end), hash, from, to, article_id, group: (groups[at] ?? "-") === "-" ? "" : groups[at] }));
  const reply = spans.length ? await call("recall", spans.map(({ start, end, article_id, hash }) => ({ start, end, article_id, hash }))) : { quotes: [] };
  if (reply.type === "error") return { question, problem: reply };
  const citations = spans.flatMap((span, at) => {
    const quote = reply.quotes[at];
    if (!quote || digest(quote.quote) !== span.hash) return [];
    const moved = quote.start - span.start;
    const answer = span.from === undefined ? null : shortAnswer(quote, Number(span.from) + moved, Number(span.to) + moved);
    return [{ ...quote, marker: at + 1, group: span.group, answer }];
  });
  const moved = citations.some((each) => each.start !== spans[each.marker - 1].start);
  const changed = citations.length < spans.length ? "lost" : moved && "moved";
  return { question, changed, answer: citations.length ? made(question, citations, given.get("arrangement") ?? "quotes") : null };
}

function shortAnswer(quote, start, end) {
  if (start < quote.start || end > quote.end || start >= end) return null;
  return { start, end, text: [...quote.quote].slice(start - quote.start, end - quote.start).join("") };
}

/** An answer out of what an address holds; words that answer stand in it only where the answer was sure. */
function made(question, citations, arrangement) {
  const [first] = citations;
  const text = citations.map((each) => (each.language === "ar" ? `«${each.quote}» [${each.marker}]` : `“${each.quote}” [${each.marker}]`)).join("\n\n");
  return {
    id: digest(text), question, language: first.language, kind: "answer", answerable: true, confidence: 1, text, citations, arrangement,
    nearest: [], unsupported: [], searched_as: null, writer: "quotes", notices: [], suggestions: [], shared: true,
  };
}
