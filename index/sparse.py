"""BM25 by postings: rank-bm25's Okapi scores without its loop over every passage.

`BM25` is a `rank_bm25.BM25Okapi` in definition (k1, b, and a floor of epsilon times the average IDF under
terms that most passages hold) and gives the same scores. The class reads postings of several segments as
one corpus: frequencies, lengths and averages are those of all passages that count.

Terms are known by a 64-bit hash. Two of ten million terms share one with a probability of 3e-6.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

MOST_COUNTED = 65_535  # occurrences of a term in one passage, stored in 16 bits


def term_hash(term: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(
        hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold which term: term i is in `rows[offsets[i]:offsets[i + 1]]`, `counts` times in each.

    `terms` uint64 (terms,), sorted hashes; `offsets` int64 (terms + 1,); `rows` uint32 and `counts` uint16
    (postings,), rows sorted within a term; `lengths` uint32 (rows,), in terms. `gone_terms` and
    `gone_counts` say in how many rows that no longer count a term is.
    """

    terms: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    lengths: np.ndarray
    gone_terms: np.ndarray
    gone_counts: np.ndarray

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]]) -> Postings:
        """Postings of passages given as terms, row by row."""
        numbers: dict[str, int] = {}
        terms, counts, held, lengths = [], [], [], []
        for words in passages:
            frequencies = Counter(words)
            terms.extend(numbers.setdefault(term, len(numbers)) for term in frequencies)
            counts.extend(frequencies.values())
            held.append(len(frequencies))
            lengths.append(len(words))
        hashes = np.array([term_hash(term) for term in numbers], dtype=np.uint64)
        rows = np.repeat(np.arange(len(held), dtype=np.uint32), held)
        tallies = np.minimum(np.array(counts, dtype=np.int64), MOST_COUNTED).astype(np.uint16)
        numbered = np.array(terms, dtype=np.int64)
        return cls._sorted(hashes[numbered] if len(hashes) else hashes, rows, tallies, lengths)

    @classmethod
    def joined(cls, parts: Sequence[tuple[Postings, np.ndarray]], *, rows: int) -> Postings:
        """One set of postings of several; each comes with where its rows go (-1: nowhere)."""
        hashes, moved, counts = [], [], []
        lengths = np.zeros(rows, dtype=np.uint32)
        for postings, places in parts:
            goes = places[postings.rows]
            kept = goes >= 0
            hashes.append(np.repeat(postings.terms, np.diff(postings.offsets))[kept])
            moved.append(goes[kept].astype(np.uint32))
            counts.append(np.asarray(postings.counts)[kept])
            stays = places >= 0
            lengths[places[stays]] = np.asarray(postings.lengths)[stays]
        return cls._sorted(np.concatenate(hashes), np.concatenate(moved), np.concatenate(counts), lengths)

    @classmethod
    def _sorted(
        cls, hashes: np.ndarray, rows: np.ndarray, counts: np.ndarray, lengths: Sequence[int]
    ) -> Postings:
        order = np.lexsort((rows, hashes))
        terms, firsts = np.unique(hashes[order], return_index=True)
        return cls(
            terms.astype(np.uint64),
            np.append(firsts, len(hashes)).astype(np.int64),
            rows[order],
            counts[order],
            np.asarray(lengths, dtype=np.uint32),
            np.empty(0, np.uint64),
            np.empty(0, np.int64),
        )

    def frequencies(self, hashes: np.ndarray) -> np.ndarray:
        """int64: in how many rows that count each of `hashes` is."""
        return _held(self.terms, hashes, self.offsets) - _looked_up(self.gone_terms, hashes, self.gone_counts)

    def find(self, term: int) -> slice:
        """Where the postings of a term are."""
        place = int(np.searchsorted(self.terms, np.uint64(term)))
        if place == len(self.terms) or int(self.terms[place]) != term:
            return slice(0, 0)
        return slice(int(self.offsets[place]), int(self.offsets[place + 1]))


