"""An encoder without weights, for tests and for trying the rest without a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np

_WORD = re.compile(r"\w+")


class HashingEncoder:
    """Character trigrams of words hashed into `dimension` signed buckets: deterministic, no weights.

    Texts that share words are near; that is all it knows.
    """

    def __init__(self, *, dimension: int = 64) -> None:
        self.name = f"hashing-{dimension}"
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Give unit rows, float32, (n, dimension)."""
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Give unit rows, float32, (n, dimension)."""
        vectors = self.encode_queries(texts)
        if progress is not None:
            progress(len(texts))
        return vectors

    def _vector(self, text: str) -> np.ndarray:
        """Give the unit vector of a text, float32 (dimension,)."""
        vector = np.zeros(self.dimension, np.float32)
        for word in _WORD.findall(text.casefold()) or [""]:
            padded = f"<{word}>"
            for start in range(max(1, len(padded) - 2)):
                digest = hashlib.blake2b(
                    padded[start : start + 3].encode("utf-8", "surrogatepass"), digest_size=8
                ).digest()
                number = int.from_bytes(digest, "little")
                vector[(number >> 1) % self.dimension] += 1.0 if number & 1 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:  # every bucket cancelled out
            vector[0] = length = 1.0
        return vector / length
