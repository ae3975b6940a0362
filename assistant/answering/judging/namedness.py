"""Namedness: how like a name a word of a question is, by its vector. Arabic writes no capitals.

A logistic regression over the encoder's token vectors, as late interaction compares them. It learnt from
questions in nine languages that do write capitals, read in lower case: which words had one. Nothing in it is
Arabic; the encoder's space is one for all languages. `python -m benchmarks.fit_namedness` makes it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("namedness.json")


@dataclass(frozen=True, slots=True)
class Namedness:
    """`weights` float32 (hidden,) over the mean direction of a word's tokens, and a `bias`."""

    weights: np.ndarray
    bias: float

    def of(self, tokens: np.ndarray) -> float:
        """Give 0 to 1 for a word; `tokens` are its vectors, float32 (tokens, hidden), at least one."""
        mean = tokens.mean(axis=0)
        points = float(mean @ self.weights) / max(float(np.linalg.norm(mean)), 1e-9) + self.bias
        return float(1.0 / (1.0 + np.exp(-points)))


@cache
def load_namedness(encoder: str) -> Namedness | None:
    """Load what was learnt for an encoder, by its name; None for one that it was not learnt for."""
    stored = json.loads(FILE.read_text(encoding="utf-8")).get(encoder)
    return Namedness(np.array(stored["weights"], dtype=np.float32), stored["bias"]) if stored else None
