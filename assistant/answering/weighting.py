"""The weight of each word of a query, by what the corpus knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import regex

from assistant.language import compiled
from assistant.question.query import Query
from index.encoder import TokenVectors
from index.text.analysis import analyze
from index.text.folding import fold
from index.text.language import common_words

WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")  # with its tashkeel
_COUNTS = compiled(r"[وفبل]?{ar.how_many.asks}|(?:ال)?عدد|many|much|number")
_CLITICS = "وفبلك"  # that Arabic writes in front of a word, and with it: بأي, وكم
LEAST_IDF = 0.1  # of any word, and that of function words: texts seldom ask, so that "how" is rare in them


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """A query with what its words weigh.

    `tokens` float32 (tokens, hidden), unit rows; `weights` float64 (tokens,), summing to 1; `words` int64
    (tokens,), the number of the word that each token belongs to, -1 for none. `counted` is the number of the
    word for what a "how many" counts, -1 where it cannot be told. `terms` and `grams` are the stems and the
    runs of letters of the query, each with its IDF.
    """

    query: Query
    tokens: np.ndarray
    weights: np.ndarray
    words: np.ndarray
    counted: int
    terms: dict[str, float]
    grams: dict[str, float]


def weigh(query: Query, tokens: TokenVectors, *, idf: Callable[[str], float]) -> WeightedQuery:
    """Weigh the words of a query; `tokens` are those of `query.searched`, `idf` is the index's."""
    text = query.searched
    functional = functional_of(query.language)
    spans = [match.span() for match in WORD.finditer(text)]
    written = [text[start:end] for start, end in spans]
    least = {term for word in written if functional(word) for term in analyze(word)}

    def weight(term: str) -> float:
        return LEAST_IDF if term in least else max(idf(term), LEAST_IDF)

    idfs = np.array(
        [max(map(weight, analyze(word, grams=False)), default=LEAST_IDF) for word in written], np.float64
    )
    words = _owners(tokens.starts, spans)
    weights = np.where(words >= 0, idfs[words], LEAST_IDF) if spans else np.full(len(words), LEAST_IDF)
    stems = dict.fromkeys(analyze(text, grams=False))
    grams = dict.fromkeys(term for term in analyze(text) if term not in stems)
    return WeightedQuery(
        query,
        tokens.vectors,
        weights / max(weights.sum(), 1e-9),
        words,
        _counted(written, functional) if query.kind == "how_many" else -1,
        {term: weight(term) for term in stems},
        {term: weight(term) for term in grams},
    )


def _counted(words: Sequence[str], functional: Callable[[str], bool]) -> int:
    """Find the first word after "how many" that says something; its number, or -1."""
    folded = [fold(word).text.lower() for word in words]
    asks = next((number for number, word in enumerate(folded) if _COUNTS.fullmatch(word)), len(folded))
    after = range(asks + 1, len(folded))
    return next((n for n in after if not functional(words[n]) and not _COUNTS.fullmatch(folded[n])), -1)


def _owners(starts: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """Tell for each token the number of the word that it starts in, -1 for none."""
    owners = [
        next((number for number, (start, end) in enumerate(spans) if start <= token < end), -1)
        for token in starts
    ]
    return np.array(owners, dtype=np.int64)


def functional_of(language: str) -> Callable[[str], bool]:
    """Give a test for the commonest words of a language, also behind an Arabic clitic."""
    common = _folded_common(language)

    def functional(word: str) -> bool:
        folded = fold(word).text.lower()
        return folded in common or (len(folded) > 2 and folded[0] in _CLITICS and folded[1:] in common)

    return functional


@cache
def _folded_common(language: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in common_words(language))
