"""Selection: which runs of units are quoted, out of the probability that each holds the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.units import Unit, windows

FIRST_LONGEST = 250  # code points of the first quote; one longer sentence may stand
ALL_LONGEST = 600  # of all quotes together
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """`units[first:last]`, quoted as one, and the probability that it holds the answer."""

    first: int
    last: int
    probability: float


def choose(
    units: Sequence[Unit],
    probabilities: np.ndarray,
    *,
    most: int = MOST_QUOTES,
    longest: int = ALL_LONGEST,
    articles: Sequence[str] | None = None,
) -> list[Chosen]:
    """Up to `most` runs, the likeliest first, together at most `longest` code points.

    The first may be longer than FIRST_LONGEST only as a single sentence. With `articles` (the article of
    each unit) no two runs come from the same one.
    """
    runs = [
        Chosen(first, last, float(probabilities[first:last].sum()))
        for first, last in windows(units, longest=FIRST_LONGEST)
    ]
    runs.sort(key=lambda run: -run.probability)
    chosen: list[Chosen] = []
    room, taken, told = longest, set(), set()
    for run in runs:
        length = units[run.last - 1].end - units[run.first].start
        places = {
            (units[row].start, units[row].end, _article(units, row, articles))
            for row in range(run.first, run.last)
        }
        if (chosen and length > room) or places & taken:
            continue
        if articles is not None and articles[run.first] in told:
            continue
        chosen.append(run)
        room -= length
        taken |= places
        if articles is not None:
            told.add(articles[run.first])
        if len(chosen) == most:
            break
    return chosen


def _article(units: Sequence[Unit], row: int, articles: Sequence[str] | None) -> object:
    return articles[row] if articles is not None else units[row].place
