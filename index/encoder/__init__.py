"""Encoders: text to unit vectors.

`Encoder` is all that building and searching need. `SentenceTransformerEncoder` runs any
sentence-transformers model, the bundled one by default; it also gives token vectors, and the vectors of
spans, from one forward pass.
"""

from __future__ import annotations

from index.encoder.hashing import HashingEncoder
from index.encoder.protocol import Encoder, TokenBatch, TokenVectors
from index.encoder.sentence_transformer import SentenceTransformerEncoder

__all__ = [
    "Encoder",
    "HashingEncoder",
    "SentenceTransformerEncoder",
    "TokenBatch",
    "TokenVectors",
    "load_encoder",
]


def load_encoder(name: str | None = None) -> SentenceTransformerEncoder:
    """Load the default model for None, else any sentence-transformers model: a folder or a hub's name.

    Raises EncoderError when it cannot be had.
    """
    return SentenceTransformerEncoder(name)
