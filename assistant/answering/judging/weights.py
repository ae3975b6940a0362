"""Weights: signals to probabilities. A conditional logit over the units, a logistic for the confidence.

The weights stand in `weights.json`, fitted by `python -m benchmarks.fit_answering` on public question sets.
They belong to an encoder; another encoder falls back to those that look at words alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.answering.judging.confidence import QUESTION_SIGNALS, UNIT_EVIDENCE, evidence
from assistant.answering.judging.signals import NAMES, SIGNALS, Signals
from assistant.question.kinds import QuestionKind

FILE = Path(__file__).with_name("weights.json")
FALLBACK = "any"
WITH_READER = "+reader"  # after an encoder's name: the weights fitted with its reader among the signals
BIAS = "bias"  # the constant of the confidence
# What is said in several places lets no passage stand out, so that its confidence is lower than it should be;
# the sets that the weights are fitted on ask no such questions.
BROAD: Mapping[QuestionKind, float] = {"list": 0.2, "news": 0.35}


@dataclass(frozen=True)
class Weights:
    """`units` weighs the signals of a unit, `confidence` the evidence of a question (with a `bias`).

    A name that is not there weighs 0; one that no signal has raises ValueError.
    """

    units: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float

    def __post_init__(self) -> None:
        refuse_unknown("signal", self.units, SIGNALS)
        refuse_unknown("evidence", self.confidence, [*QUESTION_SIGNALS, *UNIT_EVIDENCE, BIAS])

    def answers(self, confidence: float, kind: QuestionKind) -> bool:
        """Tell whether a question of `kind` is answered with this confidence."""
        return confidence >= self.threshold * BROAD.get(kind, 1.0)

    def probabilities(self, signals: Signals) -> np.ndarray:
        """Give, float64 (units,), how likely each unit is to hold the answer; they sum to 1."""
        if not len(signals.values):
            return np.zeros(0)
        points = signals.values @ np.array([self.units.get(name, 0.0) for name in NAMES])
        powers = np.exp(points - points.max())
        return np.asarray(powers / powers.sum())

    def sureness(self, signals: Signals, probabilities: np.ndarray) -> float:
        """Give 0 to 1: the calibrated probability that the passages answer the question."""
        if not len(probabilities):
            return 0.0
        values = {**evidence(signals, probabilities), BIAS: 1.0}
        points = sum(weight * values[name] for name, weight in self.confidence.items())
        return float(1.0 / (1.0 + np.exp(-np.clip(points, -30, 30))))


def refuse_unknown(what: str, weights: Mapping[str, float], names: Collection[str]) -> None:
    """Raise ValueError for a weight of a name that is none of `names`: misspelt, it would weigh nothing."""
    if unknown := [name for name in weights if name not in names]:
        raise ValueError(f"{unknown[0]!r} is no {what}; there are: {', '.join(names)}")


@cache
def load_weights(encoder: str, *, reader: bool = False) -> Weights:
    """Give the weights for an encoder, by its name; with `reader`, those fitted with one beside it."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    chosen = stored.get(encoder, stored[FALLBACK])
    if reader:
        chosen = stored.get(encoder + WITH_READER, chosen)
    return Weights(chosen["units"], chosen["confidence"], chosen["threshold"])
