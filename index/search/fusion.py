"""Fusion: one score for each candidate out of what the vectors and the terms say of it.

The weight of the terms follows what they can know of the query. A query in another language than the
articles shares few terms with them; its BM25 scores then say little and must not outvote the vectors.
Three facts bound them: the share of the query's term weight that the index holds at all, the score that a
passage would have if it held every term as often as can be, and whether the passages that the vectors find
nearest hold the query's terms. Among a hundred thousand passages some hold nearly any foreign word, but not
those that the question is about.

    score = near + SPARSE_WEIGHT * known share^2 * agreement * sqrt(sparse / bound)

where near is the inner product of the vectors for all candidates, and then the late interaction of their
words for the best of those. The root lets the first terms that a passage holds count most.

Pure functions over arrays: candidates are in the same order in every array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SPARSE_WEIGHT = 0.4  # flat between 0.3 and 0.5
NEAREST = 10  # passages whose terms are asked for agreement
NO_AGREEMENT, FULL_AGREEMENT = 0.02, 0.06  # mean BM25 of those over the bound; in one language 0.04 to 0.6


def known_share(idfs: Sequence[float | None], *, unknown: float) -> float:
    """Give the share, 0 to 1, of a query's term weight whose terms the index holds.

    `idfs` has one entry a distinct query term, None where the index lacks it; a missing term weighs
    `unknown`, the highest IDF that the index could give.
    """
    indexed = sum(max(idf, 0.0) for idf in idfs if idf is not None)
    total = indexed + unknown * sum(idf is None for idf in idfs)
    return indexed / total if total > 0 else 0.0


def agreement(near: np.ndarray, sparse: np.ndarray, *, sparse_bound: float) -> float:
    """Tell how far, 0 to 1, the passages that the vectors find nearest hold the query's terms.

    `near` is the inner products of the candidates, `sparse` their BM25 scores.
    """
    if not len(near):
        return 0.0
    nearest = best_first(near, NEAREST)
    share = float(_bounded(sparse[nearest], sparse_bound).mean())
    return min(1.0, max(0.0, share - NO_AGREEMENT) / (FULL_AGREEMENT - NO_AGREEMENT))


def fuse(
    near: np.ndarray, sparse: np.ndarray, *, known_share: float, agreement: float, sparse_bound: float
) -> np.ndarray:
    """Give scores (n,) of n candidates.

    `near` is what the vectors say: inner products in stage one, late interaction in stage two. `sparse`
    is the BM25 scores, `sparse_bound` the highest that the query could have.
    """
    weight = SPARSE_WEIGHT * known_share**2 * agreement
    return np.asarray(near.astype(np.float64) + weight * np.sqrt(_bounded(sparse, sparse_bound)))


@dataclass(frozen=True, slots=True)
class Fusion:
    """What the terms say of the candidates of one query, to be fused with what the vectors say."""

    sparse: np.ndarray
    known_share: float
    agreement: float
    sparse_bound: float

    def __call__(self, near: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Give scores (n,) of the candidates at `positions`, whose vectors say `near`."""
        return fuse(
            near,
            self.sparse[positions],
            known_share=self.known_share,
            agreement=self.agreement,
            sparse_bound=self.sparse_bound,
        )


def by_vectors(near: np.ndarray, _positions: np.ndarray) -> np.ndarray:
    """Give scores (n,) by the vectors alone."""
    return near


def by_rank(near: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """Give scores (n,) by reciprocal rank: what has no term of the query has no rank by them."""
    with_terms = np.flatnonzero(sparse > 0)
    by_terms = with_terms[best_first(sparse[with_terms], len(with_terms))]
    fused = reciprocal_rank([best_first(near, len(near)).tolist(), by_terms.tolist()])
    return np.array([fused[position] for position in range(len(near))])


def best_first(first: np.ndarray, count: int) -> np.ndarray:
    """Give the positions of the `count` best of `first`, best first; ties in order."""
    return np.argsort(-first, kind="stable")[:count]


def put_on_top(first: np.ndarray, places: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Give scores (n,) in which `places` have their `second` score and all others come after them.

    The others keep their order and their distances of stage one.
    """
    scores = first.astype(np.float64).copy()
    rest = np.ones(len(scores), dtype=bool)
    rest[places] = False
    if len(places) and rest.any():
        scores[rest] += min(0.0, float(second.min()) - float(scores[rest].max()))
    scores[places] = second
    return scores


def reciprocal_rank(rankings: Sequence[Sequence[int]], *, rrf_k: int = 60) -> Mapping[int, float]:
    """Fuse rankings by reciprocal rank (Cormack, Clarke and Büttcher 2009): row -> score.

    >>> reciprocal_rank([[7, 8], [8]])[8] > reciprocal_rank([[7, 8], [8]])[7]
    True
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (rrf_k + rank)
    return scores


def _bounded(scores: np.ndarray, bound: float) -> np.ndarray:
    """Give BM25 scores as shares, 0 to 1, of the highest that the query could have."""
    return np.clip(scores.astype(np.float64) / bound, 0.0, 1.0) if bound > 0 else np.zeros(len(scores))
