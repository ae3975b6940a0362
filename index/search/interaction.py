"""Late interaction: how well the words of a passage cover the tokens of a question, one by one.

The score is ColBERT's MaxSim (Khattab and Zaharia 2020): for each token of the question the best inner
product with any word of the passage, on average. An encoder of whole texts was never trained for it, yet
its token vectors, once what all share is taken off, order the best candidates better than its pooled
vectors do, most of all across languages.

A word of a passage is the mean of its tokens' vectors from the passage's own forward pass. It is stored in
two bits a dimension: turned at random, so that the parts of a unit vector are all alike and nearly normal,
each part falls in one of the four cells that are best for a normal variable (Max 1960). No training, and
no codebook that a later article could outdate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from index.encoder import Encoder, SentenceTransformerEncoder, TokenBatch, TokenVectors
from index.encoder.calibration import TOKEN_SHARE, Calibration
from index.encoder.word_vectors import word_spans, word_vectors

WORDS_AT_ONCE = 128  # that are unpacked and compared while they are in the processor's cache
CANDIDATES = 48  # that late interaction orders; more change the figures by less than 0.002
_CELLS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], dtype=np.float32)
_LOW_BITS = np.uint64(0x5555555555555555)  # of each code; the codes of outer cells have two equal bits
_EDGE = 0.9816  # between the inner and the outer cell, in standard deviations


class Interaction:
    """Encodes passages and questions so that their words can be compared."""

    def __init__(self, encoder: SentenceTransformerEncoder, calibration: Calibration):
        self._encoder = encoder
        self._calibration = calibration

    @classmethod
    def of(cls, encoder: Encoder, calibration: Calibration) -> Interaction | None:
        """None when the encoder gives no token vectors."""
        return cls(encoder, calibration) if calibration.has_tokens else None

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray, list[np.ndarray]]]:
        """Passages as they are done, in no order: rows in `texts`, vectors, and the words of each.

        Centred unit rows, float32 (n, dimension), and uint8 (words, width) for each. What can be done in
        the threads that encode is done there.
        """
        mean = self._calibration.passage_token

        def packed(batch: TokenBatch) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
            vectors, counts = word_vectors([texts[row] for row in batch.rows], batch)
            words = np.split(pack(centre(vectors, mean)), np.cumsum(counts)[:-1])
            return batch.rows, self._calibration.centre_passages(batch.sentences), words

        return self._encoder.token_batches(texts, kind="passage", then=packed, progress=progress)

    def encode_query(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """A question's centred vector, float32 (dimension,), and its tokens, float32 (tokens, hidden)."""
        vectors, (tokens,) = self._encoder.encode_with_tokens([text], kind="query")
        return self._calibration.centre_queries(vectors)[0], self._turned_query(tokens).vectors

    def query_tokens(self, text: str) -> TokenVectors:
        """The tokens of a question, centred and turned, with their spans."""
        return self._turned_query(self._encoder.encode_tokens([text], kind="query")[0])

    def passage_words(self, texts: Sequence[str], packed: Sequence[np.ndarray]) -> list[TokenVectors]:
        """The stored words of each text, still turned (unit rows), with their spans in it.

        There are none where the words are not of the text: made by another release of the tokenizer, say.
        """
        spans = word_spans(texts, self._encoder.token_spans(texts, kind="passage"))
        found = []
        for (starts, ends), words in zip(spans, packed, strict=True):
            if len(words) != len(starts):
                starts, ends, words = starts[:0], ends[:0], words[:0]
            vectors = unpack(words, len(self._calibration.passage_token))
            lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
            found.append(TokenVectors(vectors / np.maximum(lengths, 1e-12)[:, None], starts, ends))
        return found

    def _turned_query(self, tokens: TokenVectors) -> TokenVectors:
        mean = self._calibration.query_token
        full = tokens.ends > tokens.starts
        vectors = centre(tokens.vectors[full].reshape(-1, len(mean)), mean) @ rotation(len(mean))
        return TokenVectors(vectors, tokens.starts[full], tokens.ends[full])

    def scores(self, question: np.ndarray, passages: Sequence[np.ndarray]) -> np.ndarray:
        """float32 (passages,): see `interaction`."""
        return interaction(question, passages)


def interaction(question: np.ndarray, passages: Sequence[np.ndarray]) -> np.ndarray:
    """float32 (passages,): MaxSim of a question with the stored words of each passage; 0 for one without."""
    scores = np.zeros(len(passages), dtype=np.float32)
    held = np.array([len(words) for words in passages], dtype=np.int64)
    filled = np.flatnonzero(held)
    if not len(filled) or not len(question):
        return scores
    packed = np.concatenate([passages[place] for place in filled])
    starts = np.concatenate([[0], np.cumsum(held[filled])[:-1]])
    products = _products(packed, question)
    scores[filled] = np.maximum.reduceat(products, starts, axis=0).mean(axis=1)
    return scores


