"""Encoders: text to unit vectors.

`Encoder` is all that building and searching need. `SentenceTransformerEncoder` runs any
sentence-transformers model, the bundled one by default; it also gives token vectors, and the vectors of
spans, from one forward pass.
"""

from __future__ import annotations

from index.encoder.endpoint import SCHEME, EndpointEncoder
from index.encoder.hashing import HashingEncoder
from index.encoder.protocol import Encoder, TokenBatch, TokenVectors
from index.encoder.sentence_transformer import SentenceTransformerEncoder

__all__ = [
    "Encoder",
    "EndpointEncoder",
    "HashingEncoder",
    "SentenceTransformerEncoder",
    "TokenBatch",
    "TokenVectors",
    "load_encoder",
]


def load_encoder(name: str | None = None) -> SentenceTransformerEncoder | EndpointEncoder:
    """Load the default model for None, else any sentence-transformers model: a folder or a hub's name.

    `openai:URL#model` is a server's. Raises EncoderError when it cannot be had.
    """
    if name is not None and name.startswith(SCHEME):
        return EndpointEncoder(name)
    return SentenceTransformerEncoder(name)
