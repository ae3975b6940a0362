"""A question beside the units of its passages: what signals are read from, each thing computed once."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from assistant.answering.judging.cues import cue, folded
from assistant.answering.judging.evidence import Evidence
from assistant.answering.judging.weighting import WeightedQuery
from assistant.answering.reader.unit_readings import UnitReadings
from assistant.answering.retrieval import Retrieved
from assistant.answering.units import Unit
from assistant.question.query import Query
from index.articles import own_title
from index.encoder import TokenVectors
from index.text.analysis import analyze

NOTHING = -1.0  # the least inner product: of a unit without words
# The most that a word may be worth to a question in another language. Of the words of XQuAD's English
# questions nine in ten reach no more than 0.63 in the Arabic passage that answers, those repeated in it up to
# 0.77: a sentence would win by repeating part of a name.
TRANSLATED = 0.65
WEAKEST = 1 / 3  # of the question's weight: the words that a text knows least


@dataclass(frozen=True, eq=False)
class Comparison:
    """A weighted query beside the units of some passages; arrays over the units are float64 (units,).

    `units` are those of `passages`, in order; `vectors` are the words of each passage. `readings` are what a
    reader read for the units, None where none did. What is asked for is computed once, and kept.
    """

    asked: WeightedQuery
    passages: Sequence[Retrieved]
    units: Sequence[Unit]
    vectors: Sequence[TokenVectors]
    readings: UnitReadings | None = field(default=None, kw_only=True)

    @property
    def query(self) -> Query:
        """Give the query itself."""
        return self.asked.query

    @cached_property
    def texts(self) -> list[str]:
        """Give the words of each unit."""
        return [self.passages[unit.passage].text[unit.start : unit.end] for unit in self.units]

    @cached_property
    def foreign(self) -> float:
        """Give 1 when the best passage is in another language than the question, else 0."""
        return float(self.query.language != self.passages[0].source.language)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Give for each passage what is said around it."""
        return list(map(Evidence.around, self.passages))

    @cached_property
    def similarities(self) -> list[np.ndarray]:
        """Give for each passage, (tokens, words), the products of the question's tokens and its words."""
        products = [self.asked.tokens @ words.vectors.T for words in self.vectors]
        return [np.minimum(product, TRANSLATED) for product in products] if self.foreign else products

    @cached_property
    def passage_maxsim(self) -> np.ndarray:
        """Give, float64 (passages,), the weighted MaxSim of each passage as a whole."""
        return np.array(
            [
                self.asked.weights @ product.max(axis=1) if product.size else 0.0
                for product in self.similarities
            ]
        )

    @cached_property
    def words(self) -> list[slice]:
        """Give for each unit which words of its passage it has."""
        return [self._words_of(unit) for unit in self.units]

    @cached_property
    def tops(self) -> list[np.ndarray]:
        """Give for each unit, (tokens,), the best of its words for each token of the question."""
        return [
            self.similarities[unit.passage][:, words].max(axis=1, initial=NOTHING)
            for unit, words in zip(self.units, self.words, strict=True)
        ]

    @cached_property
    def worded(self) -> list[bool]:
        """Give for each unit whether it has a word at all."""
        return [bool((top > NOTHING).any()) for top in self.tops]

    @cached_property
    def maxsim(self) -> np.ndarray:
        """Give the IDF-weighted mean of each question token's best word in the unit."""
        return self.over_worded(lambda row: float(self.asked.weights @ self.tops[row]))

    @cached_property
    def maxsim_plain(self) -> np.ndarray:
        """Give the same, every token alike."""
        return self.over_worded(lambda row: float(self.tops[row].mean()))

    @cached_property
    def folded(self) -> list[str]:
        """Give the units' texts, folded."""
        return [folded(text) for text in self.texts]

    @cached_property
    def terms(self) -> list[set[str]]:
        """Give the terms of each unit."""
        return [set(analyze(text)) for text in self.texts]

    @cached_property
    def title_terms(self) -> list[set[str]]:
        """Give the terms of each passage's title."""
        return [set(analyze(own_title(each.source.title, each.text))) for each in self.passages]

    @cached_property
    def passage_terms(self) -> list[set[str]]:
        """Give the terms of each passage's units and title."""
        terms = [set(title) for title in self.title_terms]
        for unit, unit_terms in zip(self.units, self.terms, strict=True):
            terms[unit.passage] |= unit_terms
        return terms

    @cached_property
    def overlap(self) -> np.ndarray:
        """Give the IDF share of the question's terms that the unit has."""
        return np.array([share(self.asked.terms, terms) for terms in self.terms])

    @cached_property
    def cue(self) -> np.ndarray:
        """Tell how much of what the kind of question asks for each unit has."""
        return self.over(lambda row: cue(self.query.kind, self.folded[row], self.query.phrase.folded))

    def neighbour(self, row: int, step: int) -> int | None:
        """Give the row of the unit before (`step` -1) or after (1) one, in the same passage; else None."""
        other = row + step
        if not 0 <= other < len(self.units) or self.units[other].passage != self.units[row].passage:
            return None
        return other

    def over(self, value: Callable[[int], float]) -> np.ndarray:
        """Give a column of `value(row)` for every unit."""
        return np.array([value(row) for row in range(len(self.units))], dtype=np.float64)

    def over_worded(self, value: Callable[[int], float]) -> np.ndarray:
        """Give a column of `value(row)` for every unit with words, 0 for the others."""
        return self.over(lambda row: value(row) if self.worded[row] else 0.0)

    def _words_of(self, unit: Unit) -> slice:
        start = self.passages[unit.passage].passage.start
        bounds = [unit.start - start, unit.end - start]
        first, last = np.searchsorted(self.vectors[unit.passage].starts, bounds).tolist()
        return slice(first, last)


def share(weights: Mapping[str, float], terms: Container[str]) -> float:
    """Give the share of the weight whose terms are among `terms`; 0 without any."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def least_known(asked: WeightedQuery, best: np.ndarray) -> float:
    """Give the mean of `best` over the words of the question whose values are lowest, WEAKEST of its weight.

    `best`, float (tokens,), is each question token's best inner product with a text. Where a mean over all
    words forgives that one of them is missing, this does not.
    """
    belongs = asked.words >= 0
    words = asked.words[belongs]
    if not len(words):
        return 0.0
    tokens = np.bincount(words)
    used = tokens > 0
    values = np.bincount(words, best[belongs])[used] / tokens[used]
    weights = np.bincount(words, asked.weights[belongs])[used] / tokens[used]  # alike in a word's tokens
    order = np.argsort(values)
    room = np.clip(WEAKEST * weights.sum() - np.r_[0.0, np.cumsum(weights[order])[:-1]], 0.0, weights[order])
    return float(values[order] @ room / max(room.sum(), 1e-9))


def unit_row(vector: np.ndarray) -> np.ndarray:
    """Give a vector at length 1."""
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
