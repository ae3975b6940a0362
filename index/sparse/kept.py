"""Arrays used lately, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

import numpy as np

# Of a kept array beside its values: its header, its key, its entry. By tracemalloc 275 (Python 3.11).
ENTRY_BYTES = 300


class Kept:
    """Forgets what was not used for longest. Safe for any number of threads."""

    def __init__(self, most: int):
        self._most, self._bytes = most, 0
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable) -> np.ndarray | None:
        """Give what was put under `key`, unless it was forgotten."""
        with self._guard:
            array = self._arrays.get(key)
            if array is not None:
                self._arrays.move_to_end(key)
            return array

    def put(self, key: Hashable, array: np.ndarray) -> None:
        """Keep an array."""
        with self._guard:
            if key not in self._arrays:
                self._arrays[key] = array
                self._bytes += array.nbytes + ENTRY_BYTES
                while self._bytes > self._most:
                    self._bytes -= self._arrays.popitem(last=False)[1].nbytes + ENTRY_BYTES
