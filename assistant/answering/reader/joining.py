"""Joins what was read to the units that may be quoted: a log-probability each, and the words that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assistant.answering.found import Found
from assistant.answering.reader.readings import NOTHING, Reading, Span
from assistant.answering.reader.windows import Window, heading_of
from assistant.answering.signals import NAMES, Signals
from assistant.answering.units import Unit

MOST = 6  # windows that are read for a question
ROUND = 3  # windows that are read together before it is asked whether that was enough
SCALE = 0.1  # of log-probabilities among the signals, which are about 0 to 1
LEAST = -12.0  # log-probability of a unit among the signals: no more is known of those that were not read
SURE = 4.0  # log-odds of an answer from which no more windows are read


class ReadsWindows(Protocol):
    """What `read_best_first` needs of a reader."""

    def read(self, question: str, windows: Sequence[Window]) -> Sequence[Reading]:
        """What stands in each window, in order."""
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
    spans: tuple[Span | None, ...]


def read_best_first(
    reader: ReadsWindows, question: str, windows: Sequence[Window], *, most: int, sure: float = SURE
) -> list[Reading]:
    """Readings of the first windows, `most` at most; fewer once the answer stands in one beyond doubt."""
    readings: list[Reading] = []
    while len(readings) < min(most, len(windows)):
        stop = min(len(readings) + ROUND, most)
        readings.extend(reader.read(question, windows[len(readings) : stop]))
        if max(reading.log_odds for reading in readings) >= sure:
            break
    return readings


def read_found(
    reader: ReadsWindows, question: str, found: Sequence[Found], units: Sequence[Unit], *, most: int = MOST
) -> UnitReadings:
    """What the reader says of the units of the passages that were found."""
    windows = [Window(heading_of(each.source.title, each.source.published), each.passage.text)
               for each in found]  # fmt: skip
    readings = read_best_first(reader, question, windows, most=most)
    return join(readings, units, [each.passage.start for each in found])


def join(readings: Sequence[Reading], units: Sequence[Unit], starts: Sequence[int]) -> UnitReadings:
    """What `readings`, of the first passages, say of `units`.

    `starts[place]` is where the text of passage `place` begins in its article.
    """
    odds = np.full(len(units), NOTHING)
    spans: list[Span | None] = [None] * len(units)
    for number, unit in enumerate(units):
        if unit.place < len(readings):
            reading, first = readings[unit.place], starts[unit.place]
            span = reading.best_span(unit.start - first, unit.end - first)
            if span is not None:
                odds[number] = span.log_odds
                spans[number] = Span(span.start + first, span.end + first, span.log_odds)
    whole = np.logaddexp.reduce([NOTHING, *(reading.log_odds for reading in readings)])
    none = -float(np.logaddexp(0.0, whole))
    return UnitReadings(np.maximum(odds + none, NOTHING), none, tuple(spans))


def with_reading(signals: Signals, joined: UnitReadings) -> Signals:
    """The signals with what was read: of each unit, and of all passages for the confidence.

    `reader_some` is about the log-odds that any passage read answers, `reader_best` the best unit's
    log-probability.
    """
    values = np.zeros((len(signals.values), len(NAMES)))
    values[:, : signals.values.shape[1]] = signals.values
    values[:, NAMES.index("reader")] = SCALE * np.maximum(joined.points, LEAST)
    best = float(np.max(joined.points, initial=LEAST))
    question = {**signals.question, "reader_some": -SCALE * joined.none, "reader_best": SCALE * best}
    return replace(signals, values=values, question=question)
