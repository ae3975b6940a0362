// An answer's text as elements: paragraphs, quotes, markers as links, sentences that no quote supports.

import { direction, h, marked, signed } from "./dom.js";
import { dateIn, w } from "./words.js";

const QUOTED = /«[^«»]*»|“[^“”]*”/gu;
const TITLE = /(«[^«»]*»|“[^“”]*”)/u;
const MARKER = /\[(\d{1,3})\]/gu;
const OPENING = "«“\"";
const CLOSING = "»”\"";
const STRAY = /(\s+[.،,;؛:]|[\s،,;؛:])+$/u; // what a quote that ends there leaves behind
const LONGEST_TOGETHER = 24; // letters of a word that its marker may keep from breaking

/**
 * The paragraphs of `text`. `markerLink(number)` gives the element of a marker, or null where there is none.
 * `unsupported` are spans of `text` in code points. `citations` hold the verified quotes in it; while an answer is
 * being written they are not known yet, and what stands between quotation marks is taken for one. `about(citation)`
 * gives the line under a quote.
 */
export function paragraphs(text, markerLink, { unsupported = [], citations = null, language = "", about = () => null } = {}) {
  const bare = toUtf16(text, unsupported);
  const quoted = citations ? verified(text, citations) : [...text.matchAll(QUOTED)].map((match) => [match.index, match.index + match[0].length, null]);
  const facts = (citations ?? []).flatMap((citation) => sourceFacts(citation, language));
  return blocks(text, quoted).map(([start, end]) => h("p", {}, ...pieces(text, start, end, { bare, quoted, markerLink, about, facts })));
}

/** Publisher and day as an answer's text names them after a title: the line under the quote says them. */
function sourceFacts({ source, published }, language) {
  const comma = language === "ar" ? "، " : ", ";
  const facts = [source, dateIn(published, language)].filter(Boolean);
  return facts.length ? [comma + facts.join(comma)] : [];
}

/** The words that stand before the first quote of an answer. */
export function openingOf({ text, citations, language }) {
  const first = verified(text, citations)[0];
  const opening = (first ? text.slice(0, first[0]) : text).split(/\n\s*\n/u)[0].trim();
  return citations.flatMap((citation) => sourceFacts(citation, language)).reduce((said, fact) => said.replaceAll(fact, ""), opening);
}

/** A quote between quotation marks, its short answer marked, with its marker and the line about its source. */
export function quotation(citation, marker, about) {
  const [open, close] = citation.language === "ar" ? ["«", "»"] : ["“", "”"];
  return shown(citation, `${citation.cut_before ? "… " : ""}${citation.quote}${citation.cut_after ? " …" : ""}`, open, close, marker, about(citation));
}

/** Spans in code points of `text` as spans in UTF-16 units, which JavaScript counts in. */
function toUtf16(text, spans) {
  if (!spans.length) return [];
  const starts = [];
  let unit = 0;
  for (const character of text) {
    starts.push(unit);
    unit += character.length;
  }
  starts.push(unit);
  return spans.map(([start, end]) => [starts[start], starts[end]]);
}

/** Where the quotes stand in `text`, their quotation marks included, and the citation of each; none inside another. */
function verified(text, citations) {
  const found = [];
  for (const citation of citations.filter((each) => each.quote)) {
    const { quote } = citation;
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + quote.length)) {
      const start = citation.cut_before && text.slice(at - 2, at) === "… " ? at - 2 : at;
      const opened = start > 0 && OPENING.includes(text[start - 1]);
      const end = at + quote.length + (citation.cut_after && text.startsWith(" …", at + quote.length) ? 2 : 0);
      const closed = opened && end < text.length && CLOSING.includes(text[end]);
      const after = end + (closed ? 1 : 0);
      const mine = MARKED.exec(text.slice(after))?.[1] === String(citation.marker);
      found.push([start - (opened ? 1 : 0), after, citation, mine]);
    }
  }
  // Of two citations of the same words the one whose number follows is meant.
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1] || Number(b[3]) - Number(a[3]));
  return found.filter(([start], at) => found.slice(0, at).every(([, end]) => end <= start));
}