def _products(packed: np.ndarray, question: np.ndarray) -> np.ndarray:
    """float32 (words, tokens): inner products of stored words, as unit rows, and the question's tokens."""
    _one_thread_a_product()
    dimension, turned = question.shape[1], np.ascontiguousarray(question.T)
    products = np.empty((len(packed), len(question)), dtype=np.float32)
    room = np.empty((WORDS_AT_ONCE, packed.shape[1]), dtype=np.complex128)
    for first in range(0, len(packed), WORDS_AT_ONCE):
        some = packed[first : first + WORDS_AT_ONCE]
        words = unpack(some, dimension, room[: len(some)])
        np.matmul(words, turned, out=products[first : first + WORDS_AT_ONCE])
    products /= _lengths(packed, dimension)[:, None]
    return products


def width(dimension: int) -> int:
    """Bytes of one stored word."""
    return -(-dimension // 4)


def pack(vectors: np.ndarray) -> np.ndarray:
    """uint8 (n, width) of unit rows (n, dimension), turned and cut to two bits a dimension."""
    count, dimension = vectors.shape
    _one_thread_a_product()
    turned = vectors @ rotation(dimension)
    edge = np.float32(_EDGE / np.sqrt(dimension))
    cells = (turned >= -edge).view(np.uint8) + (turned >= 0).view(np.uint8) + (turned >= edge).view(np.uint8)
    codes = cells
    if dimension % 4:
        codes = np.zeros((count, 4 * width(dimension)), dtype=np.uint8)
        codes[:, :dimension] = cells
    # Four codes are one little-endian number: two shifts bring them together.
    fours = codes.view("<u4")
    fours |= fours >> 6
    return (fours | fours >> 12).astype(np.uint8)


def unpack(packed: np.ndarray, dimension: int, room: np.ndarray | None = None) -> np.ndarray:
    """float32 rows (n, dimension), still turned; nearly of one length, but not of length 1.

    In `room`, complex128 of the shape of `packed`, where it is given.
    """
    # One complex128 stands for the four float32 of a byte: fetched seven times faster than rows of four.
    return np.take(_table(), packed, out=room, mode="clip").view(np.float32)[:, :dimension]


def _lengths(packed: np.ndarray, dimension: int) -> np.ndarray:
    """float32 (n,): the lengths of the rows that `unpack` gives."""
    if dimension % 32:  # 32 dimensions are 64 bits
        words = unpack(packed, dimension)
        return np.sqrt(np.einsum("ij,ij->i", words, words))
    bits = packed.view(np.uint64)
    unequal = bits >> np.uint64(1)
    np.bitwise_xor(unequal, bits, out=unequal)
    np.bitwise_and(unequal, _LOW_BITS, out=unequal)
    inner = np.bitwise_count(unequal).astype(np.float32) @ np.ones(bits.shape[1], np.float32)
    inner_square, outer_square = _CELLS[2] ** 2, _CELLS[3] ** 2
    return np.sqrt((dimension - inner) * (outer_square - inner_square) + dimension * inner_square)


@lru_cache(maxsize=1)
def _one_thread_a_product() -> None:
    """Has numpy's products run on the thread that asks for them, in the whole program.

    They are small here. On several threads they gain little alone, and beside other questions or the
    encoder's passes each waits for a core that another one holds: ten times as long on a busy machine.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


@lru_cache(maxsize=4)
def rotation(dimension: int) -> np.ndarray:
    """A rotation, float32 (dimension, dimension), the same on every machine.

    RandomState's stream is frozen by numpy's policy; signs are fixed so that no library's choice shows.
    """
    normal = np.random.RandomState(0).standard_normal((dimension, dimension))
    turned, triangle = np.linalg.qr(normal)
    return np.ascontiguousarray(turned * np.sign(np.diag(triangle)), dtype=np.float32)


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    """complex128 (256,): the four float32 parts that each byte stands for, in the space of one number."""
    codes = np.arange(256)[:, None] >> np.array([0, 2, 4, 6]) & 3
    return np.ascontiguousarray(_CELLS[codes]).view(np.complex128).ravel()


def centre(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Unit rows, float32: token vectors without what all tokens share."""
    centred = np.subtract(vectors, TOKEN_SHARE * mean, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", centred, centred))
    centred /= np.maximum(lengths, 1e-12)[:, None]
    return centred
