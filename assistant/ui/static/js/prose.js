// An answer's text as elements: paragraphs, quotes, markers as links, sentences that no quote supports.

import { direction, h } from "./dom.js";
import { w } from "./words.js";

const QUOTED = /«[^«»]*»|“[^“”]*”/gu;
const MARKER = /\[(\d{1,3})\]/gu;
const OPENING = "«“\"";
const CLOSING = "»”\"";
const LONG_QUOTE = 90; // characters from which a quote stands apart

/**
 * The paragraphs of `text`. `markerLink(number)` gives the element of a marker, or null where there is none.
 * `unsupported` are spans of `text` in code points. `citations` hold the verified quotes in it; while an answer is
 * being written they are not known yet, and what stands between quotation marks is taken for one.
 */
export function paragraphs(text, markerLink, { unsupported = [], citations = null } = {}) {
  const bare = toUtf16(text, unsupported);
  const quoted = citations ? verified(text, citations) : [...text.matchAll(QUOTED)].map((match) => [match.index, match.index + match[0].length, "auto"]);
  return blocks(text, quoted).map(([start, end]) => h("p", {}, ...pieces(text, start, end, { bare, quoted, markerLink })));
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

/** Where the quotes stand in `text`, their quotation marks included, and the direction of each; none inside another. */
function verified(text, citations) {
  const found = [];
  for (const { quote, language } of citations.filter((citation) => citation.quote)) {
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + quote.length)) {
      const opened = at > 0 && OPENING.includes(text[at - 1]);
      const end = at + quote.length;
      found.push([at - (opened ? 1 : 0), end + (opened && CLOSING.includes(text[end]) && end < text.length ? 1 : 0), direction(language)]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([start], at) => found.slice(0, at).every(([, end]) => end <= start));
}

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
function pieces(text, start, end, { bare, quoted, markerLink }) {
  const made = [];
  let position = start;
  for (const [first, last, side] of quoted.filter(([from, to]) => from >= start && to <= end)) {
    made.push(...plain(text, position, first, bare, markerLink));
    const following = /^[\s.]{0,2}\[(\d{1,3})\]/u.exec(text.slice(last, end));
    const marker = following && markerLink(Number(following[1]));
    made.push(quotation(text.slice(first, last), side, marker));
    position = last + (marker ? following[0].length : 0);
  }
  made.push(...plain(text, position, end, bare, markerLink));
  return made;
}

/** A quote with its marker; a long one stands apart from the words around it, wholly in its own direction. */
function quotation(text, side, marker) {
  if (text.length > LONG_QUOTE) return h("span", { class: "quote long", dir: side }, text, marker || null);
  return h("span", { class: "quote" }, h("span", { dir: side }, text), marker || null);
}

/** Text between quotes, its markers linked; what lies in a span of `bare` is marked as without support. */
function plain(text, start, end, bare, markerLink) {
  const cuts = [start, ...bare.flat().filter((cut) => cut > start && cut < end), end].sort((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((from, at) => {
    const to = cuts[at + 1];
    const parts = linked(text.slice(from, to), markerLink);
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
    made.push(text.slice(last, match.index), marker);
    last = match.index + match[0].length;
  }
  return [...made, text.slice(last)];
}
