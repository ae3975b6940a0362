"""BM25 by postings: rank-bm25's Okapi scores without its loop over every passage.

`BM25` is a `rank_bm25.BM25Okapi` in definition (k1, b, and a floor of epsilon times the average IDF under
terms that most passages hold) and gives the same scores. It reads the postings of several segments as one
corpus: frequencies, lengths and averages are those of all passages that count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rank_bm25 import BM25Okapi

from index.errors import SnapshotDamaged
from index.sparse.kept import Kept
from index.sparse.postings import Postings, term_hash
from index.sparse.saturation import Saturation
from index.sparse.scatter import add_at
from index.sparse.statistics import Statistics

STAGES = (0.3, 0.6)  # of a query's postings that are added up before the longer lists are thought over
ONE_STAGE = (0.5,)  # where thinking costs more than adding up
STAGED_FROM = 1_000_000  # postings of a query
LOOKED_UP_FROM = 100_000  # postings of a query; fewer are added up before one could decide not to
MOST_POSSIBLE = 1 / 16  # of the rows, that the longer lists are searched for
LOOK_UP_COST = 60  # looking a row up in a list takes as long as looking through so many postings
ROUNDING = 1e-9
BLOCKS = 64  # rows that one score, their highest, stands for when a threshold is sought
AT_ONCE = 16_384  # postings: what is worked out of them stays in the processor's cache
KEPT_LIST = 65_536  # postings; what those of shorter lists are worth is kept
KEPT_BYTES = 96 << 20
TERMS_KNOWN = 20_000

_REMEDY = "run: python -m index verify, then restore a backup or build again"

Rows = Callable[[], np.ndarray]
_NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query: how often the query has it, in how many passages it is, its IDF, and where.

    `spans` are the starts and ends of its postings in each part.
    """

    times: int
    held: int
    idf: float
    spans: tuple[tuple[int, int], ...]


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
        terms_known: int = TERMS_KNOWN,
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
        self._saturation = Saturation(lengths, k1=k1, b=b, average=self.avgdl)
        self._kept = Kept(KEPT_BYTES)
        self._terms_known = terms_known  # whose look-up is remembered
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
        known = self._known  # one table to the end: another thread may begin a new one meanwhile
        new = [term for term in times if term not in known]
        if len(known) + len(new) > self._terms_known:
            known = self._known = {}
            new = list(times)
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
            starts, ends = part.spans(hashes)
            if (starts < 0).any() or (starts > ends).any() or (ends > len(part.rows)).any():
                raise SnapshotDamaged(
                    f"the postings of a term are past the last of {len(part.rows)}; {_REMEDY}"
                )
            spans.append(np.stack((starts, ends), axis=1).tolist())
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
        also: Rows = lambda: _NO_ROWS,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows (int64) and scores of the best `depth` that hold a term, unordered.

        `allowed` is boolean (rows,): what may be found. `also` gives rows that are scored and returned
        whether they hold a term or not; it is called late, so that they can be found meanwhile. The
        postings of short lists are added up first. Once the long lists could not lift a row that is low by
        then among the best, they are only searched for the rows that can still win (the idea of MaxScore:
        Turtle and Flood 1995); the result is exact.
        """
        held = sorted((term for term in terms if term.held), key=lambda term: term.held)
        if any(term.idf <= 0 for term in held):
            more = _union(also())
            rows = _union(self._holding(held, allowed), more)
            scores = self.scores_of(held, rows)
        else:
            rows, scores, more = self._best(held, depth, allowed, also)
        places = _highest(scores, depth)
        if len(more):
            places = _union(places, np.searchsorted(rows, more))
        return rows[places], scores[places]

    def _best(
        self, held: Sequence[QueryTerm], depth: int, allowed: np.ndarray | None, also: Rows
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, sorted, among which the best `depth` and `also` are, with scores; then the rows of `also`.

        All IDFs are above 0.
        """
        sums = np.zeros(self.bases[-1])
        added, chosen = 0, None
        for stage in _stages(held):
            self._add(sums, held[added:stage])
            added = stage
            chosen = self._winners(sums, depth, allowed, held[added:])
            if chosen is not None:
                break
        more = _union(also())
        chosen = _union(chosen, more) if len(more) else chosen
        chosen = self._narrowed(sums, chosen, held[added:], depth, more)
        return chosen, sums.take(chosen), more

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
                counts = part.counts_at(start, end, places[found])
                worth = self._saturation.of(counts, own[found], self.bases[number])
                scores[chosen[found]] += term.times * term.idf * worth
        return scores

    def get_scores(self, query: Sequence[str]) -> np.ndarray:
        """As in rank-bm25: float64 scores of all rows for a query given as terms."""
        sums = np.zeros(self.bases[-1])
        self._add(sums, self.query_terms(query))
        return sums

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """As in rank-bm25: the scores of some rows."""
        return self.scores_of(self.query_terms(query), np.asarray(doc_ids, dtype=np.int64)).tolist()

    def _add(self, sums: np.ndarray, terms: Sequence[QueryTerm]) -> None:
        """Adds to float64 (rows,) what all postings of some terms are worth."""
        for number, part in enumerate(self.parts):
            base = self.bases[number]
            own = sums[base : self.bases[number + 1]]
            for term in terms:
                start, end = term.spans[number]
                factor = term.times * term.idf
                if end - start <= KEPT_LIST:
                    if end > start:
                        add_at(own, part.rows[start:end], self._worth(number, start, end), factor)
                    continue
                for first in range(start, end, AT_ONCE):
                    rows, counts = part.read(first, min(first + AT_ONCE, end))
                    _check_rows(rows, len(own))
                    add_at(own, rows, self._saturation.of(counts, rows, base), factor)

    def _worth(self, number: int, start: int, end: int) -> np.ndarray:
        """float64: what the postings of a short list are worth; kept."""
        worth = self._kept.get((number, start))
        if worth is None:
            rows, counts = self.parts[number].read(start, end)
            _check_rows(rows, self.bases[number + 1] - self.bases[number])
            worth = self._saturation.of(counts, rows, self.bases[number])
            self._kept.put((number, start), worth)
        return worth

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

        None while a row without any score could be, or while they are too many.
        """
        scores = _masked(sums, allowed)
        if not left:
            return _at_least(scores, depth)
        least = _threshold(scores, depth) - self._bound(left)
        if least <= 0:
            return None
        possible = np.flatnonzero(scores >= least)
        return possible if len(possible) <= MOST_POSSIBLE * len(sums) else None

    def _bound(self, terms: Sequence[QueryTerm]) -> float:
        """More than these terms together can add to a row."""
        return (self.k1 + 1) * sum(term.times * term.idf for term in terms) + ROUNDING

    def _narrowed(
        self,
        sums: np.ndarray,
        chosen: np.ndarray,
        left: Sequence[QueryTerm],
        depth: int,
        also: np.ndarray,
    ) -> np.ndarray:
        """The rows of `chosen`, sorted, that stay possible while what is left is added to their sums.

        `also`, rows of `chosen`, stay anyway.
        """
        marked = np.zeros(len(sums) if left else 0, dtype=bool)
        for number, term in enumerate(left):
            if len(chosen) * LOOK_UP_COST <= term.held:
                sums[chosen] += self.scores_of([term], chosen)
            else:
                marked[chosen] = True
                self._add_marked(sums, term, marked)
                marked[chosen] = False
            later = left[number + 1 :]
            if later and len(chosen) > depth:
                scores = sums.take(chosen)
                least = np.partition(scores, -depth)[-depth] - self._bound(later)
                stays = scores >= least
                stays[np.searchsorted(chosen, also)] = True
                chosen = chosen[stays]
        return chosen

    def _add_marked(self, sums: np.ndarray, term: QueryTerm, marked: np.ndarray) -> None:
        """Adds what the postings of one term are worth in the marked rows."""
        for number, part in enumerate(self.parts):
            base, end = self.bases[number], self.bases[number + 1]
            own, wanted = sums[base:end], marked[base:end]
            start, last = term.spans[number]
            for first in range(start, last, AT_ONCE):
                rows, counts = part.read(first, min(first + AT_ONCE, last))
                places = np.flatnonzero(wanted.take(rows, mode="clip"))
                rows, counts = rows[places], counts[places]
                _check_rows(rows, len(own))
                add_at(own, rows, self._saturation.of(counts, rows, base), term.times * term.idf)


def _check_rows(rows: np.ndarray, total: int) -> None:
    """Refuses rows that there are not: what adds to them would write anywhere in memory."""
    if len(rows) and int(rows.max()) >= total:
        raise SnapshotDamaged(f"the postings name row {int(rows.max())} of {total}; {_REMEDY}")


def _stages(held: Sequence[QueryTerm]) -> list[int]:
    """How many of the terms, shortest lists first, are added up when it is thought over; last all."""
    total = sum(term.held for term in held)
    if total < LOOKED_UP_FROM:
        return [len(held)]
    shares = STAGES if total >= STAGED_FROM else ONE_STAGE
    stages, reached = [], 0
    for number, term in enumerate(held):
        if number and len(stages) < len(shares) and reached + term.held > shares[len(stages)] * total:
            stages.append(number)
        reached += term.held
    return [*stages, len(held)]


def _masked(scores: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    return scores if allowed is None else np.where(allowed, scores, 0.0)


def _threshold(scores: np.ndarray, depth: int) -> float:
    """A score that at least `depth` rows reach, close to the highest such; 0 when they are fewer."""
    whole = len(scores) // BLOCKS
    if whole < 4 * depth:
        return float(np.partition(scores, -depth)[-depth]) if len(scores) >= depth else 0.0
    highest = scores[: whole * BLOCKS].reshape(BLOCKS, whole).max(axis=0)
    return float(np.partition(highest, -depth)[-depth])


def _at_least(scores: np.ndarray, depth: int) -> np.ndarray:
    """Rows with a score above 0, the best `depth` among them."""
    least = _threshold(scores, depth)
    return np.flatnonzero(scores >= least if least > 0 else scores > 0)


def _union(*rows: np.ndarray) -> np.ndarray:
    """Distinct rows, sorted; for a few hundred several times as fast as numpy's `unique`."""
    together = np.sort(np.concatenate(rows))
    first = np.ones(len(together), dtype=bool)
    np.not_equal(together[1:], together[:-1], out=first[1:])
    return together[first]


def _highest(scores: np.ndarray, depth: int) -> np.ndarray:
    """The places of the best `depth`."""
    if len(scores) <= depth:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
