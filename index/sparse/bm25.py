"""BM25 by postings: rank-bm25's Okapi scores without its loop over every passage.

`BM25` is a `rank_bm25.BM25Okapi` in definition (k1, b, and a floor of epsilon times the average IDF under
terms that most passages hold) and gives the same scores. It reads the postings of several segments as one
corpus: frequencies, lengths and averages are those of all passages that count.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rank_bm25 import BM25Okapi

from index.sparse.postings import Postings, term_hash
from index.sparse.statistics import Statistics

LOOKED_UP_FROM = 2_000  # postings; a shorter list is added up before one could decide not to
LOOK_UP_COST = 8  # looking a row up in a list takes as long as adding up so many postings
ROUNDING = 1e-9
KEPT_FROM = 512  # postings of a term whose share of the formula is worth keeping
KEPT_BYTES = 48 << 20
TERMS_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query: how often the query has it, in how many passages it is, its IDF, and where.

    `spans` are the starts and ends of its postings in each part.
    """

    times: int
    held: int
    idf: float
    spans: tuple[tuple[int, int], ...]


class _Kept:
    """Arrays used lately, up to so many bytes. Safe for any number of threads."""

    def __init__(self, most: int):
        self._most, self._bytes = most, 0
        self._arrays: OrderedDict[tuple[int, int], np.ndarray] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: tuple[int, int]) -> np.ndarray | None:
        with self._guard:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
            return found

    def put(self, key: tuple[int, int], array: np.ndarray) -> None:
        with self._guard:
            if key not in self._arrays and array.nbytes <= self._most:
                self._arrays[key] = array
                self._bytes += array.nbytes
                while self._bytes > self._most:
                    self._bytes -= self._arrays.popitem(last=False)[1].nbytes


