"""The parameters of BM25 in this program, and the bound of its scores."""

from __future__ import annotations

from collections.abc import Sequence

K1, B = 0.9, 0.75  # term saturation and length normalisation, chosen on the development sets


def sparse_bound(idfs: Sequence[float | None], *, unknown: float, k1: float) -> float:
    """The BM25 score no passage can exceed for a query: each term at its IDF times `k1 + 1`.

    `idfs` has one entry a distinct query term, None where the index lacks it; that weighs `unknown`.
    """
    weights = [unknown if idf is None else max(idf, 0.0) for idf in idfs]
    return (k1 + 1.0) * sum(weights)
