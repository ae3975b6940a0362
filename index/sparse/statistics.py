"""What BM25 knows of the corpus as a whole."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.sparse.postings import Postings


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
        """Count one set of postings in which every row counts."""
        frequencies = Counter(np.diff(postings.offsets).tolist())
        return cls(len(postings.lengths), int(postings.lengths.sum(dtype=np.int64)), frequencies)

    @property
    def average_length(self) -> float:
        """Give the terms of a passage, on average."""
        return self.length / self.passages if self.passages else 0.0

    @property
    def average_idf(self) -> float:
        """Give the mean of the IDF of all terms, before the floor."""
        terms = sum(self.frequencies.values())
        total = math.fsum(count * self.raw_idf(passages) for passages, count in self.frequencies.items())
        return total / terms if terms else 0.0

    def raw_idf(self, passages: int) -> float:
        """Give the IDF of a term in so many passages; negative when more than half hold it."""
        return math.log(self.passages - passages + 0.5) - math.log(passages + 0.5)
