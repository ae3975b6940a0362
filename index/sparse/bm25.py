"""BM25: rank-bm25's Okapi scores by postings, without its loop over every passage.

The definition stands here: parameters, IDF and its floor, the bound of a query's scores. What a term is worth
in a row is in `saturation`, added up in `worths`; the best rows are found by `pruning`. Frequencies, lengths
and averages are those of all passages that count, whatever segments they lie in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from rank_bm25 import BM25Okapi

from index.errors import SnapshotDamaged
from index.sparse.postings import Postings, term_hash
from index.sparse.pruning import RowSource, best_rows, highest, union
from index.sparse.statistics import Statistics
from index.sparse.worths import REMEDY, QueryTerm, Worths

K1, B = 0.9, 0.75  # term saturation and length normalisation, chosen on the development sets
TERMS_KNOWN = 20_000  # whose look-up is remembered
_NO_ROWS = np.empty(0, np.int64)


def sparse_bound(idfs: Sequence[float | None], *, unknown: float, k1: float) -> float:
    """Give the BM25 score no passage can exceed for a query: each term at its IDF times `k1 + 1`.

    `idfs` has one entry a distinct query term, None where the index lacks it; that weighs `unknown`.
    """
    weights = [unknown if idf is None else max(idf, 0.0) for idf in idfs]
    return (k1 + 1.0) * sum(weights)


class BM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 comes without types
    """rank-bm25's Okapi (k1, b, and a floor of epsilon times the average IDF) over the postings of segments.

    Rows run on from segment to segment. Rows that no longer count keep their places; their scores mean
    nothing and `top` is told to leave them out.
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
        """k1, b and epsilon are rank-bm25's unless they are given."""
        self.statistics = statistics
        super().__init__((), k1=k1, b=b, epsilon=epsilon)
        self._worths = Worths(parts, k1=k1, b=b, average=statistics.average_length)
        self._terms_known = terms_known
        self._looked_up: dict[str, QueryTerm] = {}

    def _initialize(self, _corpus: Iterable[Sequence[str]]) -> Mapping[str, int]:
        """Take rank-bm25's counts from the statistics: the postings have counted the corpus already."""
        self.corpus_size = self.statistics.passages
        self.avgdl = self.statistics.average_length
        return {}

    def _calc_idf(self, _frequencies: Mapping[str, int]) -> None:
        """Take the average from the statistics; a term's own IDF is worked out when it is asked for."""
        self.average_idf = self.statistics.average_idf

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]], *, k1: float = 1.5, b: float = 0.75) -> BM25:
        """Count passages given as terms, as `BM25Okapi(passages)` does."""
        postings = Postings.of(passages)
        return cls([postings], Statistics.of(postings), k1=k1, b=b)

    def idf_in(self, passages: int) -> float:
        """Give the IDF of a term in so many passages, with rank-bm25's floor; for 0, the highest there is."""
        idf = self.statistics.raw_idf(passages)
        return float(self.epsilon * self.average_idf) if idf < 0 else idf

    def query_terms(self, query: Sequence[str]) -> list[QueryTerm]:
        """Look up the distinct terms of a query."""
        times = Counter(query)
        table = self._looked_up  # one table to the end: another thread may begin a new one meanwhile
        new = [term for term in times if term not in table]
        if len(table) + len(new) > self._terms_known:
            table = self._looked_up = {}
            new = list(times)
        table.update(zip(new, self._look_up(new), strict=True))
        return [
            table[term] if count == 1 else replace(table[term], times=count) for term, count in times.items()
        ]

    def top(
        self,
        terms: Sequence[QueryTerm],
        depth: int,
        allowed: np.ndarray | None = None,
        *,
        also: RowSource = lambda: _NO_ROWS,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the best `depth` rows that hold a term: rows, int64, ascending, and their scores.

        `allowed` is boolean (rows,): what may be found. `also` gives rows that are scored and returned
        whether they hold a term or not; it is called late, so that they can be found meanwhile.
        """
        rare_first = sorted((term for term in terms if term.frequency), key=lambda term: term.frequency)
        if any(term.idf <= 0 for term in rare_first):  # in small corpora a weight may be 0 or negative
            more = union(also())
            rows = union(self._worths.holding(rare_first, allowed), more)
            scores = self.scores_of(rare_first, rows)
        else:
            rows, scores, more = best_rows(self._worths, rare_first, depth, allowed, also)
        chosen = highest(scores, depth)
        if len(more):
            chosen = union(chosen, np.searchsorted(rows, more))
        return rows[chosen], scores[chosen]

    def scores_of(self, terms: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
        """Give the scores of some rows, float64 (n,)."""
        return self._worths.scores_of(terms, rows)

    def get_scores(self, query: Sequence[str]) -> np.ndarray:
        """Give the scores of all rows, float64, for a query given as terms, as rank-bm25 does."""
        sums = np.zeros(self._worths.rows)
        self._worths.add(sums, self.query_terms(query))
        return sums

    def _look_up(self, terms: Sequence[str]) -> list[QueryTerm]:
        """Find terms in the postings of every segment; SnapshotDamaged where these lead past their end."""
        hashes = np.array([term_hash(term) for term in terms], dtype=np.uint64)
        passages = np.zeros(len(hashes), dtype=np.int64)
        spans = []
        for part in self._worths.parts:
            passages += part.frequencies(hashes)
            starts, ends = part.spans(hashes)
            if (starts < 0).any() or (starts > ends).any() or (ends > len(part.rows)).any():
                raise SnapshotDamaged(
                    f"the postings of a term are past the last of {len(part.rows)}; {REMEDY}"
                )
            spans.append(list(zip(starts.tolist(), ends.tolist(), strict=True)))
        return [
            QueryTerm(1, total, self.idf_in(total), tuple(of_part[number] for of_part in spans))
            for number, total in enumerate(passages.tolist())
        ]
