// An answer's text as elements: paragraphs, quotes, markers as links, sentences that no quote supports.

import { h } from "./dom.js";
import { w } from "./words.js";

const PIECE = /(«[^«»]*»|“[^“”]*”)(?:\s*\[(\d{1,3})\])?|\[(\d{1,3})\]/gu;
const LONG_QUOTE = 90; // characters from which a quote stands apart

/**
 * The paragraphs of `text`. `markerLink(number)` gives the element of a marker, or null where there is none yet;
 * `unsupported` are spans of `text` in code points.
 */
export function paragraphs(text, markerLink, unsupported = []) {
  const spans = toUtf16(text, unsupported);
  const made = [];
  let position = 0;
  for (const part of text.split(/(\n\s*\n)/u)) {
    if (part.trim()) made.push(h("p", {}, ...supported(part, position, spans, markerLink)));
    position += part.length;
  }
  return made;
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

function supported(part, offset, spans, markerLink) {
  const end = offset + part.length;
  const cuts = new Set([offset, end]);
  for (const span of spans) for (const cut of span) if (cut > offset && cut < end) cuts.add(cut);
  const ordered = [...cuts].sort((a, b) => a - b);
  return ordered.slice(0, -1).map((from, number) => {
    const to = ordered[number + 1];
    const pieces = inline(part.slice(from - offset, to - offset), markerLink);
    const bare = spans.some(([first, last]) => first <= from && to <= last);
    return bare ? h("span", { class: "unsupported", title: w("unsupported") }, ...pieces) : h("span", {}, ...pieces);
  });
}

// A quote may hold square brackets of its own; they are text there, never markers.
function inline(text, markerLink) {
  const pieces = [];
  let last = 0;
  for (const match of text.matchAll(PIECE)) {
    const made = match[1] ? quotation(match[1], match[2] && markerLink(Number(match[2]))) : markerLink(Number(match[3]));
    if (!made) continue;
    pieces.push(text.slice(last, match.index), made);
    last = match.index + (match[1] && !made.marked ? match[1].length : match[0].length);
  }
  pieces.push(text.slice(last));
  return pieces;
}

/** A quote with its marker; a long one stands apart from the words around it. */
function quotation(text, marker) {
  const element = h("span", { class: text.length > LONG_QUOTE ? "quote long" : "quote" }, h("span", { dir: "auto" }, text), marker || null);
  element.marked = Boolean(marker);
  return element;
}
