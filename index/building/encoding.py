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
from typing import TYPE_CHECKING, NoReturn
from weakref import WeakKeyDictionary

import numpy as np

from index.building.spreading import Spread
from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.encoder.words.late import LateEncoder
from index.errors import EncoderError, SnapshotDamaged, damage_explained
from index.store.durable.disk import sync_file
from index.store.writing.pending import Encoded, Pending
from index.text.tashkeel import unvowelled

if TYPE_CHECKING:
    from tqdm import tqdm

ENCODED_AT_ONCE = 1_024  # passages that a crash may cost
Vectors = tuple[np.ndarray, np.ndarray]  # what is stored of one passage: its vector and its words
_calibrated: WeakKeyDictionary[Encoder, Calibration] = WeakKeyDictionary()  # an encoder needs it once


class PassageEncoding:
    """Encodes the passages of one build."""

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        calibration: Calibration,
        progress: Progress,
        spread: Spread | None = None,
    ):
        self._encoder = encoder
        self._calibration = calibration
        self._late = LateEncoder.of(encoder, calibration)
        self._progress, self._spread = progress, spread
        self._pending = Pending(folder, encoder=encoder.name, dimension=encoder.dimension)
        self._stopped = threading.Event()

    def encode(self, texts: Sequence[str], earlier: Mapping[str, Vectors] | None = None) -> Encoded:
        """Encode texts: centred unit vectors, float32, and words.

        `earlier` is what was encoded of some of the texts before. Raises EncoderError when the encoder gives
        something else, CancelledError after `stop`.
        """
        earlier = earlier or {}
        read = [unvowelled(text) for text in texts]  # whatever the encoder makes of vowel signs
        keys = [self._pending.key(text) for text in read]
        self._encode_missing(
            {key: plain for key, plain, text in zip(keys, read, texts, strict=True) if text not in earlier}
        )
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        words = []
        for row, (key, text) in enumerate(zip(keys, texts, strict=True)):
            stored = earlier.get(text) or self._pending.get(key)
            assert stored is not None, "what was missing has just been encoded and kept"
            vectors[row], words_of_text = stored
            words.append(words_of_text)
        return Encoded(vectors, words)

    def take(self, texts: Sequence[str], encoded: Encoded) -> None:
        """Keep what another program encoded; raises EncoderError for what is no vectors of this encoder."""
        self._check(encoded.vectors, len(texts))
        self._pending.keep([self._pending.key(text) for text in texts], encoded)

    def stop(self) -> None:
        """Make an `encode` that runs in another thread end early, with an error."""
        self._stopped.set()

    def clear(self) -> None:
        """Forget what was kept for the case of a crash: it has been committed."""
        self._pending.clear()

    def _encode_missing(self, wanted: Mapping[bytes, str]) -> None:
        """Encode the texts that no killed build left behind, and keep what comes of them."""
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
        """Give what the encoder makes, some thousand passages at a time: rows in `texts`, their encoding."""
        if self._spread is not None:
            for done, encoded in self._spread.encode(texts):
                self._progress.step(len(done))
                yield done, encoded
            return
        if self._late is None:
            yield from self._blocks_without_words(texts)
            return
        rows: list[int] = []
        vectors: list[np.ndarray] = []
        words: list[np.ndarray] = []
        for some_rows, some_vectors, some_words in self._late.encode_passages(
            texts, progress=self._progress.step
        ):
            rows += some_rows.tolist()
            vectors.append(some_vectors)
            words += some_words
            if self._stopped.is_set():
                raise CancelledError
            if len(rows) >= ENCODED_AT_ONCE:
                yield rows, Encoded(np.concatenate(vectors), words)
                rows, vectors, words = [], [], []
        if rows:
            yield rows, Encoded(np.concatenate(vectors), words)

    def _blocks_without_words(self, texts: list[str]) -> Iterator[tuple[list[int], Encoded]]:
        """Do what `_blocks` does with an encoder that gives no token vectors."""
        for first in range(0, len(texts), ENCODED_AT_ONCE):
            some = texts[first : first + ENCODED_AT_ONCE]
            raw = np.asarray(self._encoder.encode_passages(some, progress=self._progress.step), np.float32)
            vectors = self._calibration.centre_passages(raw) if raw.ndim == 2 else raw
            without = [np.empty((0, 0), np.uint8)] * len(some)
            yield list(range(first, first + len(some))), Encoded(vectors, without)

    def _check(self, vectors: np.ndarray, wanted: int) -> None:
        """Raise EncoderError for vectors that are not `wanted` finite ones of the encoder's dimension."""
        if vectors.shape != (wanted, self._encoder.dimension) or not np.isfinite(vectors).all():
            raise EncoderError(
                f"the encoder {self._encoder.name} gave vectors of shape {vectors.shape}, or with gaps;"
                f" {wanted} finite vectors of {self._encoder.dimension} dimensions are needed"
            )


def calibrate(folder: Path, encoder: Encoder) -> Path:
    """Give the file of the encoder's calibration for a new index; a killed build's is taken over."""
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
    """Tell whether there is a calibration that can be read."""
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
        self._bar: tqdm[NoReturn] | None = None
        self._expected = 0

    def expect(self, passages: int) -> None:
        """Count so many passages more to be encoded."""
        if not self._shown:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=0, unit=" passages", leave=False)
        self._expected += passages
        self._bar.total = self._expected
        self.say("encoding")

    def step(self, passages: int) -> None:
        """Count so many passages more as encoded."""
        if self._bar is not None:
            self._bar.update(passages)

    def say(self, doing: str) -> None:
        """Name what is being done."""
        if self._bar is not None:
            self._bar.set_description(doing)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
