"""Selection: which runs of units are quoted, out of the probability that each holds the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.units import Unit, length, windows

FIRST_LONGEST = 250  # code points of a quote; one longer sentence may stand
ALL_LONGEST = 600  # of all quotes together
MOST_QUOTES = 3
LEAST = 0.03  # a quote after the first is at least so likely to hold the answer
LOOKED_AT = 60  # runs that may come after the first


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
    texts: Sequence[str] | None = None,
) -> list[Chosen]:
    """Choose up to `most` runs, the likeliest first, together at most `longest` code points.

    A run is longer than FIRST_LONGEST only as a single sentence. The runs after the first are those that
    together are likeliest to hold the answer in the room that is left, if that is likely at all. With
    `articles` (the article of each unit) each makes its point in one unit, no two of the same article; with
    `texts` the same words are not quoted twice.
    """
    if articles is not None:
        return _of_each(units, probabilities, articles, most=most, longest=longest)
    if texts is not None:
        probabilities = _told_once(probabilities, texts)
    runs = [
        Chosen(first, last, float(probabilities[first:last].sum()))
        for first, last in windows(units, longest=FIRST_LONGEST)
    ]
    if not runs:
        return []
    runs.sort(key=lambda run: -run.probability)
    chosen = [runs[0]]
    room = longest - _length(units, runs[0])
    rest = [
        run
        for run in runs[1:]
        if run.probability >= LEAST and _length(units, run) <= room and not _clash(runs[0], run)
    ][:LOOKED_AT]
    if most < 2 or not rest:
        return chosen
    if most > 2 and (pair := _best_pair(units, rest, room)):
        return chosen + pair
    return [*chosen, rest[0]]


def _of_each(
    units: Sequence[Unit], probabilities: np.ndarray, articles: Sequence[str], *, most: int, longest: int
) -> list[Chosen]:
    """Choose the likeliest unit of each article, likeliest first; what does not fit is left out whole."""
    chosen: list[Chosen] = []
    heard: set[str] = set()
    for row in np.argsort(-probabilities, kind="stable").tolist():
        if articles[row] in heard or len(chosen) == most:
            continue
        heard.add(articles[row])
        unit = Chosen(row, row + 1, float(probabilities[row]))
        length = _length(units, unit)
        if length <= longest or not chosen:
            chosen.append(unit)
            longest -= length
    return chosen


def _best_pair(units: Sequence[Unit], runs: Sequence[Chosen], room: int) -> list[Chosen] | None:
    """Give the two runs that fit and are likeliest together; None when the best run alone is as likely."""
    best, pair = runs[0].probability, None
    for rank, one in enumerate(runs):
        for other in runs[rank + 1 :]:
            if one.probability + other.probability <= best:
                break  # those after it are less likely still
            if _length(units, one) + _length(units, other) > room or _clash(one, other):
                continue
            best, pair = one.probability + other.probability, [one, other]
            break
    return pair


def _told_once(probabilities: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Give the probability of units of the same words, given to the first of them."""
    firsts: dict[str, int] = {}
    once = np.zeros(len(probabilities))
    for row, text in enumerate(texts):
        once[firsts.setdefault(text, row)] += probabilities[row]
    return once


def _length(units: Sequence[Unit], run: Chosen) -> int:
    return length(units[run.first], units[run.last - 1])


def _clash(one: Chosen, other: Chosen) -> bool:
    """Tell whether two runs share a unit."""
    return one.first < other.last and other.first < one.last
