"""Weights: signals to probabilities. A conditional logit over the units, a logistic for the confidence.

The weights stand in `weights.json`, fitted by `python -m benchmarks.fit_answering` on public question sets.
They belong to an encoder; another encoder falls back to those that look at words alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.answering.signals import CUED, NAMES, Signals
from assistant.question.kinds import Kind

FILE = Path(__file__).with_name("weights.json")
FALLBACK = "any"
# What is said in several places lets no passage stand out, so that its confidence is lower than it should be;
# the sets that the weights are fitted on ask no such questions.
BROAD: Mapping[Kind, float] = {"list": 0.2, "news": 0.35}


@dataclass(frozen=True)
class Weights:
    """`units` weighs the signals of a unit, `confidence` those of a question (with a `bias`)."""

    units: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float

    def answers(self, confidence: float, kind: Kind) -> bool:
        """Whether a question of `kind` is answered with this confidence."""
        return confidence >= self.threshold * BROAD.get(kind, 1.0)

    def probabilities(self, signals: Signals) -> np.ndarray:
        """float64 (units,): how likely each unit is to hold the answer; they sum to 1."""
        if not len(signals.values):
            return np.zeros(0)
        vector = np.array([self.units.get(name, 0.0) for name in NAMES])
        points = signals.values @ vector
        powers = np.exp(points - points.max())
        return powers / powers.sum()

    def sureness(self, signals: Signals, probabilities: np.ndarray) -> float:
        """0 to 1: the calibrated probability that the passages answer the question."""
        if not len(probabilities):
            return 0.0
        known = evidence(signals, probabilities)
        points = sum(weight * known.get(name, 1.0 if name == "bias" else 0.0)
                     for name, weight in self.confidence.items())  # fmt: skip
        return float(1.0 / (1.0 + np.exp(-np.clip(points, -30, 30))))


def evidence(signals: Signals, probabilities: np.ndarray) -> dict[str, float]:
    """What the confidence is made from: the question's signals and those of its best unit."""
    best = int(np.argmax(probabilities))
    chosen = dict(zip(NAMES, signals.values[best], strict=True))
    return {
        **signals.question,
        "best_probability": float(probabilities[best]),
        "best_maxsim": float(chosen["maxsim"]),
        "best_plain": float(chosen["maxsim_plain"]),
        "best_grams": float(chosen["overlap_grams"]),
        "best_cue": float(sum(chosen[f"cue_{kind}"] for kind in CUED)),
        "best_cue_missing": float(chosen["cue_missing"]),
        "cued": float(signals.kind in CUED),
    }


@cache
def load_weights(encoder: str) -> Weights:
    """The weights for an encoder, by its name."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    chosen = stored.get(encoder, stored[FALLBACK])
    return Weights(chosen["units"], chosen["confidence"], chosen["threshold"])
