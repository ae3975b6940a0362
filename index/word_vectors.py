"""Token vectors to word vectors: a word is the mean of its tokens, punctuation is left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import regex

from index.encoder import TokenBatch
from index.encoder.tokens import code_points

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# Scripts that write no spaces: there a word is one token.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")


def word_vectors(texts: Sequence[str], tokens: TokenBatch) -> tuple[np.ndarray, np.ndarray]:
    """float32 (words of all texts, hidden), text after text, and how many each has, int64 (n,).

    A token is of the word in which it ends. The words of a text come in order, those of scripts that
    write no spaces after the others.
    """
    words, bases = _words(texts)
    kept = np.flatnonzero(tokens.ends > tokens.starts)
    word = words[bases[tokens.owners[kept]] + tokens.ends[kept] - 1]
    kept, word = kept[word >= 0], word[word >= 0]
    if not len(kept):
        return np.zeros((0, tokens.vectors.shape[-1]), np.float32), np.zeros(len(texts), np.int64)
    order = np.argsort(word, kind="stable")
    kept, word = kept[order], word[order]
    firsts = np.flatnonzero(np.diff(word, prepend=-1))
    sizes = np.diff(np.append(firsts, len(kept)))
    vectors = tokens.vectors[kept[firsts]]
    for place in range(1, int(sizes.max())):  # all second tokens, all third ones: few words have many
        longer = np.flatnonzero(sizes > place)
        vectors[longer] += tokens.vectors[kept[firsts[longer] + place]]
    vectors /= sizes[:, None].astype(np.float32)
    return vectors, np.bincount(tokens.owners[kept[firsts]], minlength=len(texts))


def _words(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """int64: for each code point of all texts the number of its word, -1 where it is of none.

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
    own = np.repeat(2 * bases[:-1], lengths)  # a text has at most a run and an unspaced word a code point
    before = np.repeat((runs - begins)[np.minimum(bases[:-1], len(points) - 1)], lengths)
    words = np.where(in_word, own + runs - before - 1, -1)
    place = np.arange(len(points)) - np.repeat(bases[:-1], lengths)
    return np.where(unspaced, own + np.repeat(lengths, lengths) + place, words), bases


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """Boolean (0x110000,): the code points of words, and those of scripts that write no spaces."""
    every = "".join(map(chr, range(0x110000)))
    tables = []
    for pattern in (_WORD, _UNSPACED):
        table = np.zeros(len(every), dtype=bool)
        for found in pattern.finditer(every):
            table[found.start() : found.end()] = True
        tables.append(table)
    return tables[0], tables[1]
