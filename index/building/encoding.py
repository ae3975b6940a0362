"""Texts to what the index stores of them, nothing encoded twice.

It comes from where it is cheapest: an article's earlier state, what a killed build left behind, else the
encoder, longest texts first and block by block, each block on disk before the next one.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.errors import EncoderError, SnapshotDamaged, damage_explained
from index.search.interaction import Interaction
from index.store.disk import sync_file
from index.store.pending import Encoded, Pending
from index.text.tashkeel import unvowelled

ENCODED_AT_ONCE = 1_024  # passages that a crash may cost
Vectors = tuple[np.ndarray, np.ndarray]  # what is stored of one passage: its vector and its words
_calibrated: WeakKeyDictionary[Encoder, Calibration] = WeakKeyDictionary()  # an encoder needs it once


class PassageEncoding:
    """Encodes the passages of one build."""

    def __init__(self, folder: Path, encoder: Encoder, calibration: Calibration, progress: Progress):
        self._encoder = encoder
        self._calibration = calibration
        self._interaction = Interaction.of(encoder, calibration)
        self._progress = progress
        self._pending = Pending(folder, encoder=encoder.name, dimension=encoder.dimension)
        self._stopped = threading.Event()

    def encode(self, texts: Sequence[str], known: Mapping[str, Vectors] | None = None) -> Encoded:
        """Centred unit vectors, float32, and words; EncoderError when the encoder gives something else.

        `known` is what was encoded of some of the texts before.
        """
        known = known or {}
        read = [unvowelled(text) for text in texts]  # whatever the encoder makes of vowel signs
        keys = [self._pending.key(text) for text in read]
        self._encode_missing(
            {key: plain for key, plain, text in zip(keys, read, texts, strict=True) if text not in known}
        )
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        words = []
        for place, (key, text) in enumerate(zip(keys, texts, strict=True)):
            vectors[place], own = known.get(text) or self._pending.get(key)
            words.append(own)
        return Encoded(vectors, words)

    def stop(self) -> None:
        """Makes an `encode` that runs in another thread end early, with an error."""
        self._stopped.set()

    def clear(self) -> None:
        """Forgets what was kept for the case of a crash: it has been committed."""
        self._pending.clear()

    def _encode_missing(self, wanted: Mapping[bytes, str]) -> None:
        missing = {key: text for key, text in wanted.items() if key not in self._pending}
        if not missing:
            return
        self._progress.expect(len(missing))
        ordered = sorted(missing.items(), key=lambda item: len(item[1]), reverse=True)
        keys, texts = [key for key, _text in ordered], [text for _key, text in ordered]
        for rows, encoded in self._blocks(texts):
            self._check(encoded.vectors, len(rows))
            self._pending.keep([keys[row] for row in rows], encoded)
            if self._stopped.is_set():
                raise CancelledError

    def _blocks(self, texts: list[str]) -> Iterator[tuple[list[int], Encoded]]:
        """What the encoder gives, some thousand passages at a time: rows in `texts`, and their encoding."""
        step = self._progress.step
        if self._interaction is None:
            for first in range(0, len(texts), ENCODED_AT_ONCE):
                some = texts[first : first + ENCODED_AT_ONCE]
                raw = np.asarray(self._encoder.encode_passages(some, progress=step), np.float32)
                vectors = self._calibration.centre_passages(raw) if raw.ndim == 2 else raw
                without = [np.empty((0, 0), np.uint8)] * len(some)
                yield list(range(first, first + len(some))), Encoded(vectors, without)
            return
        rows: list[int] = []
        vectors: list[np.ndarray] = []
        words: list[np.ndarray] = []
        for own_rows, own_vectors, own_words in self._interaction.encode_passages(texts, progress=step):
            rows += own_rows.tolist()
            vectors.append(own_vectors)
            words += own_words
            if self._stopped.is_set():
                raise CancelledError
            if len(rows) >= ENCODED_AT_ONCE:
                yield rows, Encoded(np.concatenate(vectors), words)
                rows, vectors, words = [], [], []
        if rows:
            yield rows, Encoded(np.concatenate(vectors), words)

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
    if not _is_whole(path):
        aside = path.with_suffix(".new")
        if encoder not in _calibrated:
            _calibrated[encoder] = Calibration.of(encoder)
        _calibrated[encoder].save(aside)
        sync_file(aside)
        aside.replace(path)
    return path


def _is_whole(path: Path) -> bool:
    """Whether there is a calibration that can be read."""
    try:
        with damage_explained(path):
            Calibration.load(path)
    except SnapshotDamaged:
        return False
    return True


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
