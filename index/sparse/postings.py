"""Postings: which rows hold which term.

Terms are known by a 64-bit hash. Two of ten million terms share one with a probability of 3e-6.
"""

from __future__ import annotations

import hashlib
import itertools
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

READ_SINGLY = 96  # counts; for more, all those of their term are read
POSTINGS_AT_ONCE = 4_000_000  # that are sorted together when segments are joined
MOST_COUNTED = 65_535  # occurrences of a term in one passage, stored in 16 bits


def term_hash(term: str) -> int:
    """Give 64 bits of BLAKE2b."""
    return int.from_bytes(
        hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


class StoredCounts(Protocol):
    """An array on disk."""

    def __getitem__(self, part: slice) -> np.ndarray: ...

    def take(self, places: np.ndarray) -> np.ndarray:
        """Give the counts, uint16 (n,), at `places`, int64 (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows hold which term: term i is in `rows[offsets[i]:offsets[i + 1]]`, `counts` times in each.

    `terms` uint64 (terms,), sorted hashes; `offsets` int64 (terms + 1,); `rows` uint32 and `counts` uint16
    (postings,), rows sorted within a term; `lengths` uint32 (rows,), in terms. `gone_terms` and
    `gone_counts` say in how many rows that no longer count a term is. `stored` reads parts of `counts`
    where mapping all that searches need of them would fill the memory.
    """

    terms: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    lengths: np.ndarray
    gone_terms: np.ndarray
    gone_counts: np.ndarray
    stored: StoredCounts | None = None

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]]) -> Postings:
        """Count passages given as terms, row by row."""
        numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        numbered, lengths = array("i"), array("I")
        for words in passages:
            numbered.extend(map(numbers.__getitem__, words))
            lengths.append(len(words))
        hashes = np.fromiter(map(term_hash, numbers), np.uint64, len(numbers))
        order = np.argsort(hashes)
        rank = np.empty(len(hashes), np.int64)
        rank[order] = np.arange(len(hashes))
        of_row = np.repeat(np.arange(len(lengths)), np.frombuffer(lengths, np.uint32))
        # One number for term and row, which sorts both at once.
        keys = np.sort(rank[np.frombuffer(numbered, np.int32)] << 32 | of_row)
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(np.append(firsts, len(keys)))
        distinct = keys[firsts]
        frequencies = np.bincount(distinct >> 32, minlength=len(hashes))
        return cls(
            hashes[order],
            np.concatenate([[0], np.cumsum(frequencies)]).astype(np.int64),
            (distinct & 0xFFFFFFFF).astype(np.uint32),
            np.minimum(counts, MOST_COUNTED).astype(np.uint16),
            np.array(lengths, dtype=np.uint32),
            *_NONE_GONE,
        )

    @classmethod
    def joined(
        cls, parts: Sequence[tuple[Postings, np.ndarray]], *, rows: int, at_once: int = POSTINGS_AT_ONCE
    ) -> Postings:
        """Join several sets of postings into one; each comes with where its rows go (-1: nowhere).

        Hashes are evenly spread, so that ranges of them hold about `at_once` postings each: only one range
        is sorted at a time.
        """
        lengths = np.zeros(rows, dtype=np.uint32)
        for postings, places in parts:
            stays = places >= 0
            lengths[places[stays]] = np.asarray(postings.lengths)[stays]
        ranges = 1 + sum(len(postings.rows) for postings, _places in parts) // at_once
        edges = [number * 2**64 // ranges for number in range(ranges)]
        cuts = [
            [*np.searchsorted(postings.terms, np.array(edges, np.uint64)).tolist(), len(postings.terms)]
            for postings, _places in parts
        ]
        pieces = []
        for number in range(ranges):
            taken = [
                _moved(postings, places, cut[number], cut[number + 1])
                for (postings, places), cut in zip(parts, cuts, strict=True)
            ]
            hashes, new_rows, counts = (np.concatenate(arrays) for arrays in zip(*taken, strict=True))
            pieces.append(cls._sorted(hashes, new_rows, counts, lengths))
        starts = np.cumsum([0, *(len(piece.rows) for piece in pieces)])
        offsets = [piece.offsets[:-1] + start for piece, start in zip(pieces, starts[:-1], strict=True)]
        return cls(
            np.concatenate([piece.terms for piece in pieces]),
            np.concatenate([*offsets, starts[-1:]]).astype(np.int64),
            np.concatenate([piece.rows for piece in pieces]),
            np.concatenate([piece.counts for piece in pieces]),
            lengths,
            *_NONE_GONE,
        )

    @classmethod
    def _sorted(
        cls, hashes: np.ndarray, rows: np.ndarray, counts: np.ndarray, lengths: np.ndarray
    ) -> Postings:
        """Order postings by term, then by row."""
        order = np.lexsort((rows, hashes))
        hashes = hashes[order]
        firsts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])) if len(hashes) else order
        return cls(
            hashes[firsts].astype(np.uint64),
            np.append(firsts, len(hashes)).astype(np.int64),
            rows[order],
            counts[order],
            np.asarray(lengths, dtype=np.uint32),
            *_NONE_GONE,
        )

    def read(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Give the rows and counts of postings `first` to `last`."""
        return self.rows[first:last], (self.counts if self.stored is None else self.stored)[first:last]

    def counts_at(self, start: int, end: int, places: np.ndarray) -> np.ndarray:
        """Give the counts of some postings of the term from `start` to `end`."""
        if self.stored is None:
            return np.asarray(self.counts[start:end][places])
        some = len(places) <= READ_SINGLY
        return self.stored.take(start + places) if some else np.asarray(self.stored[start:end][places])

    def frequencies(self, hashes: np.ndarray) -> np.ndarray:
        """Tell in how many rows that count each of `hashes` is, int64."""
        starts, ends = self.spans(hashes)
        return np.asarray(ends - starts - _looked_up(self.gone_terms, hashes, self.gone_counts))

    def spans(self, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give starts and ends, int64, of the postings of each of `hashes`.

        Empty where the term is not held.
        """
        if not len(self.terms):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
        places = np.minimum(np.searchsorted(self.terms, hashes), len(self.terms) - 1)
        starts = self.offsets[places]
        return starts, np.where(self.terms[places] == hashes, self.offsets[places + 1], starts)


_NONE_GONE = (np.empty(0, np.uint64), np.empty(0, np.int64))


def _moved(
    postings: Postings, places: np.ndarray, first: int, last: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give hashes, new rows and counts of the postings of terms `first` to `last` whose rows go somewhere."""
    listed = slice(int(postings.offsets[first]), int(postings.offsets[last]))
    goes = places[postings.rows[listed]]
    kept = np.flatnonzero(goes >= 0)
    hashes = np.repeat(postings.terms[first:last], np.diff(postings.offsets[first : last + 1]))
    return hashes[kept], goes[kept].astype(np.uint32), postings.counts[listed][kept]


def _looked_up(keys: np.ndarray, wanted: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Give values of the sorted `keys` for `wanted`; 0 where a key is missing."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0).astype(np.int64)
