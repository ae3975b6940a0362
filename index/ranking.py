"""A query to ranked rows: both sides find candidates, fusion scores them, late interaction orders the best.

query -> vector, tokens and terms -> rows near the vector, rows with the terms -> first scores
      -> words of the best compared one by one -> scores
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.analysis import analyze
from index.calibration import Calibration
from index.dense import Dense, DensePart
from index.encoder import Encoder
from index.fusion import K1, B, best_first, fuse, known_share, put_on_top, sparse_bound
from index.interaction import CANDIDATES, Interaction, interaction
from index.sparse import BM25, QueryTerm, Statistics
from index.store.segment import Segment

Mode = Literal["hybrid", "dense", "sparse"]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that were found, with their scores and what each side gave (None: that side was not asked)."""

    rows: np.ndarray
    scores: np.ndarray
    dense: np.ndarray | None
    sparse: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it is searched: `vector` (dimension,), `tokens` (tokens, hidden) or None, and its terms."""

    vector: np.ndarray | None
    tokens: np.ndarray | None
    terms: Sequence[QueryTerm]


class Ranker:
    """Ranks the rows of some segments, which run on from one to the next."""

    def __init__(
        self,
        segments: Sequence[Segment],
        statistics: Statistics,
        calibration: Calibration,
        encoder: Callable[[], Encoder],
    ):
        self.dense = Dense([DensePart(segment.vectors, segment.graph) for segment in segments])
        self.bm25 = BM25([segment.postings for segment in segments], statistics, k1=K1, b=B)
        self._segments = segments
        self._calibration = calibration
        self._encoder = encoder  # asked when a vector is needed: sparse search loads no model

    def rank(self, query: str, depth: int, mode: Mode, allowed: np.ndarray | None) -> Candidates:
        """The rows that `allowed`, boolean (rows,), accepts and that are among the `depth` best of a side."""
        question = self._question(query, mode)
        if mode == "sparse":
            rows, sparse = self.bm25.top(question.terms, depth, allowed)
            return Candidates(rows, sparse, None, sparse)
        rows = self.dense.search(question.vector, depth, allowed)
        sparse, share, bound = None, 0.0, 0.0
        if mode == "hybrid":
            rows, sparse = self.bm25.top(question.terms, depth, allowed, also=rows)
            share, bound = self._known(question.terms)
        dense = self.dense.score(question.vector, rows)

        def fused(near: np.ndarray, places: np.ndarray | slice) -> np.ndarray:
            if sparse is None:
                return near.astype(np.float64)
            return fuse(near, sparse[places], known_share=share, sparse_bound=bound)

        scores = fused(dense, slice(None))
        if question.tokens is not None:
            best = best_first(scores, CANDIDATES)
            scores = put_on_top(scores, best, fused(self._interaction(question.tokens, rows[best]), best))
        return Candidates(rows, scores, dense, sparse)

    def _question(self, query: str, mode: Mode) -> Question:
        terms = self.bm25.query_terms(analyze(query)) if mode != "dense" else []
        if mode == "sparse":
            return Question(None, None, terms)
        encoder = self._encoder()
        interaction = Interaction.of(encoder, self._calibration)
        if interaction is not None:
            return Question(*interaction.encode_query(query), terms)
        raw = np.asarray(encoder.encode_queries([query]), dtype=np.float32)
        return Question(self._calibration.centre_queries(raw)[0], None, terms)

    def _known(self, terms: Sequence[QueryTerm]) -> tuple[float, float]:
        """The known share of the query's term weight, and the bound of its scores."""
        idfs = [term.idf if term.held else None for term in terms]
        unknown = self.bm25.idf_in(0)
        return known_share(idfs, unknown=unknown), sparse_bound(idfs, unknown=unknown, k1=self.bm25.k1)

    def _interaction(self, tokens: np.ndarray, rows: np.ndarray) -> np.ndarray:
        bases = self.dense.bases
        owners = np.searchsorted(bases, rows, side="right") - 1
        words = [
            self._segments[owner].words_of(row - bases[owner])
            for owner, row in zip(owners, rows, strict=True)
        ]
        return interaction(tokens, words)
