"""Texts to vectors for a build, none encoded twice.

Vectors come from where they are cheapest: an article's earlier state, what a killed build left behind,
else the encoder, longest texts first and block by block, each block on disk before the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder
from index.errors import EncoderError
from index.store.pending import Pending

ENCODED_AT_ONCE = 1_024  # passages whose vectors a crash may cost


class PassageVectors:
    """Encodes the passages of one build."""

    def __init__(self, folder: Path, encoder: Encoder, progress: Progress):
        self._encoder = encoder
        self._progress = progress
        self._pending = Pending(folder, encoder=encoder.name, dimension=encoder.dimension)
        self._reused: dict[bytes, np.ndarray] = {}

    def reuse(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Remembers vectors (n, dimension) of texts encoded before, until the next `encode`."""
        for text, vector in zip(texts, vectors, strict=True):
            self._reused[self._pending.key(text)] = vector

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (n, dimension); raises EncoderError when the encoder gives something else."""
        keys = [self._pending.key(text) for text in texts]
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        missing = []
        for place, key in enumerate(keys):
            kept = self._reused.get(key)
            kept = self._pending.get(key) if kept is None else kept
            if kept is None:
                missing.append(place)
            else:
                vectors[place] = kept
        self._reused.clear()
        self._progress.expect(len(missing))
        missing.sort(key=lambda place: len(texts[place]), reverse=True)
        for first in range(0, len(missing), ENCODED_AT_ONCE):
            places = missing[first : first + ENCODED_AT_ONCE]
            encoded = self._encoded([texts[place] for place in places])
            self._pending.keep([keys[place] for place in places], encoded)
            vectors[places] = encoded
        return vectors

    def clear(self) -> None:
        """Forgets what was kept for the case of a crash: it has been committed."""
        self._pending.clear()

    def _encoded(self, texts: list[str]) -> np.ndarray:
        encoded = np.asarray(
            self._encoder.encode_passages(texts, progress=self._progress.step), dtype=np.float32
        )
        if encoded.shape != (len(texts), self._encoder.dimension) or not np.isfinite(encoded).all():
            raise EncoderError(
                f"the encoder {self._encoder.name} gave vectors of shape {encoded.shape}, or with gaps;"
                f" {len(texts)} finite vectors of {self._encoder.dimension} dimensions are needed"
            )
        return encoded


class Progress:
    """A bar over the passages to encode, on standard error; silent unless `shown`."""

    def __init__(self, *, shown: bool):
        self._shown = shown
        self._bar = None

    def expect(self, passages: int) -> None:
        """So many passages more are to be encoded."""
        if not self._shown:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=0, unit=" passages", leave=False)
        self._bar.total += passages
        self.say("encoding")

    def step(self, passages: int) -> None:
        """So many passages more were encoded."""
        if self._bar is not None:
            self._bar.update(passages)

    def say(self, doing: str) -> None:
        """Names what is being done."""
        if self._bar is not None:
            self._bar.set_description(doing)

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
