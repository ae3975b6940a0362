"""The weight of each word of a query, by what the corpus knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from assistant.language import compiled
from assistant.question.query import Query
from index.encoder import TokenVectors
from index.text.folding import fold
from index.text.language import common_words
from index.text.phrase import Spelling

_COUNTS = compiled(r"[وفبل]?{ar.how_many.asks}|(?:ال)?عدد|many|much|number")
_CLITICS = "وفبلك"  # that Arabic writes in front of a word, and with it: بأي, وكم
LEAST_IDF = 0.1  # of any word, and that of function words: texts seldom ask, so that "how" is rare in them


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """A query with what its words weigh.

    `tokens` float32 (tokens, hidden), unit rows; `weights` float64 (tokens,), summing to 1; `words` int64
    (tokens,), the number of the word that each token belongs to, -1 for none. `counted` is the number of the
    word for what a "how many" counts, -1 where it cannot be told; `functional` tells of each word of the
    query whether it is one of the commonest of its language. `terms` and `grams` are the stems and the
    runs of letters of the query, each with its IDF.
    """

    query: Query
    tokens: np.ndarray
    weights: np.ndarray
    words: np.ndarray
    counted: int
    functional: tuple[bool, ...]
    terms: dict[str, float]
    grams: dict[str, float]


def weigh(query: Query, tokens: TokenVectors, *, idf: Callable[[str], float]) -> WeightedQuery:
    """Weigh the words of a query; `tokens` are those of `query.searched`, `idf` is the index's."""
    spelt = query.phrase.words
    functional = tuple(map(functional_of(query.language), spelt))
    least = {term for word, common in zip(spelt, functional, strict=True) if common for term in word.terms}

    def weight(term: str) -> float:
        return LEAST_IDF if term in least else max(idf(term), LEAST_IDF)

    idfs = np.array([max(map(weight, word.stems), default=LEAST_IDF) for word in spelt], np.float64)
    words = _owners(tokens.starts, spelt)
    weights = np.where(words >= 0, idfs[words], LEAST_IDF) if spelt else np.full(len(words), LEAST_IDF)
    stems = dict.fromkeys(query.phrase.stems)
    grams = dict.fromkeys(term for term in query.phrase.terms if term not in stems)
    return WeightedQuery(
        query,
        tokens.vectors,
        weights / max(weights.sum(), 1e-9),
        words,
        _counted(spelt, functional) if query.kind == "how_many" else -1,
        functional,
        {term: weight(term) for term in stems},
        {term: weight(term) for term in grams},
    )


def _counted(words: Sequence[Spelling], functional: Sequence[bool]) -> int:
    """Find the first word after "how many" that says something; its number, or -1."""
    counts = [bool(_COUNTS.fullmatch(word.folded)) for word in words]
    after = range(counts.index(True) + 1 if True in counts else len(counts), len(counts))
    return next((number for number in after if not functional[number] and not counts[number]), -1)


def _owners(starts: np.ndarray, words: Sequence[Spelling]) -> np.ndarray:
    """Tell for each token the number of the word that it starts in, -1 for none."""
    owners = [
        next((number for number, word in enumerate(words) if word.start <= token < word.end), -1)
        for token in starts
    ]
    return np.array(owners, dtype=np.int64)


def functional_of(language: str) -> Callable[[Spelling], bool]:
    """Give a test for the commonest words of a language, also behind an Arabic clitic."""
    common = _folded_common(language)

    def functional(word: Spelling) -> bool:
        folded = word.folded
        return folded in common or (len(folded) > 2 and folded[0] in _CLITICS and folded[1:] in common)

    return functional


@cache
def _folded_common(language: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in common_words(language))
