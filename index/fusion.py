"""Fusion: one score for each candidate out of its dense and sparse scores.

The weight of the sparse side follows what it can know of the query. A query in another language than
the articles shares few terms with them; its BM25 scores then say little and must not outvote the
vectors. Two facts of the query bound the sparse side: the share of its term weight that the index holds
at all, and the score that a passage holding every term well would have.

Pure functions over arrays: candidates are in the same order in every array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

SPARSE_WEIGHT = 0.4


def known_share(idfs: Sequence[float | None], *, unknown: float) -> float:
    """The share, 0 to 1, of a query's term weight whose terms the index holds.

    `idfs` has one entry a distinct query term, None where the index lacks it; a missing term weighs
    `unknown`, the highest IDF that the index could give.
    """
    known = sum(max(idf, 0.0) for idf in idfs if idf is not None)
    total = known + unknown * sum(idf is None for idf in idfs)
    return known / total if total > 0 else 0.0


def sparse_bound(idfs: Sequence[float | None], *, unknown: float, k1: float) -> float:
    """The BM25 score no passage can exceed for the query: each term at its IDF times `k1 + 1`."""
    weights = [unknown if idf is None else max(idf, 0.0) for idf in idfs]
    return (k1 + 1.0) * sum(weights)


def fuse(
    dense: np.ndarray,
    sparse: np.ndarray,
    *,
    known_share: float,
    sparse_bound: float,
    sparse_weight: float = SPARSE_WEIGHT,
) -> np.ndarray:
    """Scores (n,) of n candidates from inner products `dense` and BM25 scores `sparse`, both (n,).

    Each side is spread over 0 to 1 among the candidates; the sparse weight is `sparse_weight` times the
    known share. `sparse_bound` is what the whole query could reach at best.
    """
    del sparse_bound
    weight = sparse_weight * known_share
    return (1.0 - sparse_weight) * _spread(dense) + weight * _spread(sparse)


def reciprocal_rank(rankings: Sequence[Sequence[int]], *, rrf_k: int = 60) -> Mapping[int, float]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): row -> score.

    >>> reciprocal_rank([[7, 8], [8]])[8] > reciprocal_rank([[7, 8], [8]])[7]
    True
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (rrf_k + rank)
    return scores


def _spread(scores: np.ndarray) -> np.ndarray:
    """Scores moved linearly onto 0 to 1; zeros where they are all alike."""
    if scores.size == 0:
        return np.zeros(0, dtype=np.float64)
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.zeros(scores.shape, dtype=np.float64)
    return (scores.astype(np.float64) - low) / (high - low)
