"""How likely a span that the reader found is right: a logistic of its points, fitted like the weights."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("points.json")
SHOWN = 0.5  # probability from which a span counts when the fit is measured
LEAST = -12.0  # log-probability of a span: lower ones are alike


def features(log_probability: float, share: float, confidence: float) -> list[float]:
    """Give what speaks for a span: a constant, its points, its unit's probability, the confidence."""
    return [1.0, max(log_probability, LEAST), share, confidence]


def probability(log_probability: float, share: float, confidence: float) -> float:
    """Give how likely the span is right."""
    value = float(np.dot(_weights(), features(log_probability, share, confidence)))
    return float(1.0 / (1.0 + np.exp(-value)))


@cache
def _weights() -> tuple[float, ...]:
    return tuple(json.loads(FILE.read_text(encoding="utf-8")))
