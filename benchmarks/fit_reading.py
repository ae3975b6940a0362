"""Fits and measures the reader's spans: how likely one is right, by its own points and the confidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.answering.judging.weights import Weights
from assistant.answering.reader import points
from benchmarks.answering_examples import SETS, Example
from benchmarks.reader.words import overlap
from index.text.folding import fold

RIGHT = 0.5  # F1 from which a span is right
FILE = Path(points.__file__).with_name("points.json")
Rows = Mapping[str, Sequence[tuple[Example, Weights]]]


def span_rows(rows: Sequence[tuple[Example, Weights]]) -> tuple[np.ndarray, np.ndarray]:
    """Give (questions, features) of the spans in the likeliest units, and the F1 of each."""
    features, scores = [], []
    for example, weights in rows:
        if example.readings is None or not len(example.signals.values):
            continue
        shares = weights.probabilities(example.signals)
        best = int(np.argmax(shares))
        span = example.readings.spans[best]
        if span is None:
            continue
        start = example.units[best].start
        text = fold(example.texts[best][span.start - start : span.end - start]).text
        answers = example.answers if example.answerable else ()
        scores.append(max((overlap(text, answer) for answer in answers), default=0.0))
        confidence = weights.sureness(example.signals, shares)
        features.append(points.features(example.readings.points[best], float(shares[best]), confidence))
    return np.array(features), np.array(scores)


def fit_spans(examples: Sequence[Example], weights: Weights) -> list[float]:
    """Fit the logistic of "the span is right"."""
    values, scores = span_rows([(example, weights) for example in examples])
    signs = np.where(scores >= RIGHT, 1.0, -1.0)
    return minimize(
        lambda line: float(np.logaddexp(0.0, -signs * (values @ line)).mean() + 1e-4 * line[1:] @ line[1:]),
        np.zeros(values.shape[1]),
        method="L-BFGS-B",
    ).x.tolist()


def spans_table(rows: Rows) -> str:
    """Give the figures in Markdown: spans of each set fitted on the others."""
    lines = ["| set | shown | F1 of those | right of those |", "| --- | ---: | ---: | ---: |"]
    for name in SETS:
        others = [example for other in SETS if other[:5] != name[:5] for example, _ in rows[other]]
        weights = rows[name][0][1]
        line = np.array(fit_spans(others, weights))
        values, scores = span_rows(rows[name])
        shown = 1.0 / (1.0 + np.exp(-(values @ line))) >= points.SHOWN
        f1, right = scores[shown].mean(), (scores[shown] >= RIGHT).mean()
        lines.append(f"| {name} | {shown.mean():.1%} | {f1:.3f} | {right:.1%} |")
    return "\n".join(lines)


def write_span_points(line: Sequence[float]) -> None:
    """Write the weights beside the reader."""
    FILE.write_text(json.dumps([round(value, 4) for value in line]) + "\n", encoding="utf-8")
