"""BM25 as a sparse inner product: what a term is worth in a passage, times its IDF in the query.

A term is a dimension, 32 bits of its hash. A passage's weights hold everything but the IDF, so that they stay
as they are while the corpus grows; IDF is worked out of document frequencies when a query comes.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.sparse import BM25, K1, B, Postings, Statistics, term_hash

RESERVED = 2**32 - 2  # the dimension of a passage without terms: a server takes no empty vector
DIMENSIONS = RESERVED  # those below are for terms
LEAST = 1e-6  # a query's weight is positive for a server, whatever the IDF of a term in a tiny corpus


def dimension_of(hashes: np.ndarray) -> np.ndarray:
    """Give the dimensions, int64, of terms with these 64-bit hashes."""
    return np.asarray(hashes.astype(np.uint64) % np.uint64(DIMENSIONS)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """Which passage holds which dimension: `rows` and `dimensions` int64, `counts` float64 (n,), by row.

    `lengths`, int64 (passages,), are in terms.
    """

    rows: np.ndarray
    dimensions: np.ndarray
    counts: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, postings: Postings) -> PassageTerms:
        """Turn postings, which go term by term, round."""
        dimensions = np.repeat(dimension_of(postings.terms), np.diff(postings.offsets))
        keys = postings.rows.astype(np.int64) << 32 | dimensions
        distinct, places = np.unique(keys, return_inverse=True)  # terms that share a dimension are one
        counts = np.bincount(places, weights=postings.counts, minlength=len(distinct))
        return cls(distinct >> 32, distinct & 0xFFFFFFFF, counts, postings.lengths.astype(np.int64))

    def weights(self, average: float) -> list[dict[int, float]]:
        """Give for each passage its dimensions with what they are worth before their IDF."""
        norms = K1 * (1 - B + B * self.lengths / average) if average else np.zeros(len(self.lengths))
        worth = self.counts * (K1 + 1) / (self.counts + norms[self.rows])
        cuts = np.searchsorted(self.rows, np.arange(len(self.lengths) + 1)).tolist()
        dimensions, worths = self.dimensions.tolist(), worth.tolist()
        return [
            dict(zip(dimensions[first:last], worths[first:last], strict=True)) or {RESERVED: 1.0}
            for first, last in zip(cuts, cuts[1:], strict=False)
        ]

    def frequencies(self) -> Counter[int]:
        """Count in how many of the passages each dimension is."""
        dimensions, passages = np.unique(self.dimensions, return_counts=True)
        return Counter(dict(zip(dimensions.tolist(), passages.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class DimensionTerm:
    """A term of a query: how often the query has it, in how many passages it is, its IDF and dimension."""

    times: int
    frequency: int
    idf: float
    dimension: int


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """Document frequencies of a generation: `dimensions` int64, sorted, and `passages` int64 that hold each.

    `shared` are the keys, int64, sorted, of stories that several articles may tell.
    """

    dimensions: np.ndarray
    passages: np.ndarray
    shared: np.ndarray

    @classmethod
    def none(cls) -> TermStatistics:
        """Give those of an empty corpus."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))

    def changed(self, by: Mapping[int, int], shared: Sequence[int]) -> TermStatistics:
        """Give them after document frequencies changed by so much."""
        terms = np.fromiter(by.keys(), np.int64, len(by))
        steps = np.fromiter(by.values(), np.int64, len(by))
        dimensions, places = np.unique(np.concatenate([self.dimensions, terms]), return_inverse=True)
        sums = np.bincount(
            places, weights=np.concatenate([self.passages, steps]), minlength=len(dimensions)
        ).astype(np.int64)
        kept = sums > 0
        return TermStatistics(
            dimensions[kept], sums[kept], np.union1d(self.shared, np.array(shared, np.int64))
        )

    def as_content(self) -> bytes:
        """Give them as bytes."""
        file = io.BytesIO()
        np.savez(file, dimensions=self.dimensions, passages=self.passages, shared=self.shared)
        return file.getvalue()

    @classmethod
    def of_content(cls, content: bytes) -> TermStatistics:
        """Read what `as_content` gave; raises ValueError or KeyError for anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            read = [arrays[name].astype(np.int64) for name in ("dimensions", "passages", "shared")]
        if any(array.ndim != 1 for array in read) or len(read[0]) != len(read[1]):
            raise ValueError("document frequencies of another shape")
        return cls(*read)

    def scoring(self, *, passages: int, length: int) -> BM25:
        """Give BM25's IDF over so many passages, of `length` terms in all."""
        frequencies = Counter(dict(zip(*map(np.ndarray.tolist, _counted(self.passages)), strict=True)))
        return BM25((), Statistics(passages, length, frequencies), k1=K1, b=B)

    def terms(self, words: Sequence[str], scoring: BM25) -> list[DimensionTerm]:
        """Look up the distinct terms of a query."""
        times = Counter(words)
        wanted = dimension_of(np.array([term_hash(word) for word in times], dtype=np.uint64))
        counts = np.zeros(len(wanted), np.int64)
        if len(self.dimensions):
            places = np.minimum(np.searchsorted(self.dimensions, wanted), len(self.dimensions) - 1)
            counts = np.where(self.dimensions[places] == wanted, self.passages[places], 0)
        return [
            DimensionTerm(count, passages, scoring.idf_in(passages), dimension)
            for count, passages, dimension in zip(
                times.values(), counts.tolist(), wanted.tolist(), strict=True
            )
        ]


def query_weights(terms: Sequence[DimensionTerm]) -> dict[int, float]:
    """Give what each dimension of a query weighs."""
    weights: dict[int, float] = {}
    for term in terms:
        if term.frequency:
            weights[term.dimension] = weights.get(term.dimension, 0.0) + term.times * term.idf
    return weights


def _counted(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    distinct, counts = np.unique(values, return_counts=True)
    return distinct, counts
