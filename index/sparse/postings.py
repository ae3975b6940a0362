"""Postings: which rows hold which term.

Terms are known by a 64-bit hash. Two of ten million terms share one with a probability of 3e-6.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

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
        starts, ends = self.spans(hashes)
        return ends - starts - _looked_up(self.gone_terms, hashes, self.gone_counts)

    def spans(self, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64 starts and ends of the postings of each of `hashes`; empty where the term is not held."""
        if not len(self.terms):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
        places = np.minimum(np.searchsorted(self.terms, hashes), len(self.terms) - 1)
        starts = self.offsets[places]
        return starts, np.where(self.terms[places] == hashes, self.offsets[places + 1], starts)


def _looked_up(keys: np.ndarray, wanted: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values of the sorted `keys` for `wanted`; 0 where a key is missing."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0).astype(np.int64)
