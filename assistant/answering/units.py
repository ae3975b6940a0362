"""Units: the sentences of retrieved passages, and the windows of neighbours that may be quoted together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.retrieval import Retrieved
from index.passages import Passage
from index.text.sentences import clause_spans, sentence_spans
from index.text.tashkeel import letters, locate_unvowelled, unvowelled

LONG_SENTENCE = 350  # code points; a longer one is quoted by its clauses
CLAUSE_WORDS = 8  # of a clause, at least: shorter ones say nothing alone
HEADING_WORDS = 8  # of a heading, at most
PROSE_WORDS = 12  # of what stands under a heading, at least
_CLAUSE_MARKS = "،,؛;:"


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a clause of a very long one: `passages[passage].text[start:end]`."""

    passage: int
    start: int
    end: int
    number: int  # counts the units of one passage from 0
    whole: bool  # a whole sentence
    signs: tuple[int, int] = (0, 0)  # how many of the passage stand before its start and before its end


def length(first: Unit, last: Unit) -> int:
    """Count the code points from the one to the end of the other, in one passage, signs left out."""
    return last.end - first.start - (last.signs[1] - first.signs[0])


def sentence_numbers(units: Sequence[Unit], texts: Sequence[str]) -> np.ndarray:
    """Count, int64 (units,), the units' sentences: a clause but the last ends with its mark."""
    begins = [
        not row or units[row - 1].passage != unit.passage or units[row - 1].whole
        or texts[row - 1][-1:] not in tuple(_CLAUSE_MARKS)
        for row, unit in enumerate(units)
    ]  # fmt: skip
    return np.cumsum(np.array(begins, dtype=np.int64)) - 1


def units_of(passages: Sequence[Retrieved]) -> list[Unit]:
    """Give the units of every passage, in order."""
    units: list[Unit] = []
    for row, retrieved in enumerate(passages):
        units.extend(_units_of_passage(row, retrieved.passage))
    return units


def _units_of_passage(position: int, passage: Passage) -> Iterator[Unit]:
    number = 0
    sentences = sentence_spans(passage.text)
    bare = locate_unvowelled(passage.text)
    for row, (start, end) in enumerate(sentences):
        if is_heading(passage.text, start, end, sentences[row + 1 : row + 2]):
            continue
        long = letters(passage.text[start:end]) > LONG_SENTENCE
        spans = clause_spans(passage.text, start, end, min_words=CLAUSE_WORDS) if long else [(start, end)]
        for first, last in spans:
            # The mark that ends a clause stays: it tells a reader that the sentence goes on.
            last += passage.text[last : last + 1] in tuple(_CLAUSE_MARKS)
            signs = bare.signs_before(first, last) if bare else (0, 0)
            span = passage.start + first, passage.start + last
            yield Unit(position, *span, number, not long, signs)
            number += 1


def is_heading(text: str, start: int, end: int, below: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a line is a heading: short, without a full stop, over a line of prose."""
    if not below or not unvowelled(text[start:end])[-1:].isalnum() or "\n" not in text[end : below[0][0]]:
        return False
    words, under = (len(text[slice(*span)].split()) for span in ((start, end), below[0]))
    return words <= HEADING_WORDS and under >= PROSE_WORDS


def windows(units: Sequence[Unit], *, longest: int) -> Iterator[tuple[int, int]]:
    """Give runs `units[first:last]` of one passage: at most `longest` code points, or one unit."""
    for first, unit in enumerate(units):
        yield first, first + 1
        for last in range(first + 1, len(units)):
            other = units[last]
            if other.passage != unit.passage or length(unit, other) > longest:
                break
            yield first, last + 1
