"""Measures of answers against questions whose answers are known.

A question that has no gold answer gives no score where one is needed; it is left out of that mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.text.folding import fold

BINS = 10  # of calibration, as Naeini and others have them
EDGES = " .,;:!?()[]{}-/"


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """What one answer is worth; None where the question is not eligible."""

    question_id: str
    answerable: bool
    answered: bool
    confidence: float
    first_quote: bool | None
    all_quotes: bool | None
    precise: tuple[bool, ...]
    integral: bool
    rejected: int
    milliseconds: float


def score(question: Mapping[str, Any], answer: Mapping[str, Any], *, integral: bool) -> AnswerScore:
    """Score an answer (in the JSON shape); `integral`: every quote is the slice of its article."""
    quotes = [fold(citation["quote"]).text for citation in answer["citations"]]
    gold = folded_answers(question)
    eligible = bool(question.get("answerable", True) and gold)
    holds = tuple(any(each in quote for each in gold) for quote in quotes)
    return AnswerScore(
        str(question["id"]),
        bool(question.get("answerable", True)),
        bool(answer["answerable"]),
        float(answer["confidence"]),
        bool(holds and holds[0]) if eligible else None,
        any(holds) if eligible else None,
        holds if eligible else (),
        integral,
        len(answer["rejected"]),
        float(answer["timings_ms"].get("total", 0.0)),
    )


def folded_answers(question: Mapping[str, Any]) -> list[str]:
    """Give the gold answers, folded, without the punctuation at their ends, which annotators mark or not."""
    folded = [fold(text).text for text in question.get("answers") or ()]
    return [bare for text in folded if (bare := text.strip(EDGES))]


def summarise(scores: Sequence[AnswerScore]) -> dict[str, float | int | None]:
    """Give the means over all questions, each over those that are eligible for it."""
    answerable = [each for each in scores if each.answerable]
    refused = [each for each in scores if not each.answered]
    absent = [each for each in scores if not each.answerable]
    times = [each.milliseconds for each in scores]
    return {
        "questions": len(scores),
        "answer_in_first_quote": _mean([each.first_quote for each in scores]),
        "answer_in_all_quotes": _mean([each.all_quotes for each in scores]),
        "citation_precision": _mean([is_precise for each in scores for is_precise in each.precise]),
        "answered_of_answerable": _mean([each.answered for each in answerable]),
        "refusal_precision": _mean([not each.answerable for each in refused]),
        "refusal_recall": _mean([not each.answered for each in absent]),
        "auc": auc([each.confidence for each in scores], [each.answerable for each in scores]),
        "calibration_error": calibration_error(
            [each.confidence for each in scores], [each.answerable for each in scores]
        ),
        "quote_integrity": _mean([each.integral for each in scores]),
        "rejected_citations": sum(each.rejected for each in scores),
        "median_ms": float(np.median(times)) if times else None,
        "p95_ms": float(np.percentile(times, 95)) if times else None,
    }


def auc(confidences: Sequence[float], positives: Sequence[bool]) -> float | None:
    """Give the area under the ROC curve, ties counted half; None when all questions are of one sort."""
    values, truth = np.asarray(confidences, dtype=float), np.asarray(positives, dtype=bool)
    if truth.all() or not truth.any():
        return None
    _sorted, positions, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[positions]
    positive = truth.sum()
    negative = len(truth) - positive
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def calibration_error(confidences: Sequence[float], positives: Sequence[bool]) -> float | None:
    """Give the expected calibration error over bins of equal width (Naeini, Cooper and Hauskrecht 2015)."""
    values, truth = np.asarray(confidences, dtype=float), np.asarray(positives, dtype=float)
    if not len(values):
        return None
    bins = np.minimum((values * BINS).astype(int), BINS - 1)
    gaps = [abs(values[bins == number].mean() - truth[bins == number].mean()) * (bins == number).mean()
            for number in np.unique(bins)]  # fmt: skip
    return float(sum(gaps))


def _mean(values: Sequence[bool | None]) -> float | None:
    eligible = [value for value in values if value is not None]
    return float(np.mean(eligible)) if eligible else None
