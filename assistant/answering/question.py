"""A question made ready to be compared with passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.cues import folded
from assistant.answering.kinds import Kind, kind_of
from index.analysis import analyze
from index.articles import detect_language
from index.encoder import TokenVectors

_WORD = re.compile(r"\w+")
LEAST_IDF = 0.1


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: tokens (unit rows, float32) with their weights (they sum to 1) and the numbers
    of the words they belong to (-1: none), terms with their IDFs."""

    text: str
    folded: str
    kind: Kind
    language: str
    tokens: np.ndarray
    weights: np.ndarray
    words: np.ndarray
    terms: dict[str, float]
    grams: dict[str, float]


def read_question(text: str, tokens: TokenVectors, *, idf: Callable[[str], float]) -> Question:
    """Tokens, terms and kind of a question."""
    spans = [found.span() for found in _WORD.finditer(text)]
    idfs = np.array([_idf_of(text[start:end], idf) for start, end in spans])
    words = _owners(tokens.starts, spans)
    weights = np.where(words >= 0, idfs[words], LEAST_IDF) if spans else np.full(len(words), LEAST_IDF)
    stems = dict.fromkeys(analyze(text, grams=False))
    grams = dict.fromkeys(term for term in analyze(text) if term not in stems)
    return Question(
        text,
        folded(text),
        kind_of(text),
        detect_language(text),
        tokens.vectors,
        weights / max(weights.sum(), 1e-9),
        words,
        {term: max(idf(term), LEAST_IDF) for term in stems},
        {term: max(idf(term), LEAST_IDF) for term in grams},
    )


def _owners(starts: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each token the number of the word that it starts in, -1 for none."""
    owners = [
        next((number for number, (start, end) in enumerate(spans) if start <= token < end), -1)
        for token in starts
    ]
    return np.array(owners, dtype=np.int64)


def _idf_of(word: str, idf: Callable[[str], float]) -> float:
    return max([LEAST_IDF, *(idf(term) for term in analyze(word, grams=False))])
