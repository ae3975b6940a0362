"""A query to ranked rows: both sides find candidates, fusion scores them, late interaction orders the best.

query -> vector, tokens and terms -> rows near the vector, rows with the terms -> first scores
      -> words of the best compared one by one -> scores
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.articles.filters import Filters
from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.encoder.words.late import LateEncoder
from index.engine import Candidates, Engine
from index.search.fusion import Fusion, agreement, best_first, by_rank, by_vectors, known_share, put_on_top
from index.search.interaction import CANDIDATES, interaction
from index.search.modes import Mode
from index.sparse import sparse_bound
from index.text.phrase import Phrase

QUERIES_KEPT = 16  # the encoder remembers many more; here their tokens are centred and turned too

Scoring = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, unordered, with the score of each, float64 (n,)."""

    candidates: Candidates
    scores: np.ndarray


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A query's `vector`, float32 (dimension,), and its `tokens`, (tokens, hidden), or None without any."""

    vector: np.ndarray
    tokens: np.ndarray | None


class Ranker:
    """Ranks what an engine finds."""

    def __init__(self, engine: Engine, calibration: Calibration, encoder: Callable[[], Encoder]):
        self._engine = engine
        self._calibration = calibration
        self._encoder = encoder  # asked when a vector is needed: sparse search loads no model
        self._recent: dict[str, EncodedQuery] = {}
        self._guard = threading.Lock()

    def rank(self, query: Phrase, depth: int, mode: Mode, filters: Filters | None) -> Ranking:
        """Score the rows that the filters accept and that are among the `depth` best of a side."""
        if mode == "sparse":
            candidates = self._engine.sparse(query.terms, depth, filters)
            assert candidates.sparse is not None
            return Ranking(candidates, candidates.sparse)
        encoded = self.encoded(query)
        if mode == "dense":
            candidates = self._engine.dense(encoded.vector, depth, filters)
            return Ranking(candidates, self._two_stages(encoded, candidates, by_vectors))
        candidates = self._engine.hybrid(encoded.vector, query.terms, depth, filters)
        if mode == "rrf":
            assert candidates.sparse is not None
            near = self._two_stages(encoded, candidates, by_vectors)
            return Ranking(candidates, by_rank(near, candidates.sparse))
        return Ranking(candidates, self._two_stages(encoded, candidates, self._fusion(query, candidates)))

    def encoded(self, query: Phrase) -> EncodedQuery:
        """Give vector and tokens; the last queries are remembered: pages and filters ask the same again."""
        with self._guard:
            encoded = self._recent.get(query.text)
        if encoded is None:
            encoded = self._encode(query)
            with self._guard:
                self._recent[query.text] = encoded
                if len(self._recent) > QUERIES_KEPT:
                    del self._recent[next(iter(self._recent))]
        return encoded

    def _encode(self, query: Phrase) -> EncodedQuery:
        encoder = self._encoder()
        late = LateEncoder.of(encoder, self._calibration)
        if late is not None:
            return EncodedQuery(*late.encode_query(query.text))
        raw = np.asarray(encoder.encode_queries([query.unvowelled]), dtype=np.float32)
        return EncodedQuery(self._calibration.centre_queries(raw)[0], None)

    def _two_stages(self, encoded: EncodedQuery, candidates: Candidates, scoring: Scoring) -> np.ndarray:
        """Score by the inner products, then the best anew by the late interaction of their words."""
        assert candidates.dense is not None
        first = scoring(candidates.dense.astype(np.float64), np.arange(len(candidates.rows)))
        if encoded.tokens is None:
            return first
        best = best_first(first, CANDIDATES)
        near = interaction(encoded.tokens, self._engine.words(candidates.rows[best]))
        return put_on_top(first, best, scoring(near, best))

    def _fusion(self, query: Phrase, candidates: Candidates) -> Scoring:
        """Take the terms' part of the scores from what the index knows of them."""
        terms, unknown = self._engine.terms(query.terms), self._engine.unknown_idf()
        idfs = [term.idf if term.frequency else None for term in terms]
        bound = sparse_bound(idfs, unknown=unknown, k1=self._engine.k1)
        dense, sparse = candidates.dense, candidates.sparse
        assert dense is not None and sparse is not None
        agreed = agreement(dense, sparse, sparse_bound=bound)
        return Fusion(sparse, known_share(idfs, unknown=unknown), agreed, bound)
