"""Hits: what a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from index.passages import Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: `score` (higher is better), `rank` (from 1).

    `dense` is the inner product of the query's and the passage's vectors, `sparse` the BM25 score;
    each is None when that side was not asked or did not score the passage. `twins` are the ids of the
    articles that carry the same story and were collapsed into this hit. `reranked` is what a reranker gave.
    """

    passage: Passage
    score: float
    rank: int
    dense: float | None = None
    sparse: float | None = None
    twins: tuple[str, ...] = ()
    reranked: float | None = None
