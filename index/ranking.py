"""A query to ranked rows: both sides find candidates, fusion scores them, late interaction orders the best.

query -> vector, tokens and terms -> rows near the vector, rows with the terms -> first scores
      -> words of the best compared one by one -> scores
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.analysis import analyze
from index.calibration import Calibration
from index.dense import Dense, DensePart
from index.encoder import Encoder
from index.fusion import (
    K1,
    B,
    agreement,
    best_first,
    fuse,
    known_share,
    put_on_top,
    reciprocal_rank,
    sparse_bound,
)
from index.interaction import CANDIDATES, Interaction, interaction
from index.modes import Mode
from index.sparse import BM25, QueryTerm, Statistics
from index.store.segment import Segment
from index.tashkeel import unvowelled

QUERIES_KEPT = 16  # some 30 KB each
_NO_WORDS = np.empty((0, 0), np.uint8)


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    """Threads for the dense side of searches, made when they are first needed.

    A forked process makes its own: threads do not outlive a fork.
    """
    os.register_at_fork(after_in_child=_helpers.cache_clear)
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="dense")


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
        self.dense = Dense(
            [DensePart(segment.vectors, segment.graph, segment.stored_vectors) for segment in segments]
        )
        self.bm25 = BM25([segment.postings for segment in segments], statistics, k1=K1, b=B)
        self._segments = segments
        self._calibration = calibration
        self._encoder = encoder  # asked when a vector is needed: sparse search loads no model
        self._recent: dict[str, tuple[np.ndarray, np.ndarray | None]] = {}
        self._guard = threading.Lock()

    def rank(self, query: str, depth: int, mode: Mode, allowed: np.ndarray | None) -> Candidates:
        """The rows that `allowed`, boolean (rows,), accepts and that are among the `depth` best of a side."""
        question = self._question(query, mode)
        if mode == "sparse":
            rows, sparse = self.bm25.top(question.terms, depth, allowed)
            return Candidates(rows, sparse, None, sparse)
        if mode == "dense":
            rows, dense = self.dense.best(question.vector, depth, allowed)
            return Candidates(rows, self._scores(question, mode, rows, dense, None), dense, None)
        # FAISS lets go of the interpreter: both sides search at once.
        searching = _helpers().submit(self.dense.best, question.vector, depth, allowed)
        rows, sparse = self.bm25.top(question.terms, depth, allowed, also=lambda: searching.result()[0])
        dense = self._completed(question.vector, rows, *searching.result())
        return Candidates(rows, self._scores(question, mode, rows, dense, sparse), dense, sparse)

    def _completed(
        self, vector: np.ndarray, rows: np.ndarray, near: np.ndarray, points: np.ndarray
    ) -> np.ndarray:
        """float32 (rows,): inner products of `rows`, sorted, of which `near` have `points`."""
        scores, far = np.empty(len(rows), np.float32), np.ones(len(rows), dtype=bool)
        places = np.searchsorted(rows, near)
        scores[places], far[places] = points, False
        scores[far] = self.dense.score(vector, rows[far])
        return scores

    def _scores(
        self, question: Question, mode: Mode, rows: np.ndarray, dense: np.ndarray, sparse: np.ndarray | None
    ) -> np.ndarray:
        if mode == "rrf":
            near = self._two_stages(question, rows, dense.astype(np.float64), lambda found, _places: found)
            held = np.flatnonzero(sparse > 0)
            rankings = [best_first(near, len(near)), held[best_first(sparse[held], len(held))]]
            found = reciprocal_rank([ranking.tolist() for ranking in rankings])
            return np.array([found[place] for place in range(len(rows))])
        share = bound = agreed = 0.0
        if sparse is not None:
            share, bound = self._known(question.terms)
            agreed = agreement(dense, sparse, sparse_bound=bound)

        def fused(near: np.ndarray, places: np.ndarray) -> np.ndarray:
            if sparse is None:
                return near.astype(np.float64)
            return fuse(near, sparse[places], known_share=share, agreement=agreed, sparse_bound=bound)

        return self._two_stages(question, rows, fused(dense, np.arange(len(rows))), fused)

    def _two_stages(
        self,
        question: Question,
        rows: np.ndarray,
        first: np.ndarray,
        fused: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> np.ndarray:
        """`first`, with the best of it ordered by the late interaction of words, fused."""
        if question.tokens is None:
            return first
        best = best_first(first, CANDIDATES)
        return put_on_top(first, best, fused(self._interaction(question.tokens, rows[best]), best))

    def _question(self, query: str, mode: Mode) -> Question:
        terms = self.bm25.query_terms(analyze(query)) if mode != "dense" else []
        return Question(None, None, terms) if mode == "sparse" else Question(*self._encoded(query), terms)

    def _encoded(self, query: str) -> tuple[np.ndarray, np.ndarray | None]:
        """Vector and tokens; the last queries are remembered: pages and filters ask the same again."""
        with self._guard:
            known = self._recent.get(query)
        if known is None:
            known = self._encode(query)
            with self._guard:
                self._recent[query] = known
                if len(self._recent) > QUERIES_KEPT:
                    del self._recent[next(iter(self._recent))]
        return known

    def _encode(self, query: str) -> tuple[np.ndarray, np.ndarray | None]:
        encoder = self._encoder()
        interaction = Interaction.of(encoder, self._calibration)
        if interaction is not None:
            return interaction.encode_query(query)
        raw = np.asarray(encoder.encode_queries([unvowelled(query)]), dtype=np.float32)
        return self._calibration.centre_queries(raw)[0], None

    def _known(self, terms: Sequence[QueryTerm]) -> tuple[float, float]:
        """The known share of the query's term weight, and the bound of its scores."""
        idfs = [term.idf if term.held else None for term in terms]
        unknown = self.bm25.idf_in(0)
        return known_share(idfs, unknown=unknown), sparse_bound(idfs, unknown=unknown, k1=self.bm25.k1)

    def _interaction(self, tokens: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return interaction(tokens, self.words_of(rows))

    def words_of(self, rows: Sequence[int]) -> list[np.ndarray]:
        """The packed words of each row, as `index.interaction` stores them."""
        bases, rows = self.dense.bases, np.asarray(rows, dtype=np.int64)
        owners = np.searchsorted(bases, rows, side="right") - 1
        found: list[np.ndarray] = [_NO_WORDS] * len(rows)
        for owner in set(owners.tolist()):
            places = np.flatnonzero(owners == owner)
            words = self._segments[owner].words_of_all(rows[places] - bases[owner])
            for place, own in zip(places.tolist(), words, strict=True):
                found[place] = own
        return found
