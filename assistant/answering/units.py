"""Units: the sentences of the found passages, and the windows of neighbours that may be quoted together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Source
from index.hits import Hit
from index.passages import Passage
from index.sentences import clause_spans, sentence_spans

LONG_SENTENCE = 420  # code points; a longer one is quoted by its clauses


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the article it lies in."""

    hit: Hit
    source: Source
    text: str
    twins: tuple[Source, ...] = ()

    @property
    def passage(self) -> Passage:
        """The passage that was found."""
        return self.hit.passage


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a clause of a very long one: `found[place].text[start:end]`."""

    place: int
    start: int
    end: int
    number: int  # counts the units of one passage from 0
    whole: bool  # a whole sentence


def units_of(found: Sequence[Found]) -> list[Unit]:
    """The units of every passage, in order."""
    units = []
    for place, each in enumerate(found):
        units.extend(_units_of_passage(place, each.passage))
    return units


def _units_of_passage(place: int, passage: Passage) -> Iterator[Unit]:
    number = 0
    for start, end in sentence_spans(passage.text):
        long = end - start > LONG_SENTENCE
        spans = clause_spans(passage.text, start, end) if long else [(start, end)]
        for first, last in spans:
            yield Unit(place, passage.start + first, passage.start + last, number, not long)
            number += 1


def windows(units: Sequence[Unit], *, longest: int) -> Iterator[tuple[int, int]]:
    """Runs `units[first:last]` of neighbours in one passage of at most `longest` code points; or one unit."""
    for first, unit in enumerate(units):
        yield first, first + 1
        for last in range(first + 1, len(units)):
            other = units[last]
            if other.place != unit.place or other.end - unit.start > longest:
                break
            yield first, last + 1
