"""Late interaction: how well the words of a passage cover the tokens of a question, one by one.

The score is ColBERT's MaxSim (Khattab and Zaharia 2020): for each token of the question the best inner
product with any word of the passage, on average. `index.encoder.words.late` makes the tokens and the words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoder.words.word_codes import lengths, unpack

WORDS_AT_ONCE = 128  # that are unpacked and compared while they are in the processor's cache
CANDIDATES = 48  # that late interaction orders; more change the figures by less than 0.002


def interaction(question: np.ndarray, passages: Sequence[np.ndarray]) -> np.ndarray:
    """Score passages by MaxSim, float32 (passages,): 0 for one without words.

    `question` is its tokens, float32 (tokens, hidden), unit rows turned as stored words are; a passage is
    its stored words, uint8 (words, width).
    """
    scores = np.zeros(len(passages), dtype=np.float32)
    sizes = np.array([len(words) for words in passages], dtype=np.int64)
    filled = np.flatnonzero(sizes)
    if not len(filled) or not len(question):
        return scores
    packed = np.concatenate([words for words in passages if len(words)])
    starts = np.concatenate([[0], np.cumsum(sizes[filled])[:-1]])
    products = _products(packed, question)
    scores[filled] = np.maximum.reduceat(products, starts, axis=0).mean(axis=1)
    return scores


def _products(packed: np.ndarray, question: np.ndarray) -> np.ndarray:
    """Multiply stored words, as unit rows, with the tokens of a question; return float32 (words, tokens)."""
    dimension, turned = question.shape[1], np.ascontiguousarray(question.T)
    products = np.empty((len(packed), len(question)), dtype=np.float32)
    room = np.empty((WORDS_AT_ONCE, packed.shape[1]), dtype=np.complex128)
    for first in range(0, len(packed), WORDS_AT_ONCE):
        some = packed[first : first + WORDS_AT_ONCE]
        words = unpack(some, dimension, room[: len(some)])
        np.matmul(words, turned, out=products[first : first + WORDS_AT_ONCE])
    products /= lengths(packed, dimension)[:, None]
    return products
