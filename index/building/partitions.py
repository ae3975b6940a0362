"""Encoding as a pure function over partitions: texts in, what the index stores of them out.

Nothing but its arguments decides what it gives, so that any machine may do it, twice if need be.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.encoder.words.late import LateEncoder
from index.errors import EncoderError
from index.store.writing.identity import load_named_encoder
from index.store.writing.pending import Encoded

MadeBy = tuple[str, int, str]  # an encoder's name, dimension and fingerprint


def made_by(encoder: Encoder) -> MadeBy:
    """Give what must be the same wherever passages of one index are encoded."""
    return encoder.name, encoder.dimension, getattr(encoder, "fingerprint", "")


def encode_partition(encoder: MadeBy, calibration: bytes, texts: Sequence[str]) -> Encoded:
    """Encode the texts of one partition, in their order.

    Raises EncoderError when this machine has another encoder of that name.
    """
    loaded = _loaded(encoder[0])
    if made_by(loaded) != encoder:
        raise EncoderError(
            f"a worker has the encoder {made_by(loaded)}, the build {encoder}; install the same on both"
        )
    return encoded_by(loaded, Calibration.load(io.BytesIO(calibration)), texts)


def encoded_by(encoder: Encoder, calibration: Calibration, texts: Sequence[str]) -> Encoded:
    """Encode texts, in their order: centred unit vectors, and words where the encoder has token vectors."""
    late = LateEncoder.of(encoder, calibration)
    if late is None:
        raw = np.asarray(encoder.encode_passages(texts), np.float32)
        return Encoded(calibration.centre_passages(raw), [np.empty((0, 0), np.uint8)] * len(texts))
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    words: dict[int, np.ndarray] = {}
    for rows, some_vectors, some_words in late.encode_passages(texts):
        vectors[rows] = some_vectors
        words.update(zip(rows.tolist(), some_words, strict=True))
    return Encoded(vectors, [words[row] for row in range(len(texts))])


def partitions_of(texts: Sequence[str], size: int) -> Iterator[list[int]]:
    """Cut texts into partitions of rows; the longest come first, so that none of them is left for the end."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
    for first in range(0, len(order), size):
        yield order[first : first + size]


@lru_cache(maxsize=1)
def _loaded(name: str) -> Encoder:
    """Load an encoder once in the life of a worker."""
    return load_named_encoder(name)
