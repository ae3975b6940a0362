// How the quotes of an answer stand to each other: one after another, in two columns, along a line of time, in a list.

import { bdi, h, isolated } from "./dom.js";
import { openingOf, paragraphs, quotation } from "./prose.js";
import { dateWords } from "./words.js";

/** The elements of an answer's text; `link(number)` makes a marker, `about(citation)` the line under a quote. */
export function arranged(answer, link, about) {
  const quoted = (citation) => quotation(citation, link(citation.marker), about);
  const lay = { comparison: columns, timeline, list }[answer.arrangement];
  if (!lay || !answer.citations.length || answer.writer === "llm") return paragraphs(answer.text, link, { ...answer, about });
  const opening = openingOf(answer);
  return [opening ? h("p", {}, isolated(opening)) : null, lay(answer.citations, quoted)];
}

/** The citations under each heading, in the order in which the headings come. */
function groups(citations) {
  const made = new Map();
  for (const citation of citations) made.set(citation.group, [...(made.get(citation.group) ?? []), citation]);
  return [...made];
}

const columns = (citations, quoted) =>
  h("div", { class: "columns" }, groups(citations).map(([side, members]) => h("section", {}, side ? h("h3", { dir: "auto" }, side) : null, members.map((citation) => h("p", {}, quoted(citation))))));

const timeline = (citations, quoted) =>
  h("ol", { class: "timeline" }, groups(citations).map(([day, members]) => h("li", {}, day ? h("time", { datetime: day }, bdi(dateWords(day))) : null, members.map((citation) => h("p", {}, quoted(citation))))));

const list = (citations, quoted) => h("ul", { class: "listed" }, citations.map((citation) => h("li", {}, quoted(citation))));
