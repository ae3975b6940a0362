"""Extents: how much of an article is quoted around the words that were chosen: whole sentences.

A sentence too long to be quoted whole is cut between clauses, and never so that the cut misleads: its
beginning, which says who speaks and of what, stays as long as there is room; the end is not cut out of an
enumeration, nor before a condition, a denial or the source.
"""

from __future__ import annotations

import re

from assistant.answering.units import CLAUSE_WORDS
from assistant.citations import standing
from assistant.citations.context import words_of
from assistant.citations.polarity import is_turning
from assistant.language import compiled
from index.text.folding import fold
from index.text.sentences import clause_spans
from index.text.tashkeel import letters

WHOLE = 400  # letters of a sentence that is quoted whole
MARKED = 700  # the same where the answer is marked in it
CUT = 450  # letters of a cut sentence, at most
_STRAY_BEFORE = re.compile(r"[\s،,؛;:.!؟?»”’)\]}\-–—•*]+")
_STRAY_AFTER = re.compile(r"(?:(?<![\s،,؛;:\-–—•«“(\[])[\s،,؛;:\-–—•«“(\[]++|(?<!\s)\s++[.…]++)$")
_GOES_ON = compiled(r"[وف]?{ar.extent.goes_on}(?!\w)", r"{en.extent.goes_on}\b")


def extent_of(text: str, start: int, end: int, *, marked: bool = False) -> tuple[int, int]:
    """Give the span to quote for `text[start:end]`: its sentences, or clauses around it that stand alone."""
    stands = standing(text, start, end)
    first, last = min(stands.start, start), max(stands.end, end)
    if letters(text[first:last]) > (MARKED if marked else WHOLE) and stands.sentences == 1:
        first, last = _cut(text, first, last, (start, end))
    return trimmed(text, first, last)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out stray marks at both ends: commas, bullets, a full stop behind a space."""
    if before := _STRAY_BEFORE.match(text, start, end):
        start = before.end()
    while start < end and (after := _STRAY_AFTER.search(text[start:end])) and after.group():
        end = start + after.start()
    return start, end


def _cut(text: str, first: int, last: int, wanted: tuple[int, int]) -> tuple[int, int]:
    """Choose the clauses of the sentence `text[first:last]` that are quoted for `wanted`."""
    clauses = clause_spans(text, first, last, min_words=CLAUSE_WORDS)
    begin = max((row for row, (start, _end) in enumerate(clauses) if start <= wanted[0]), default=0)
    stop = next((row for row, (_start, end) in enumerate(clauses) if end >= wanted[1] - 1), len(clauses) - 1)
    stop = max(begin, stop)

    def room(one: int, other: int) -> bool:
        return letters(text[clauses[one][0] : clauses[other][1]]) <= CUT

    if room(0, stop):
        begin = 0
    while begin and room(begin - 1, stop) and not _may_begin(text, clauses, begin):
        begin -= 1
    while stop + 1 < len(clauses) and room(begin, stop + 1) and not _may_end(text, clauses, stop):
        stop += 1
    return clauses[begin][0], clauses[stop][1]


def _may_begin(text: str, clauses: list[tuple[int, int]], row: int) -> bool:
    """Tell whether a clause stands by itself: after a semicolon, or with a word that opens a thought."""
    between = text[clauses[row - 1][1] : clauses[row][0]]
    return ";" in between or "؛" in between


def _may_end(text: str, clauses: list[tuple[int, int]], row: int) -> bool:
    """Tell whether nothing that belongs to a clause comes after it: what follows opens a new thought."""
    following = text[clauses[row + 1][0] : clauses[-1][1]]
    if any(map(is_turning, words_of(following))):
        return False
    between = text[clauses[row][1] : clauses[row + 1][0]]
    return ";" in between or "؛" in between or adds_a_thought(text[slice(*clauses[row + 1])])


def adds_a_thought(clause: str) -> bool:
    """Tell whether a clause begins with a word that opens a thought, so that a quote may end before it."""
    return _GOES_ON.match(fold(clause).text.lower()) is not None
