"""The rows with the best scores, without adding up every posting.

The idea is MaxScore (Turtle and Flood 1995).

What this needs of the scores is `Additive`: a row's score is the sum of what its terms are worth in it, no
worth is negative, and `bound` is no less than what some terms can add to any row. What it promises: the rows
and scores are exactly those that adding everything up would give, rows in ascending order.

The postings of short lists are added up first. Once the long lists could not lift a row that is low by then
among the best, they are only searched for the rows that can still win.

The constants trade time for time; no result depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

STAGES = (0.3, 0.6)  # of a query's postings that are added up before the longer lists are thought over
ONE_STAGE = (0.5,)  # where thinking costs more than adding up
STAGED_FROM = 1_000_000  # postings of a query
LOOKED_UP_FROM = 100_000  # postings of a query; fewer are added up before one could decide not to
MOST_POSSIBLE = 1 / 16  # of the rows, that the longer lists are searched for
LOOK_UP_COST = 60  # looking a row up in a list takes as long as looking through so many postings
BLOCKS = 64  # rows that one score, their highest, stands for when a threshold is sought

RowSource = Callable[[], np.ndarray]


class PostedTerm(Protocol):
    """A term with its postings."""

    @property
    def frequency(self) -> int:
        """Tell how many postings it has."""
        ...


Posted = TypeVar("Posted", bound=PostedTerm)
TermTaken = TypeVar("TermTaken", bound=PostedTerm, contravariant=True)


class Additive(Protocol[TermTaken]):
    """Scores that are sums of what the terms of a query are worth in a row; no worth is negative."""

    @property
    def rows(self) -> int:
        """Tell how many rows there are."""
        ...

    def add(self, sums: np.ndarray, terms: Sequence[TermTaken]) -> None:
        """Add to float64 (rows,) what all postings of some terms are worth."""
        ...

    def add_marked(self, sums: np.ndarray, term: TermTaken, marked: np.ndarray) -> None:
        """Add what the postings of a term are worth in the rows that boolean `marked` (rows,) names."""
        ...

    def scores_of(self, terms: Sequence[TermTaken], rows: np.ndarray) -> np.ndarray:
        """Give what some terms are worth in some rows, float64 (n,)."""
        ...

    def bound(self, terms: Sequence[TermTaken]) -> float:
        """Give what these terms together cannot exceed in any row."""
        ...


def best_rows(
    scoring: Additive[Posted],
    terms: Sequence[Posted],
    depth: int,
    allowed: np.ndarray | None,
    also: RowSource,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find rows, ascending, with scores, among which the best `depth` and `also` are; then those of `also`.

    `terms` come with the fewest postings first. Of rows with no score above 0 none is found. `allowed` is
    boolean (rows,): what may be found; `also` gives rows that are scored whatever it says, and is called
    late, so that they can be found meanwhile.
    """
    sums = np.zeros(scoring.rows)
    added = 0
    winners: np.ndarray | None = None
    for stage in _stages(terms):
        scoring.add(sums, terms[added:stage])
        added = stage
        winners = _winners(scoring, sums, depth, allowed, terms[added:])
        if winners is not None:
            break
    assert winners is not None, "the last stage leaves no term, and then the winners are known"
    more = union(also())
    chosen = union(winners, more) if len(more) else winners
    chosen = _narrowed(scoring, sums, chosen, terms[added:], depth, more)
    return chosen, sums.take(chosen), more


def highest(scores: np.ndarray, depth: int) -> np.ndarray:
    """Give the positions of the best `depth` scores, ascending."""
    if len(scores) <= depth:
        return np.arange(len(scores))
    return np.sort(np.argpartition(scores, len(scores) - depth)[len(scores) - depth :])


def union(*rows: np.ndarray) -> np.ndarray:
    """Give distinct rows, ascending; for a few hundred several times as fast as numpy's `unique`."""
    together = np.sort(np.concatenate(rows))
    first = np.ones(len(together), dtype=bool)
    np.not_equal(together[1:], together[:-1], out=first[1:])
    return np.asarray(together[first])


def _stages(terms: Sequence[PostedTerm]) -> list[int]:
    """Tell how many of the terms, shortest lists first, are added up when it is thought over; last all."""
    total = sum(term.frequency for term in terms)
    if total < LOOKED_UP_FROM:
        return [len(terms)]
    shares = STAGES if total >= STAGED_FROM else ONE_STAGE
    stages: list[int] = []
    reached = 0
    for number, term in enumerate(terms):
        if number and len(stages) < len(shares) and reached + term.frequency > shares[len(stages)] * total:
            stages.append(number)
        reached += term.frequency
    return [*stages, len(terms)]


def _winners(
    scoring: Additive[Posted],
    sums: np.ndarray,
    depth: int,
    allowed: np.ndarray | None,
    left: Sequence[Posted],
) -> np.ndarray | None:
    """Find the rows, ascending, that can still be among the best `depth` once `left` is counted too.

    None while a row without any score could be, or while they are too many.
    """
    scores = sums if allowed is None else np.where(allowed, sums, 0.0)
    if not left:
        return _at_least(scores, depth)
    least = _threshold(scores, depth) - scoring.bound(left)
    if least <= 0:
        return None
    possible = np.flatnonzero(scores >= least)
    return possible if len(possible) <= MOST_POSSIBLE * len(sums) else None


def _narrowed(
    scoring: Additive[Posted],
    sums: np.ndarray,
    chosen: np.ndarray,
    left: Sequence[Posted],
    depth: int,
    also: np.ndarray,
) -> np.ndarray:
    """Keep the rows of `chosen`, ascending, that stay possible while what is left is added to their sums.

    `also`, rows of `chosen`, stay anyway.
    """
    marked = np.zeros(len(sums) if left else 0, dtype=bool)
    for number, term in enumerate(left):
        if len(chosen) * LOOK_UP_COST <= term.frequency:
            sums[chosen] += scoring.scores_of([term], chosen)
        else:
            marked[chosen] = True
            scoring.add_marked(sums, term, marked)
            marked[chosen] = False
        later = left[number + 1 :]
        if later and len(chosen) > depth:
            scores = sums.take(chosen)
            least = np.partition(scores, -depth)[-depth] - scoring.bound(later)
            stays = scores >= least
            stays[np.searchsorted(chosen, also)] = True
            chosen = chosen[stays]
    return chosen


def _threshold(scores: np.ndarray, depth: int) -> float:
    """Give a score that at least `depth` rows reach, close to the highest such; 0 when they are fewer."""
    whole = len(scores) // BLOCKS
    if whole < 4 * depth:
        return float(np.partition(scores, -depth)[-depth]) if len(scores) >= depth else 0.0
    tops = scores[: whole * BLOCKS].reshape(BLOCKS, whole).max(axis=0)
    return float(np.partition(tops, -depth)[-depth])


def _at_least(scores: np.ndarray, depth: int) -> np.ndarray:
    """Find the rows with a score above 0 that reach a score of which there are `depth`."""
    least = _threshold(scores, depth)
    return np.flatnonzero(scores >= least if least > 0 else scores > 0)
