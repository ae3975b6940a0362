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
from index.sparse.scatter import add_at
from index.sparse.statistics import Statistics

SHORT_SHARE = 0.4  # of a query's postings that are added up before the longest lists are thought over
LOOKED_UP_FROM = 600_000  # postings of a query; fewer are added up before one could decide not to
LOOK_UP_COST = 24  # looking a row up in a list takes as long as adding up so many postings
ROUNDING = 1e-9
BLOCK = 64  # rows whose highest score stands for them when a threshold is sought
KEPT_BYTES = 64 << 20  # of what terms held more than once are worth: most questions need some again
ENTRY_BYTES = 300  # of a kept array beside its values
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


Corrections = tuple[np.ndarray, np.ndarray]


def _size(arrays: Corrections) -> int:
    return sum(array.nbytes for array in arrays) + ENTRY_BYTES


class _Kept:
    """Arrays used lately, up to so many bytes. Safe for any number of threads."""

    def __init__(self, most: int):
        self._most, self._bytes = most, 0
        self._arrays: OrderedDict[tuple[int, int], Corrections] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: tuple[int, int]) -> Corrections | None:
        with self._guard:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
            return found

    def put(self, key: tuple[int, int], arrays: Corrections) -> None:
        with self._guard:
            if key not in self._arrays:
                self._arrays[key] = arrays
                self._bytes += _size(arrays)
                while self._bytes > self._most:
                    self._bytes -= _size(self._arrays.popitem(last=False)[1])


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
        self._once = (k1 + 1) / (1 + self._norms)  # what a term that a row holds once is worth there
        self._one = np.ones(0)
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
        self,
        terms: Sequence[QueryTerm],
        depth: int,
        allowed: np.ndarray | None = None,
        *,
        also: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows (int64) and scores of the best `depth` that hold a term, unordered.

        `allowed` is boolean (rows,): what may be found. `also` are rows that are scored and returned whether
        they hold a term or not. The postings of short lists are added up first. Once the long lists could
        not lift a row that is low by then among the best, they are only looked up for the rows that can
        still win (the idea of MaxScore: Turtle and Flood 1995); the result is exact.
        """
        held = sorted((term for term in terms if term.held), key=lambda term: term.held)
        if any(term.idf <= 0 for term in held):
            chosen, sums, left = self._holding(held, allowed), None, held
        else:
            short = _short(held)
            sums, left = self._sum(held[:short]), held[short:]
            chosen = self._winners(sums, depth, allowed, left)
            if chosen is None:
                sums, left = sums + self._sum(left) if left else sums, []
                chosen = _at_least(_masked(sums, allowed), depth)
        scores = self._completed(sums, left, chosen)
        chosen, scores = _highest(chosen, scores, depth)
        if also is None:
            return chosen, scores
        rows = np.union1d(chosen, also)
        return rows, self._completed(sums, left, rows)

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
        return self._sum(self.query_terms(query))

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """As in rank-bm25: the scores of some rows."""
        return self.scores_of(self.query_terms(query), np.asarray(doc_ids, dtype=np.int64)).tolist()

    def _sum(self, terms: Sequence[QueryTerm]) -> np.ndarray:
        """float64 (rows,): the scores of all rows.

        Most postings say that a row holds a term once, which is worth the same for every term but for its
        IDF: IDFs are added up, weighed once a row, and the few other postings are corrected.
        """
        sums = np.zeros(self.bases[-1])
        for number, part in enumerate(self.parts):
            own = sums[self.bases[number] : self.bases[number + 1]]
            held = [(term, *term.spans[number]) for term in terms if term.held]
            held = [(term, start, end) for term, start, end in held if end > start]
            if not held:
                continue
            for term, start, end in held:
                add_at(own, part.rows[start:end], self._ones(end - start), term.times * term.idf)
            own *= self._once[self.bases[number] : self.bases[number + 1]]
            for term, start, end in held:
                rows, points = self._corrections(number, start, end)
                add_at(own, rows, points, term.times * term.idf)
        return sums

    def _ones(self, count: int) -> np.ndarray:
        if len(self._one) < count:
            self._one = np.ones(2 * count)
        return self._one[:count]

    def _corrections(self, number: int, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of one part, uint32, that hold a term more than once, and what that is worth beyond once."""
        kept = self._kept.get((number, start))
        if kept is None:
            part = self.parts[number]
            counts = part.counts[start:end]
            more = np.flatnonzero(counts != 1)
            rows = part.rows[start:end][more]
            places = rows.astype(np.int64) + self.bases[number]
            kept = rows, self._saturated(counts[more], places) - self._once[places]
            self._kept.put((number, start), kept)
        return kept

    def _saturated(self, counts: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The part of the formula that grows with the occurrences in a row and levels off at k1 + 1."""
        return counts * (self.k1 + 1) / (counts + self._norms[rows])

    def _completed(self, sums: np.ndarray | None, left: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
        """Scores of rows: what was summed up, and the terms left looked up."""
        scores = np.zeros(len(rows)) if sums is None else sums.take(rows)
        return scores + self.scores_of(left, rows) if left else scores

    def _holding(self, terms: Sequence[QueryTerm], allowed: np.ndarray | None) -> np.ndarray:
        """Rows that hold a term, whatever it weighs: in small corpora a weight may be 0 or negative."""
        found = [np.empty(0, np.int64)]
        for number, part in enumerate(self.parts):
            for start, end in (term.spans[number] for term in terms):
                found.append(part.rows[start:end].astype(np.int64) + self.bases[number])
        rows = np.unique(np.concatenate(found))
        return rows if allowed is None else rows[allowed[rows]]

    def _winners(
        self, sums: np.ndarray, depth: int, allowed: np.ndarray | None, left: Sequence[QueryTerm]
    ) -> np.ndarray | None:
        """Rows, sorted, that can still be among the best `depth` once `left` is counted too.

        None while a row without any score could be, or when looking `left` up would cost more than adding
        up its postings.
        """
        if not left:
            return None
        postings = sum(term.held for term in left)
        bound = (self.k1 + 1) * sum(term.times * term.idf for term in left)
        scores = _masked(sums, allowed)
        least = _threshold(scores, depth) - bound - ROUNDING
        if least <= 0:
            return None
        possible = np.flatnonzero(scores >= least)
        return possible if len(possible) * len(left) * LOOK_UP_COST <= postings else None


def _short(held: Sequence[QueryTerm]) -> int:
    """How many of the terms, shortest lists first, are added up before the others are thought over."""
    total, so_far = sum(term.held for term in held), 0
    if total < LOOKED_UP_FROM:
        return len(held)
    for number, term in enumerate(held):
        so_far += term.held
        if so_far > SHORT_SHARE * total:
            return number
    return len(held)


def _masked(scores: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    return scores if allowed is None else np.where(allowed, scores, 0.0)


def _threshold(scores: np.ndarray, depth: int) -> float:
    """A score that at least `depth` rows reach, close to the highest such; 0 when they are fewer."""
    whole = len(scores) // BLOCK
    if whole < 4 * depth:
        return float(np.partition(scores, -depth)[-depth]) if len(scores) >= depth else 0.0
    highest = scores[: whole * BLOCK].reshape(whole, BLOCK).max(axis=1)
    return float(np.partition(highest, -depth)[-depth])


def _at_least(scores: np.ndarray, depth: int) -> np.ndarray:
    """Rows with a score above 0, the best `depth` among them."""
    least = _threshold(scores, depth)
    return np.flatnonzero(scores >= least if least > 0 else scores > 0)


def _highest(rows: np.ndarray, scores: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
    if len(rows) <= depth:
        return rows, scores
    best = np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
    return rows[best], scores[best]
