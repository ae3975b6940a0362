"""Token vectors to word vectors: a word is the mean of its tokens, punctuation is left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import regex

from index.encoder.protocol import TokenBatch, TokenSpans
from index.encoder.running.tokens import code_points

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# Where there are words: the planes between have no character, those behind are for private use.
_PLANES = (range(0x40000), range(0xE0000, 0xE1000))
# Scripts that write no spaces: there a word is one token.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")


def word_vectors(texts: Sequence[str], tokens: TokenBatch) -> tuple[np.ndarray, np.ndarray]:
    """Give the words of all texts, float32 (words, hidden), in order; and int64 (n,), how many each has.

    A token is of the word in which it ends. The words of a text come in order, those of scripts that
    write no spaces after the others.
    """
    words, bases = _words(texts)
    kept, word = _in_words(words, bases, tokens)
    if not len(kept):
        return np.zeros((0, tokens.vectors.shape[-1]), np.float32), np.zeros(len(texts), np.int64)
    firsts = np.flatnonzero(np.diff(word, prepend=-1))
    sizes = np.diff(np.append(firsts, len(kept)))
    vectors = tokens.vectors[kept[firsts]]
    for number in range(1, int(sizes.max())):  # all second tokens, all third ones: few words have many
        longer = np.flatnonzero(sizes > number)
        vectors[longer] += tokens.vectors[kept[firsts[longer] + number]]
    vectors /= sizes[:, None].astype(np.float32)
    return vectors, np.bincount(tokens.owners[kept[firsts]], minlength=len(texts))


def word_spans(texts: Sequence[str], tokens: TokenSpans) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give for each text the starts and ends, in code points, of the words that `word_vectors` makes."""
    words, bases = _words(texts)
    with_tokens = np.unique(_in_words(words, bases, tokens)[1])
    points = np.flatnonzero(words >= 0)
    order = points[np.argsort(words[points], kind="stable")]  # the code points of each word, word by word
    firsts = np.searchsorted(words[order], with_tokens, side="left")
    lasts = np.searchsorted(words[order], with_tokens, side="right") - 1
    starts, ends = order[firsts], order[lasts] + 1
    owners = np.searchsorted(bases, starts, side="right") - 1
    return [
        (starts[owners == text] - bases[text], ends[owners == text] - bases[text])
        for text in range(len(texts))
    ]


def _in_words(
    words: np.ndarray, bases: np.ndarray, tokens: TokenBatch | TokenSpans
) -> tuple[np.ndarray, np.ndarray]:
    """Find the tokens that are of a word, word by word, and the numbers of their words."""
    kept = np.flatnonzero(tokens.ends > tokens.starts)
    word = words[bases[tokens.owners[kept]] + tokens.ends[kept] - 1]
    kept, word = kept[word >= 0], word[word >= 0]
    order = np.argsort(word, kind="stable")
    return kept[order], word[order]


def _words(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Number the words: for each code point of all texts, int64, that of its word, -1 where it is of none.

    Numbers grow from text to text, and within a text from word to word; then the base of each text.
    """
    points, bases = code_points(texts)
    if not len(points):
        return np.empty(0, np.int64), bases
    in_word, unspaced = (table[points] for table in _tables())
    begins = in_word & ~np.append(False, in_word[:-1])
    firsts = bases[:-1][bases[:-1] < bases[1:]]
    begins[firsts] = in_word[firsts]
    runs = np.cumsum(begins)
    lengths = np.diff(bases)
    # A text has at most a run and an unspaced word a code point: numbers of two texts cannot meet.
    lowest = np.repeat(2 * bases[:-1], lengths)
    before = np.repeat((runs - begins)[np.minimum(bases[:-1], len(points) - 1)], lengths)
    words = np.where(in_word, lowest + runs - before - 1, -1)
    offsets = np.arange(len(points)) - np.repeat(bases[:-1], lengths)
    return np.where(unspaced, lowest + np.repeat(lengths, lengths) + offsets, words), bases


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """Mark, in boolean (0x110000,), the code points of words, and those of scripts that write no spaces."""
    tables = []
    for pattern in (_WORD, _UNSPACED):
        table = np.zeros(0x110000, dtype=bool)
        for plane in _PLANES:
            for match in pattern.finditer("".join(map(chr, plane))):
                table[plane.start + match.start() : plane.start + match.end()] = True
        tables.append(table)
    return tables[0], tables[1]
