"""The late encoder: passages and questions as words and tokens that can be compared one by one.

An encoder of whole texts was never trained for that, yet its token vectors, once what all share is taken
off, order the best candidates better than its pooled vectors do, most of all across languages. A word of a
passage is the mean of its tokens' vectors from the passage's own forward pass; `word_codes` says how it is
stored, `index.search.interaction` how it is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from index.encoder.calibration import TOKEN_SHARE, Calibration
from index.encoder.protocol import Encoder, TokenBatch, TokenEncoder, TokenVectors
from index.encoder.running.tokens import unit_rows
from index.encoder.words.word_codes import pack, rotation, unpack
from index.encoder.words.word_vectors import word_spans, word_vectors


class LateEncoder:
    """Encodes passages and questions so that their words can be compared."""

    def __init__(self, encoder: TokenEncoder, calibration: Calibration):
        self._encoder = encoder
        self._calibration = calibration

    @classmethod
    def of(cls, encoder: Encoder, calibration: Calibration) -> LateEncoder | None:
        """Give the late encoder over an encoder; None when that gives no token vectors."""
        if calibration.has_tokens and isinstance(encoder, TokenEncoder):
            return cls(encoder, calibration)
        return None

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray, list[np.ndarray]]]:
        """Give passages as they are done, in no order: rows in `texts`, vectors, and the words of each.

        Vectors are centred unit rows, float32 (n, dimension), words uint8 (words, width) for each text. What
        can be done in the threads that encode is done there.
        """
        mean = self._calibration.passage_token

        def packed(batch: TokenBatch) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
            vectors, counts = word_vectors([texts[row] for row in batch.rows], batch)
            words = np.split(pack(centre(vectors, mean)), np.cumsum(counts)[:-1])
            return batch.rows, self._calibration.centre_passages(batch.sentences), words

        return self._encoder.token_batches(texts, kind="passage", then=packed, progress=progress)

    def encode_query(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Give the centred vector of a question, float32 (dimension,), and its tokens, (tokens, hidden)."""
        vectors, (tokens,) = self._encoder.encode_with_tokens([text], kind="query")
        return self._calibration.centre_queries(vectors)[0], self._turned_query(tokens).vectors

    def query_tokens(self, text: str) -> TokenVectors:
        """Give the tokens of a question, centred and turned, with their spans."""
        return self._turned_query(self._encoder.encode_tokens([text], kind="query")[0])

    def passage_words(self, texts: Sequence[str], packed: Sequence[np.ndarray]) -> list[TokenVectors]:
        """Give the stored words of each text, still turned (unit rows), with their spans in it.

        There are none where the words are not of the text: made by another release of the tokenizer, say.
        """
        spans = word_spans(texts, self._encoder.token_spans(texts, kind="passage"))
        located = []
        for (starts, ends), words in zip(spans, packed, strict=True):
            if len(words) != len(starts):
                starts, ends, words = starts[:0], ends[:0], words[:0]
            vectors = unpack(words, len(self._calibration.passage_token))
            located.append(TokenVectors(unit_rows(vectors), starts, ends))
        return located

    def _turned_query(self, tokens: TokenVectors) -> TokenVectors:
        """Give the tokens that stand for something, centred and in the space of stored words."""
        mean = self._calibration.query_token
        full = tokens.ends > tokens.starts
        vectors = centre(tokens.vectors[full].reshape(-1, len(mean)), mean) @ rotation(len(mean))
        return TokenVectors(vectors, tokens.starts[full], tokens.ends[full])


def centre(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Take off token vectors what all tokens share; return unit rows, float32."""
    centred = np.subtract(vectors, TOKEN_SHARE * mean, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", centred, centred))
    centred /= np.maximum(lengths, 1e-12)[:, None]
    return np.asarray(centred)