const MARKED = /^[\s.]{0,2}\[(\d{1,3})\]/u;

/** Paragraphs are parted by an empty line, but not inside a quote. */
function blocks(text, quoted) {
  const made = [];
  let start = 0;
  for (const match of text.matchAll(/\n\s*\n/gu)) {
    if (quoted.some(([first, last]) => first < match.index && match.index < last)) continue;
    made.push([start, match.index]);
    start = match.index + match[0].length;
  }
  made.push([start, text.length]);
  return made.filter(([first, last]) => text.slice(first, last).trim());
}

/** The text from `start` to `end`: quotes with the marker that follows them, markers, and plain text. */
function pieces(text, start, end, { bare, quoted, markerLink, about, facts }) {
  const made = [];
  let position = start;
  for (const [first, last, citation] of quoted.filter(([from, to]) => from >= start && to <= end)) {
    made.push(...plain(text, position, first, bare, markerLink, facts));
    const following = MARKED.exec(text.slice(last, end));
    const marker = following && markerLink(Number(following[1]));
    position = last + (marker ? following[0].length : 0);
    const [open, quote, close] = unwrapped(text.slice(first, last));
    made.push(shown(citation, quote, open, close, marker, citation && about(citation)));
  }
  made.push(...plain(text, position, end, bare, markerLink, facts));
  return made;
}

function unwrapped(quote) {
  const opened = OPENING.includes(quote[0]);
  const closed = opened && CLOSING.includes(quote.at(-1));
  return [opened ? quote[0] : "", quote.slice(opened ? 1 : 0, closed ? -1 : undefined), closed ? quote.at(-1) : ""];
}

/** A quote in a block of its own, wholly in its own direction; the marker keeps to its last word. */
function shown(citation, quote, open, close, marker, line) {
  const kept = quote.replace(STRAY, "");
  const skipped = citation ? citation.start - (citation.cut_before && quote.startsWith("… ") ? 2 : 0) : 0;
  const answer = citation?.answer ? [[citation.answer.start - skipped, citation.answer.end - skipped]] : [];
  const side = citation ? direction(citation.language) : "auto";
  const short = (part) => h("mark", { class: "short" }, part);
  const last = /\S+$/u.exec(kept)?.[0] ?? "";
  const whole = last.length > LONGEST_TOGETHER || answer.some(([, end]) => end > [...kept].length - [...last].length);
  const tail = whole ? [close, marker] : [h("span", { class: "together" }, signed(last), close, marker)];
  return h(
    "span",
    { class: "quote", dir: side, lang: citation?.language },
    open,
    marked(whole ? kept : kept.slice(0, kept.length - last.length), answer, short),
    tail.flat(),
    line,
  );
}

/** Text between quotes, its markers linked; what lies in a span of `bare` is marked as without support. */
function plain(text, start, end, bare, markerLink, facts) {
  const cuts = [start, ...bare.flat().filter((cut) => cut > start && cut < end), end].sort((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((from, at) => {
    const to = cuts[at + 1];
    const parts = linked(facts.reduce((said, fact) => said.replaceAll(fact, ""), text.slice(from, to)), markerLink);
    const unsupported = bare.some(([first, last]) => first <= from && to <= last);
    return unsupported ? [h("span", { class: "unsupported", title: w("unsupported") }, ...parts)] : parts;
  });
}

function linked(text, markerLink) {
  const made = [];
  let last = 0;
  for (const match of text.matchAll(MARKER)) {
    const marker = markerLink(Number(match[1]));
    if (!marker) continue;
    made.push(...named(text.slice(last, match.index)), marker);
    last = match.index + match[0].length;
  }
  return [...made, ...named(text.slice(last))];
}

/** Text whose quoted titles keep to themselves: an Arabic one in an English sentence does not turn it round. */
const named = (text) => text.split(TITLE).filter(Boolean).flatMap((part) => (TITLE.test(part) ? [h("bdi", {}, signed(part))] : signed(part)));
