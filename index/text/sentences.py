"""Sentences and clauses of a text, as spans; pure, by rules, for any script.

Lines end sentences; so do . ! ? ؟ … ۔ 。 and their kin, unless they stand in a number, an abbreviation, an
initial, an address, or a short quotation or bracket that goes on. Closing quotation marks and brackets
stay with the sentence that they close. What a rule cannot tell (is "No." an answer or a number?) goes
to the longer sentence: a quote with a sentence too many is still a quote, half a sentence misleads.

    >>> text = "وصل د. أحمد. قال: نعم."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['وصل د. أحمد.', 'قال: نعم.']

Offsets are code points, half open.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from index.text.abbreviations import LEXICON
from index.text.enclosures import enclosed, within
from index.text.folding import TATWEEL
from index.text.lexicon import any_of
from index.text.stops import MARKS, after_closers, is_end
from index.text.tashkeel import SIGNS, Unvowelled, locate_unvowelled

_BREAKS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]+")
# Where one line can be read without the next: signs without a letter before them may belong to either.
_BREAK = re.compile(rf"[{_BREAKS}](?![\s{SIGNS}{TATWEEL}])")
_CLAUSE_MARK = re.compile(r"[،؛;,:：，；、–—](?=\s)|[，；、：](?=\S)")
NEAR = 2_048  # code points in which the beginning of a line is looked for first
_WORD_START = re.compile(r"(?<!\S)\S")
_BETWEEN_CLAUSES = re.compile(r"\s*[،؛;,:：，；、–—]?\s*")
_OPENS_CLAUSE = f"{any_of(LEXICON.words('clause'))}|{any_of(LEXICON.words('reported'))}(?:ت|وا)?"
_CLAUSE_START = re.compile(rf"(?<=\s)(?=(?:{_OPENS_CLAUSE})(?=\s))")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give spans of the sentences of `text`: in order, without overlap, trimmed of white space.

    Every character that is not white space lies in one of them.
    """
    bare = locate_unvowelled(text)
    if bare is None:
        return _sentences(text)
    spans: list[tuple[int, int]] = []
    start = 0
    ends = [_end_with_signs(text, bare, end) for _start, end in _sentences(bare.text)]
    for end in [*ends[:-1], len(text)]:
        _append_trimmed(spans, text, start, end)
        start = end
    return spans


@lru_cache(maxsize=64)
def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """Give the same, kept for the few texts that one answer looks into."""
    return tuple(sentence_spans(text))


def sentences_over(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give those of the sentences of `text` that `text[start:end]` touches; little more is read.

    >>> text = "One. Two.\\nThree."
    >>> [text[first:last] for first, last in sentences_over(text, 6, 11)]
    ['Two.', 'Three.']
    """
    first = _line_start(text, start)
    after = _BREAK.search(text, end)
    last = after.start() if after else len(text)
    spans = [(first + begin, first + stop) for begin, stop in sentences_of(text[first:last])]
    return [(begin, stop) for begin, stop in spans if stop > start and begin < end]


def _line_start(text: str, offset: int) -> int:
    """Tell where the line that holds `offset` begins, or one before it."""
    width = NEAR
    while True:
        starts = [match.end() for match in _BREAK.finditer(text, max(0, offset - width), offset + 1)]
        if starts and starts[0] <= offset:
            return next(start for start in reversed(starts) if start <= offset)
        if width >= offset:
            return 0
        width *= 4


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start, stop = line.span()
        for end in _ends(text, start, stop):
            _append_trimmed(spans, text, start, end)
            start = end
        _append_trimmed(spans, text, start, stop)
    return spans


def _end_with_signs(text: str, bare: Unvowelled, end: int) -> int:
    """Tell where what ends at `end` of the text without signs ends in the original, with the signs on it."""
    return int(bare.places[end]) if end < len(bare.places) else len(text)


def clause_spans(
    text: str, start: int = 0, end: int | None = None, *, min_words: int = 5
) -> list[tuple[int, int]]:
    """Give spans of the clauses of `text[start:end]`, usually one sentence.

    A clause ends at a comma, semicolon, colon or dash, or before a word that opens another ("حيث",
    "while"), never inside quotation marks or brackets; neighbours of fewer than `min_words` words are
    joined. The mark that ends a clause is left out of its span, unless the sentence ends with it.
    """
    stop = len(text) if end is None else end
    piece = text[start:stop]
    bare = locate_unvowelled(piece)
    if bare is None:
        return _clauses(text, start, stop, min_words)
    spans: list[tuple[int, int]] = []
    first = start
    clauses = _clauses(bare.text, 0, len(bare.text), min_words)
    for after in [*(start + _end_with_signs(piece, bare, last) for _first, last in clauses[:-1]), stop]:
        if spans and (between := _BETWEEN_CLAUSES.match(text, first, after)):
            first = between.end()
        _append_trimmed(spans, text, first, after)
        first = after
    return spans


def _clauses(text: str, start: int, stop: int, min_words: int) -> list[tuple[int, int]]:
    shut = enclosed(text, start, stop)
    cuts = [(mark.start(), mark.end()) for mark in _CLAUSE_MARK.finditer(text, start, stop)]
    cuts += [(mark.start(), mark.start()) for mark in _CLAUSE_START.finditer(text, start, stop)]
    words = _Words(text, start, stop)
    spans: list[tuple[int, int]] = []
    first = start
    for cut, after in sorted(cuts):
        if cut < first or within(cut, shut):
            continue
        if words.between(first, cut) >= min_words and words.between(after, stop) >= min_words:
            _append_trimmed(spans, text, first, cut)
            first = after
    _append_trimmed(spans, text, first, stop)
    return spans


class _Words:
    """Counts the words of `text[start:stop]` between any two places."""

    def __init__(self, text: str, start: int, stop: int):
        self._text = text
        self._starts = [start + found.start() for found in _WORD_START.finditer(text[start:stop])]

    def between(self, first: int, last: int) -> int:
        before = bisect_left(self._starts, first)
        begun = first < last and not self._text[first].isspace()
        within = begun and first not in self._starts[before : before + 1]
        return bisect_left(self._starts, last) - before + within


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if left := piece.lstrip():
        start = end - len(left)
        spans.append((start, start + len(left.rstrip())))


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Tell where sentences of one line end, but for the last."""
    runs = [run for run in MARKS.finditer(text, start, stop) if run.end() < stop]
    if not runs:
        return
    shut = enclosed(text, start, stop)
    first = start
    for run in runs:
        if run.start() < first:
            continue
        closing = within(run.start(), shut)
        after = after_closers(text, run.end(), stop)
        if closing is not None and after <= closing:
            continue
        if after < stop and is_end(text, first, run.start(), run.end(), after, stop):
            yield after
            first = after
