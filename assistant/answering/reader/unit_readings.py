"""Joins what was read to the units that may be quoted: a log-probability each, and the words that answer."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assistant.answering.reader.readings import NOTHING, Reading, TextSpan
from assistant.answering.reader.windows import Window, heading_of
from assistant.answering.retrieval import Retrieved
from assistant.answering.units import Unit
from index.articles import own_title
from index.text.analysis import analyze

MOST = 6  # windows that are read for a question
SLOWLY = 4  # that a processor without bfloat16 reads, where one takes a core a fifth of a second
FEWEST = 2  # that are read in a crowd: mostly the answer stands there
ROUND = 2  # windows that are read together before it is asked whether that was enough
ECHO = 4.0  # log-odds taken from a span that only repeats the question, asked for a fact
SURE = 3.0  # log-odds of an answer from which no more windows are read


class ReadsWindows(Protocol):
    """What reads windows."""

    @property
    def most(self) -> int:
        """Count how many windows it has time for of a question that comes now: FEWEST to MOST, or none."""
        ...

    def read(self, question: str, windows: Sequence[Window]) -> Sequence[Reading]:
        """Say what stands in each window, in order."""
        ...


@dataclass(frozen=True, slots=True)
class UnitReadings:
    """What was read for each unit.

    `points`, float64 (units,), are log-probabilities of the likeliest answer inside each unit, NOTHING for
    units of passages that were not read: a sum over all that might answer would favour long units. `none` is
    the log-probability that the answer stands in no passage read. `spans[i]` is that likeliest answer, in
    code points of its article.
    """

    points: np.ndarray
    none: float
    spans: tuple[TextSpan | None, ...]


def read_units(
    reader: ReadsWindows,
    question: str,
    passages: Sequence[Retrieved],
    units: Sequence[Unit],
    *,
    most: int = MOST,
    echoed: Set[str] = frozenset(),
) -> UnitReadings:
    """Read the first passages, `most` at most, and say what was read for each unit.

    `echoed` are the terms of a question that asks for a fact: a span that has no other is hardly what it is.
    """
    windows = [_window_of(passage) for passage in passages]
    readings = read_best_first(reader, question, windows, most=most)
    joined = join(readings, units, [passage.passage.start for passage in passages])
    return _without_echoes(joined, passages, units, echoed) if echoed else joined


def _window_of(passage: Retrieved) -> Window:
    """Give a passage to read under its heading; the opening words of a text are not read twice."""
    source, text = passage.source, passage.passage.text
    return Window(heading_of(own_title(source.title, text), source.published), text)


def read_best_first(
    reader: ReadsWindows, question: str, windows: Sequence[Window], *, most: int, sure: float = SURE
) -> list[Reading]:
    """Read the first windows, `most` at most; fewer once the answer stands in one beyond doubt."""
    readings: list[Reading] = []
    while len(readings) < min(most, len(windows)):
        stop = min(len(readings) + ROUND, most)
        readings.extend(reader.read(question, windows[len(readings) : stop]))
        if max(reading.log_odds for reading in readings) >= sure:
            break
    return readings


def join(readings: Sequence[Reading], units: Sequence[Unit], starts: Sequence[int]) -> UnitReadings:
    """Say what `readings`, of the first passages, say of `units`.

    `starts[number]` is where the text of passage `number` begins in its article.
    """
    odds = np.full(len(units), NOTHING)
    spans: list[TextSpan | None] = [None] * len(units)
    for number, unit in enumerate(units):
        if unit.passage < len(readings):
            reading, first = readings[unit.passage], starts[unit.passage]
            span = reading.best_span(unit.start - first, unit.end - first)
            if span is not None:
                odds[number] = span.log_odds
                spans[number] = TextSpan(span.start + first, span.end + first, span.log_odds)
    whole = np.logaddexp.reduce([NOTHING, *(reading.log_odds for reading in readings)])
    none = -float(np.logaddexp(0.0, whole))
    return UnitReadings(np.maximum(odds + none, NOTHING), none, tuple(spans))


def _without_echoes(
    joined: UnitReadings, passages: Sequence[Retrieved], units: Sequence[Unit], echoed: Set[str]
) -> UnitReadings:
    """Take points from units whose likeliest answer only repeats the question."""
    points = joined.points.copy()
    for number, (unit, span) in enumerate(zip(units, joined.spans, strict=True)):
        if span is not None:
            terms = analyze(passages[unit.passage].text[span.start : span.end])
            words = {term for term in terms if not term.startswith("#")}
            if words and words <= echoed:
                points[number] -= ECHO
    return replace(joined, points=np.maximum(points, NOTHING))
