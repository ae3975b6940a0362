"""A question made ready to be compared with passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import regex

from assistant.answering.cues import folded
from assistant.question.kinds import Kind, kind_of
from index.encoder import TokenVectors
from index.text.analysis import analyze
from index.text.folding import fold
from index.text.language import common_words, detect_language

WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")  # with its tashkeel
_COUNTS = re.compile(r"[وفبل]?كم|(?:ال)?عدد|many|much|number")
_CLITICS = "وفبلك"  # that Arabic writes in front of a word, and with it: بأي, وكم
LEAST_IDF = 0.1  # of any word, and that of function words: texts seldom ask, so that "how" is rare in them


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: tokens (unit rows, float32) with their weights (they sum to 1) and the numbers
    of the words they belong to (-1: none), terms with their IDFs.

    `counted` is the number of the word for what a "how many" counts, -1 where it cannot be told.
    """

    text: str
    folded: str
    kind: Kind
    language: str
    tokens: np.ndarray
    weights: np.ndarray
    words: np.ndarray
    counted: int
    terms: dict[str, float]
    grams: dict[str, float]


def read_question(text: str, tokens: TokenVectors, *, idf: Callable[[str], float]) -> Question:
    """Tokens, terms and kind of a question."""
    language = detect_language(text)
    functional = _functional(language)
    kind = kind_of(text)
    spans = [found.span() for found in WORD.finditer(text)]
    written = [text[start:end] for start, end in spans]
    least = {term for word in written if functional(word) for term in analyze(word)}

    def weight(term: str) -> float:
        return LEAST_IDF if term in least else max(idf(term), LEAST_IDF)

    idfs = np.array([max((weight(term) for term in analyze(word, grams=False)), default=LEAST_IDF)
                     for word in written])  # fmt: skip
    words = _owners(tokens.starts, spans)
    weights = np.where(words >= 0, idfs[words], LEAST_IDF) if spans else np.full(len(words), LEAST_IDF)
    stems = dict.fromkeys(analyze(text, grams=False))
    grams = dict.fromkeys(term for term in analyze(text) if term not in stems)
    return Question(
        text,
        folded(text),
        kind,
        language,
        tokens.vectors,
        weights / max(weights.sum(), 1e-9),
        words,
        _counted(written, functional) if kind == "how_many" else -1,
        {term: weight(term) for term in stems},
        {term: weight(term) for term in grams},
    )


def _counted(words: Sequence[str], functional: Callable[[str], bool]) -> int:
    """The place of the first word after "how many" that says something."""
    plain = [fold(word).text.lower() for word in words]
    asks = next((place for place, word in enumerate(plain) if _COUNTS.fullmatch(word)), len(plain))
    return next((place for place in range(asks + 1, len(plain))
                 if not functional(words[place]) and not _COUNTS.fullmatch(plain[place])), -1)  # fmt: skip


def _owners(starts: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each token the number of the word that it starts in, -1 for none."""
    owners = [
        next((number for number, (start, end) in enumerate(spans) if start <= token < end), -1)
        for token in starts
    ]
    return np.array(owners, dtype=np.int64)


def _functional(language: str) -> Callable[[str], bool]:
    """Whether a word is one of the commonest of the language, or one with an Arabic clitic before it."""
    common = _folded_common(language)

    def functional(word: str) -> bool:
        plain = fold(word).text.lower()
        return plain in common or (len(plain) > 2 and plain[0] in _CLITICS and plain[1:] in common)

    return functional


@cache
def _folded_common(language: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in common_words(language))
