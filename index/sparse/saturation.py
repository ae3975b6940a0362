"""What the occurrences of a term in a row are worth, before its IDF.

The formula knows of a row only its length, and rows have few different ones: worths are looked up by
occurrences and length.
"""

from __future__ import annotations

import numpy as np

COUNTED = 64  # occurrences that have a place in the table; more are rare and worked out
PLACES = 1 << 18  # of the table at most: two megabytes


class Saturation:
    """`counts * (k1 + 1) / (counts + k1 * (1 - b + b * length / average))` of the rows with `lengths`."""

    def __init__(self, lengths: np.ndarray, *, k1: float, b: float, average: float):
        distinct, kinds = np.unique(lengths, return_inverse=True)
        self._k1 = k1
        self._norms = k1 * (1 - b + b * distinct / average) if average else np.zeros(len(distinct))
        self._kinds = kinds.astype(np.uint16 if len(distinct) <= 1 << 16 else np.uint32)
        self._counted = min(COUNTED, max(1, PLACES // max(len(distinct), 1)))
        counts = np.arange(1, self._counted + 1)[:, None]
        table = [np.zeros((1, len(distinct))), counts * (k1 + 1) / (counts + self._norms)]
        self._table = np.concatenate(table).ravel()

    def of(self, counts: np.ndarray, rows: np.ndarray, base: int = 0) -> np.ndarray:
        """Give float64 (n,) for uint16 `counts` in the rows `base + rows`.

        That these are there is not checked.
        """
        kinds = self._kinds[base:].take(rows, mode="clip")
        if counts.max(initial=0) > self._counted:
            return np.asarray(counts * (self._k1 + 1) / (counts + self._norms[kinds]))
        places = counts.astype(np.intp)
        np.multiply(places, len(self._norms), out=places)
        np.add(places, kinds, out=places)
        return self._table.take(places, mode="clip")
