"""Surroundings: the sentences beside a quote in its paragraph, and the heading over the paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.sentences import sentence_spans

REACH = 220  # code points of whole sentences at each side of a quote
LONGEST_HEADING = 90  # code points; a longer line without a full stop is a paragraph cut short
_LINE = re.compile(r"[^\r\n]+")
_ENDED = re.compile(r"[.؟?!…:؛;,،»”\"]\s*$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a quote: whole sentences `before` and `after`, and a `heading` that may be empty."""

    before: str
    after: str
    heading: str


def surroundings(text: str, start: int, end: int) -> Surroundings:
    """Give what stands around `text[start:end]` in the paragraphs that it begins and ends in."""
    lines = [match.span() for match in _LINE.finditer(text) if match.group().strip()]
    first = next((line for line in lines if line[0] <= start < line[1]), (start, end))
    last = next((line for line in lines if line[0] < end <= line[1]), (start, end))
    above = [line for line in lines if line[1] <= first[0]]
    heading = text[slice(*above[-1])].strip() if above else ""
    if len(heading) > LONGEST_HEADING or _ENDED.search(heading):
        heading = ""
    before = _last_sentences(text[first[0] : start])
    return Surroundings(before, _first_sentences(text[end : last[1]]), heading)


def _last_sentences(text: str) -> str:
    """Cut a beginning of `text` off where a sentence begins; the piece that the quote goes on with stays."""
    begin = len(text)
    for first, _last in reversed(sentence_spans(text)):
        if begin < len(text) and len(text) - first > REACH:
            break
        begin = first
    return text[begin:]


def _first_sentences(text: str) -> str:
    stop = 0
    for _first, last in sentence_spans(text):
        if stop and last > REACH:
            break
        stop = last
    return text[:stop]
