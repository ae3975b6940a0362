"""Rightness: how likely the first quote is to hold the answer, and which of three wordings that deserves.

The confidence tells whether the articles answer at all, the probability of a run where the answer stands
if they do; both together tell whether what is shown first is right. A logistic regression over the two,
fitted and measured by `python -m benchmarks.reliability`: each set by weights that saw no question of it.
"""

from __future__ import annotations

import math
from typing import Literal

from assistant.answer import SURE
from assistant.question.kinds import FACTS, QuestionKind

Wording = Literal["answer", "unsure", "near"]

MAY = 0.4  # "the answer may be in": at least sixty; what is less likely is offered as the nearest
WEIGHTS = {"bias": -1.01, "confidence": 0.38, "probability": 0.51, "fact": 0.15}
READ = {"bias": -1.25, "confidence": 0.36, "probability": 0.76, "fact": 0.11}  # where a reader read
LEAST = 1e-4  # of a probability, before its odds are taken


def rightness_of(confidence: float, probability: float, kind: QuestionKind, *, read: bool) -> float:
    """Give the probability that a first quote is right.

    `confidence` is that of the answer, `probability` that of the run of units it is made of; `read` tells
    whether a reader's word is in both.
    """
    weights = READ if read else WEIGHTS
    points = (
        weights["bias"]
        + weights["confidence"] * log_odds(confidence)
        + weights["probability"] * log_odds(probability)
        + weights["fact"] * (kind in FACTS)
    )
    return 1.0 / (1.0 + math.exp(-points))


def log_odds(probability: float) -> float:
    """Give the logarithm of the odds, kept finite."""
    kept = min(max(probability, LEAST), 1.0 - LEAST)
    return math.log(kept / (1.0 - kept))


def wording_of(rightness: float) -> Wording:
    """Give the wording that is true as often as it says."""
    return "answer" if rightness >= SURE else "unsure" if rightness >= MAY else "near"
