"""What postings are worth: the scores of BM25 added up over several segments as one corpus.

Rows run on from segment to segment. `Worths` is the `Additive` that `pruning` asks for, as long as no IDF is
negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import SnapshotDamaged
from index.sparse.kept import Kept
from index.sparse.postings import Postings
from index.sparse.saturation import Saturation
from index.sparse.scatter import add_at

ROUNDING = 1e-9  # sums of some terms differ by less, in whichever order they are added
AT_ONCE = 16_384  # postings: what is worked out of them stays in the processor's cache
KEPT_LIST = 65_536  # postings; what those of shorter lists are worth is kept
KEPT_BYTES = 96 << 20  # of worths: those of 192 lists of the longest that are kept

REMEDY = "run: python -m index verify, then restore a backup or build again"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query: how often the query has it, in how many passages it is, its IDF, and where.

    `spans` are the starts and ends of its postings in each part.
    """

    times: int
    frequency: int
    idf: float
    spans: tuple[tuple[int, int], ...]


class Worths:
    """The postings of all segments with what each is worth, for any number of threads."""

    def __init__(self, parts: Sequence[Postings], *, k1: float, b: float, average: float):
        """`average` is the length of a passage in terms, over all that count."""
        self.parts = list(parts)
        self.bases: list[int] = np.cumsum([0, *(len(part.lengths) for part in self.parts)]).tolist()
        lengths = np.concatenate([part.lengths for part in self.parts]) if self.parts else np.empty(0)
        self._k1 = k1
        self._saturation = Saturation(lengths, k1=k1, b=b, average=average)
        self._kept = Kept(KEPT_BYTES)

    @property
    def rows(self) -> int:
        """Count the rows of all segments, those that no longer count too."""
        return self.bases[-1]

    def bound(self, terms: Sequence[QueryTerm]) -> float:
        """Give more than these terms together can add to a row."""
        return (self._k1 + 1) * sum(term.times * term.idf for term in terms) + ROUNDING

    def add(self, sums: np.ndarray, terms: Sequence[QueryTerm]) -> None:
        """Add to float64 (rows,) what all postings of some terms are worth."""
        for number, part in enumerate(self.parts):
            base = self.bases[number]
            part_sums = sums[base : self.bases[number + 1]]
            for term in terms:
                start, end = term.spans[number]
                factor = term.times * term.idf
                if end - start <= KEPT_LIST:
                    if end > start:
                        add_at(part_sums, part.rows[start:end], self._worth(number, start, end), factor)
                    continue
                for first in range(start, end, AT_ONCE):
                    rows, counts = part.read(first, min(first + AT_ONCE, end))
                    _check_rows(rows, len(part_sums))
                    add_at(part_sums, rows, self._saturation.of(counts, rows, base), factor)

    def add_marked(self, sums: np.ndarray, term: QueryTerm, marked: np.ndarray) -> None:
        """Add what the postings of one term are worth in the rows that boolean `marked` (rows,) names."""
        for number, part in enumerate(self.parts):
            base, end = self.bases[number], self.bases[number + 1]
            part_sums, wanted = sums[base:end], marked[base:end]
            start, last = term.spans[number]
            for first in range(start, last, AT_ONCE):
                rows, counts = part.read(first, min(first + AT_ONCE, last))
                places = np.flatnonzero(wanted.take(rows, mode="clip"))
                rows, counts = rows[places], counts[places]
                _check_rows(rows, len(part_sums))
                add_at(part_sums, rows, self._saturation.of(counts, rows, base), term.times * term.idf)

    def scores_of(self, terms: Sequence[QueryTerm], rows: np.ndarray) -> np.ndarray:
        """Give the scores of some rows, float64 (n,)."""
        scores = np.zeros(len(rows))
        for number, part in enumerate(self.parts):
            chosen = np.flatnonzero((rows >= self.bases[number]) & (rows < self.bases[number + 1]))
            if not len(chosen):
                continue
            part_rows = (rows[chosen] - self.bases[number]).astype(np.uint32)
            for term in terms:
                start, end = term.spans[number]
                listed = part.rows[start:end]
                places = np.searchsorted(listed, part_rows)
                hits = np.flatnonzero(places < len(listed))
                hits = hits[listed[places[hits]] == part_rows[hits]]
                counts = part.counts_at(start, end, places[hits])
                worth = self._saturation.of(counts, part_rows[hits], self.bases[number])
                scores[chosen[hits]] += term.times * term.idf * worth
        return scores

    def holding(self, terms: Sequence[QueryTerm], allowed: np.ndarray | None) -> np.ndarray:
        """Find the rows, ascending, that hold a term, whatever it weighs."""
        rows_of_parts = [np.empty(0, np.int64)]
        for number, part in enumerate(self.parts):
            for start, end in (term.spans[number] for term in terms):
                rows_of_parts.append(part.rows[start:end].astype(np.int64) + self.bases[number])
        rows = np.unique(np.concatenate(rows_of_parts))
        return rows if allowed is None else rows[allowed[rows]]

    def _worth(self, number: int, start: int, end: int) -> np.ndarray:
        """Give what the postings of a short list are worth, float64; kept."""
        worth = self._kept.get((number, start))
        if worth is None:
            rows, counts = self.parts[number].read(start, end)
            _check_rows(rows, self.bases[number + 1] - self.bases[number])
            worth = self._saturation.of(counts, rows, self.bases[number])
            self._kept.put((number, start), worth)
        return worth


def _check_rows(rows: np.ndarray, total: int) -> None:
    """Refuse rows that there are not: what adds to them would write anywhere in memory."""
    if len(rows) and int(rows.max()) >= total:
        raise SnapshotDamaged(f"the postings name row {int(rows.max())} of {total}; {REMEDY}")