def _held(terms: np.ndarray, hashes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    return (
        _looked_up(terms, hashes, np.diff(offsets))
        if len(hashes) > 64
        else np.array([_width(terms, offsets, each) for each in hashes], dtype=np.int64)
    )


def _width(terms: np.ndarray, offsets: np.ndarray, term: np.uint64) -> int:
    place = int(np.searchsorted(terms, term))
    if place == len(terms) or terms[place] != term:
        return 0
    return int(offsets[place + 1] - offsets[place])


def _looked_up(keys: np.ndarray, wanted: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values of the sorted `keys` for `wanted`; 0 where a key is missing."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 knows of the corpus as a whole.

    `passages` that count, `length` of them all in terms, `frequencies`: how many terms are in exactly
    so many passages.
    """

    passages: int
    length: int
    frequencies: Mapping[int, int]

    @classmethod
    def of(cls, postings: Postings) -> Statistics:
        """The statistics of one set of postings in which every row counts."""
        found = Counter(np.diff(postings.offsets).tolist())
        return cls(len(postings.lengths), int(postings.lengths.sum(dtype=np.int64)), found)

    @property
    def average_length(self) -> float:
        """Terms a passage, on average."""
        return self.length / self.passages if self.passages else 0.0

    @property
    def average_idf(self) -> float:
        """Mean of the IDF of all terms, before the floor."""
        terms = sum(self.frequencies.values())
        total = math.fsum(count * self.raw_idf(held) for held, count in self.frequencies.items())
        return total / terms if terms else 0.0

    def raw_idf(self, held: int) -> float:
        """IDF of a term in `held` passages; negative when more than half hold it."""
        return math.log(self.passages - held + 0.5) - math.log(held + 0.5)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query: its hash, how often the query has it, its IDF, and in how many passages it is."""

    hash: int
    times: int
    idf: float
    held: int


class BM25(BM25Okapi):
    """Okapi BM25 over the postings of one or more segments.

    `live` is a boolean array over all rows, segment after segment; None when every row counts. Scores of
    rows that do not count mean nothing.
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
        self.rows = self.bases[-1]
        lengths = np.concatenate([part.lengths for part in self.parts]) if self.parts else np.empty(0)
        self._norms = k1 * (1 - b + b * lengths / self.avgdl) if self.avgdl else np.zeros(len(lengths))

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]], **parameters: float) -> BM25:
        """BM25 over passages given as terms, as `BM25Okapi(passages)`."""
        postings = Postings.of(passages)
        return cls([postings], Statistics.of(postings), **parameters)

    def frequency(self, term: str) -> int:
        """In how many passages a term is."""
        hashes = np.array([term_hash(term)], dtype=np.uint64)
        return int(sum(part.frequencies(hashes)[0] for part in self.parts))

    def weight(self, held: int) -> float:
        """IDF of a term in `held` passages, with rank-bm25's floor; for 0, the highest there can be."""
        idf = self.statistics.raw_idf(held)
        return self.epsilon * self.average_idf if idf < 0 else idf

    def query_terms(self, query: Sequence[str]) -> list[QueryTerm]:
        """The distinct terms of a query."""
        found = []
        for term, times in Counter(query).items():
            held = self.frequency(term)
            found.append(QueryTerm(term_hash(term), times, self.weight(held), held))
        return found

    @property
    def unknown_idf(self) -> float:
        """The IDF of a term that no passage holds: the highest there can be."""
        return self.weight(0)

    def scores(self, terms: Sequence[QueryTerm]) -> np.ndarray:
        """float64 (rows,)."""
        scores = np.zeros(self.rows)
        for term in terms:
            for part, base in zip(self.parts, self.bases, strict=False) if term.held else ():
                where = part.find(term.hash)
                rows = part.rows[where].astype(np.int64) + base
                counts = part.counts[where].astype(np.float64)
                scores[rows] += (
                    term.times * term.idf * (counts * (self.k1 + 1) / (counts + self._norms[rows]))
                )
        return scores

    def get_scores(self, query: Sequence[str]) -> np.ndarray:
        """As in rank-bm25: the scores of all rows for a query given as terms."""
        return self.scores(self.query_terms(query))

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """As in rank-bm25: the scores of some rows."""
        return self.get_scores(query)[np.asarray(doc_ids, dtype=np.int64)].tolist()