class BM25(BM25Okapi):
    """Okapi BM25 over the postings of one or more segments, as one corpus.

    Rows run on from part to part. Rows that no longer count keep their places; their scores mean nothing
    and `top` is told to leave them out.
    """

    def __init__(
        self,
        parts: Sequence[Postings],
        statistics: Statistics,
        *,
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
    ):
        # BM25Okapi.__init__ would count a corpus of token lists; the postings have counted it already.
        self.k1, self.b, self.epsilon = k1, b, epsilon
        self.parts = list(parts)
        self.statistics = statistics
        self.corpus_size = statistics.passages
        self.avgdl = statistics.average_length
        self.average_idf = statistics.average_idf
        self.bases = np.cumsum([0, *(len(part.lengths) for part in self.parts)]).tolist()
        lengths = np.concatenate([part.lengths for part in self.parts]) if self.parts else np.empty(0)
        self._norms = k1 * (1 - b + b * lengths / self.avgdl) if self.avgdl else np.zeros(len(lengths))
        self._sums: list[np.ndarray] = []  # zeroed arrays, one for each search that ran at the same time
        self._kept = _Kept(KEPT_BYTES)
        self._known: dict[str, QueryTerm] = {}

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]], **parameters: float) -> BM25:
        """BM25 over passages given as terms, as `BM25Okapi(passages)`."""
        postings = Postings.of(passages)
        return cls([postings], Statistics.of(postings), **parameters)

    def idf_in(self, held: int) -> float:
        """IDF of a term in `held` passages, with rank-bm25's floor; for 0, the highest there can be."""
        idf = self.statistics.raw_idf(held)
        return self.epsilon * self.average_idf if idf < 0 else idf

    def query_terms(self, query: Sequence[str]) -> list[QueryTerm]:
        """The distinct terms of a query."""
        times = Counter(query)
        new = [term for term in times if term not in self._known]
        if len(self._known) + len(new) > TERMS_KNOWN:
            self._known = {}
            new = list(times)
        known = self._known
        known.update(zip(new, self._look_up(new), strict=True))
        return [
            known[term] if count == 1 else replace(known[term], times=count) for term, count in times.items()
        ]

    def _look_up(self, terms: Sequence[str]) -> list[QueryTerm]:
        hashes = np.array([term_hash(term) for term in terms], dtype=np.uint64)
        held = np.zeros(len(hashes), dtype=np.int64)
        spans = []
        for part in self.parts:
            held += part.frequencies(hashes)
            spans.append(np.stack(part.spans(hashes), axis=1).tolist())
        return [
            QueryTerm(1, total, self.idf_in(total), tuple(tuple(own[place]) for own in spans))
            for place, total in enumerate(held.tolist())
        ]

    def top(
        self, terms: Sequence[QueryTerm], depth: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows (int64) and scores of the best `depth` that hold a term, unordered.

        `allowed` is boolean (rows,): what may be found.

        Rare terms come first. Once the terms left could not lift a row that holds none of the earlier ones
        over the `depth`-th best, they are only looked up for the rows that can still win (the idea of
        MaxScore: Turtle and Flood 1995); the result is exact.
        """
        ordered = sorted((term for term in terms if term.held), key=lambda term: term.held)
        prunable = all(term.idf > 0 for term in ordered)
        sums = self._sums.pop() if self._sums else np.zeros(self.bases[-1])
        rows, chosen, left = np.empty(0, np.int64), None, []
        for number, term in enumerate(ordered):
            if prunable and term.held >= LOOKED_UP_FROM:
                left = ordered[number:]
                chosen = self._winners(sums, rows, depth, allowed, left)
                if chosen is not None:
                    break
            rows = np.concatenate([rows, *self._accumulate(sums, term)])
        else:
            if not prunable:
                rows = np.unique(rows)  # sums may have come back to zero: a row then looked fresh twice
            chosen, left = rows if allowed is None else rows.compress(allowed.take(rows)), []
        scores = sums.take(chosen)
        sums[rows] = 0.0
        self._sums.append(sums)
        if left:
            scores += self.scores_of(left, chosen)
        return _highest(chosen, scores, depth)

    def scores_of(self, terms: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
        """float64 (n,): the scores of some rows."""
        scores = np.zeros(len(rows))
        for number, part in enumerate(self.parts):
            chosen = np.flatnonzero((rows >= self.bases[number]) & (rows < self.bases[number + 1]))
            if not len(chosen):
                continue
            own = (rows[chosen] - self.bases[number]).astype(np.uint32)
            for term in terms:
                start, end = term.spans[number]
                held = part.rows[start:end]
                places = np.searchsorted(held, own)
                found = np.flatnonzero(places < len(held))
                found = found[held[places[found]] == own[found]]
                counts = part.counts[start:end][places[found]]
                at = chosen[found]
                scores[at] += term.times * term.idf * self._saturated(counts, rows[at])
        return scores

    def get_scores(self, query: Sequence[str]) -> np.ndarray:
        """As in rank-bm25: float64 scores of all rows for a query given as terms."""
        scores = np.zeros(self.bases[-1])
        for term in self.query_terms(query):
            for number, part in enumerate(self.parts):
                start, end = term.spans[number]
                own = scores[self.bases[number] : self.bases[number + 1]]
                own[part.rows[start:end]] += self._points(number, term)
        return scores

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """As in rank-bm25: the scores of some rows."""
        return self.scores_of(self.query_terms(query), np.asarray(doc_ids, dtype=np.int64)).tolist()

    def _points(self, number: int, term: QueryTerm) -> np.ndarray:
        """float64: what the term adds to the score of each row that holds it in one part."""
        start, end = term.spans[number]
        factor = term.times * term.idf
        kept = self._kept.get((number, start))
        if kept is None:
            part = self.parts[number]
            rows = part.rows[start:end].astype(np.int64) + self.bases[number]
            kept = self._saturated(part.counts[start:end], rows)
            if end - start >= KEPT_FROM:
                self._kept.put((number, start), kept)
        return kept * factor

    def _saturated(self, counts: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The part of the formula that grows with the occurrences in a row and levels off at k1 + 1."""
        return counts * (self.k1 + 1) / (counts + self._norms[rows])

    def _accumulate(self, sums: np.ndarray, term: QueryTerm) -> list[np.ndarray]:
        """Adds a term to the sums; the rows that had nothing before."""
        fresh = []
        for number, part in enumerate(self.parts):
            start, end = term.spans[number]
            if end == start:
                continue
            own, rows = sums[self.bases[number] : self.bases[number + 1]], part.rows[start:end]
            before = own.take(rows)
            fresh.append(rows.compress(before == 0.0).astype(np.int64) + self.bases[number])
            before += self._points(number, term)
            own[rows] = before
        return fresh

    def _winners(
        self,
        sums: np.ndarray,
        rows: np.ndarray,
        depth: int,
        allowed: np.ndarray | None,
        left: Sequence[QueryTerm],
    ) -> np.ndarray | None:
        """Of `rows`, sorted, those that can still be among the best `depth` once `left` is counted too.

        None while a row outside of `rows` could be, or when looking `left` up would cost more than adding
        up its postings.
        """
        if allowed is not None:
            rows = rows.compress(allowed.take(rows))
        if len(rows) < depth:
            return None
        bound = (self.k1 + 1) * sum(term.times * term.idf for term in left)
        scores = sums.take(rows)
        last = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        if bound >= last:
            return None
        possible = rows.compress(scores + bound >= last - ROUNDING)
        if len(possible) * len(left) * LOOK_UP_COST > sum(term.held for term in left):
            return None
        return np.sort(possible)


def _highest(rows: np.ndarray, scores: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
    if len(rows) <= depth:
        return rows, scores
    best = np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
    return rows[best], scores[best]
