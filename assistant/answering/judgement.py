"""Judgement: what the retrieved passages are worth to the question, and whether they answer it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.comparison import Comparison
from assistant.answering.confidence import question_signals
from assistant.answering.retrieval import Retrieved
from assistant.answering.signals import Signals, signals_of
from assistant.answering.units import Unit, units_of
from assistant.answering.vectors import vectors_of
from assistant.answering.weighting import weigh
from assistant.answering.weights import Weights, load_weights
from assistant.question.query import Query
from index.search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Judgement:
    """The units of the passages, how likely each is to hold the answer, and the confidence that one does.

    `probabilities` is float64 (units,), summing to 1. `answerable` says whether the confidence suffices.
    """

    query: Query
    passages: tuple[Retrieved, ...]
    units: tuple[Unit, ...]
    signals: Signals
    probabilities: np.ndarray
    confidence: float
    answerable: bool

    @property
    def articles(self) -> list[str]:
        """The id of each unit's article."""
        return [self.passages[unit.place].source.article_id for unit in self.units]

    @property
    def texts(self) -> list[str]:
        """The words of each unit."""
        return [self.passages[unit.place].text[unit.start : unit.end] for unit in self.units]


def judge(
    query: Query, passages: Sequence[Retrieved], searcher: Searcher, *, weights: Weights | None = None
) -> Judgement:
    """Judge passages; a question for news must be answered, and its topic be spoken of."""
    weights = weights or load_weights(searcher.encoder.name)
    judgement = _weighed(query, passages, searcher, weights)
    if query.kind == "news" and query.topic is not None:
        of_topic = _weighed(query.topic, passages, searcher, weights)
        confidence = min(judgement.confidence, of_topic.confidence)
        judgement = dataclasses.replace(
            judgement, probabilities=of_topic.probabilities, confidence=confidence
        )
    answerable = bool(judgement.units) and weights.answers(judgement.confidence, query.kind)
    return dataclasses.replace(judgement, answerable=answerable)


def compare(query: Query, passages: Sequence[Retrieved], searcher: Searcher) -> Comparison:
    """Put a query beside the units of passages."""
    vectors = vectors_of(searcher, query.searched, passages)
    asked = weigh(query, vectors.question, idf=searcher.idf)
    return Comparison(asked, passages, units_of(passages), vectors.passages)


def _weighed(query: Query, passages: Sequence[Retrieved], searcher: Searcher, weights: Weights) -> Judgement:
    comparison = compare(query, passages, searcher)
    signals = signals_of(comparison, question_signals(comparison))
    probabilities = weights.probabilities(signals)
    confidence = weights.sureness(signals, probabilities)
    units = tuple(comparison.units)
    return Judgement(query, tuple(passages), units, signals, probabilities, confidence, False)
