"""Texts to what the index stores of them, nothing encoded twice.

It comes from where it is cheapest: an article's earlier state, what a killed build left behind, else the
encoder, longest texts first and block by block, each block on disk before the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from index.calibration import Calibration
from index.encoder import Encoder
from index.errors import EncoderError
from index.interaction import Interaction
from index.store.files import sync_file
from index.store.pending import Encoded, Pending

ENCODED_AT_ONCE = 1_024  # passages that a crash may cost
_calibrated: WeakKeyDictionary[Encoder, Calibration] = WeakKeyDictionary()  # an encoder needs it once


class PassageEncoding:
    """Encodes the passages of one build."""

    def __init__(self, folder: Path, encoder: Encoder, calibration: Calibration, progress: Progress):
        self._encoder = encoder
        self._calibration = calibration
        self._interaction = Interaction.of(encoder, calibration)
        self._progress = progress
        self._pending = Pending(folder, encoder=encoder.name, dimension=encoder.dimension)
        self._reused: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}

    def reuse(self, texts: Sequence[str], encoded: Encoded) -> None:
        """Remembers what was encoded of texts before, until the next `encode`."""
        for text, vector, words in zip(texts, encoded.vectors, encoded.words, strict=True):
            self._reused[self._pending.key(text)] = vector, words

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Centred unit vectors, float32, and words; EncoderError when the encoder gives something else."""
        keys = [self._pending.key(text) for text in texts]
        self._encode_missing(texts, keys)
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        words = []
        for place, key in enumerate(keys):
            vectors[place], own = self._reused.get(key) or self._pending.get(key)
            words.append(own)
        self._reused.clear()
        return Encoded(vectors, words)

    def clear(self) -> None:
        """Forgets what was kept for the case of a crash: it has been committed."""
        self._pending.clear()

    def _encode_missing(self, texts: Sequence[str], keys: Sequence[bytes]) -> None:
        missing = {
            key: text
            for key, text in zip(keys, texts, strict=True)
            if key not in self._reused and self._pending.get(key) is None
        }
        self._progress.expect(len(missing))
        ordered = sorted(missing.items(), key=lambda item: len(item[1]), reverse=True)
        for first in range(0, len(ordered), ENCODED_AT_ONCE):
            some = ordered[first : first + ENCODED_AT_ONCE]
            self._pending.keep([key for key, _text in some], self._encoded([text for _key, text in some]))

    def _encoded(self, texts: list[str]) -> Encoded:
        if self._interaction is None:
            raw = np.asarray(self._encoder.encode_passages(texts, progress=self._progress.step), np.float32)
            self._check(raw, len(texts))
            return Encoded(self._calibration.centre_passages(raw), [np.empty((0, 0), np.uint8)] * len(texts))
        vectors, words = self._interaction.encode_passages(texts, progress=self._progress.step)
        self._check(vectors, len(texts))
        return Encoded(vectors, words)

    def _check(self, vectors: np.ndarray, wanted: int) -> None:
        if vectors.shape != (wanted, self._encoder.dimension) or not np.isfinite(vectors).all():
            raise EncoderError(
                f"the encoder {self._encoder.name} gave vectors of shape {vectors.shape}, or with gaps;"
                f" {wanted} finite vectors of {self._encoder.dimension} dimensions are needed"
            )


def calibrate(folder: Path, encoder: Encoder) -> Path:
    """The file of the encoder's calibration for a new index; a killed build's is taken over."""
    mark = hashlib.sha256(f"{encoder.name}\0{encoder.dimension}".encode()).hexdigest()[:12]
    path = folder / f"calibration-{mark}.npz"
    if not path.exists():
        aside = path.with_suffix(".new")
        if encoder not in _calibrated:
            _calibrated[encoder] = Calibration.of(encoder)
        _calibrated[encoder].save(aside)
        sync_file(aside)
        aside.replace(path)
    return path


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
