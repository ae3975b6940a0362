"""Confidence: how likely it is that the passages answer the question at all.

A logistic regression over what is known of the question as a whole: the signals in `QUESTION_SIGNALS`, each a
function of a `Comparison`, and those of its likeliest unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.answering.judging.comparison import Comparison, least_known, share
from assistant.answering.judging.signals import CUED, NAMES, READ_SCALE, Signals
from index.sparse import K1, sparse_bound

BEST = 3  # passages in which a missing term is looked for

QUESTION_SIGNALS: dict[str, Callable[[ScoredComparison], float]] = {}
# What the likeliest unit adds.
UNIT_EVIDENCE = (
    "best_probability",
    "best_maxsim",
    "best_plain",
    "best_grams",
    "best_cue",
    "best_cue_missing",
    "best_reader",
    "cued",
)


@dataclass(frozen=True, slots=True)
class ScoredComparison:
    """A comparison with the scores of its passages, `dense` and `sparse`, float64 (passages,)."""

    comparison: Comparison
    dense: np.ndarray
    sparse: np.ndarray


def question_signals(comparison: Comparison) -> dict[str, float]:
    """Give the signals of the question as a whole; none where no unit was found."""
    if not comparison.units:
        return {}
    scored = ScoredComparison(
        comparison,
        np.array([passage.hit.dense or 0.0 for passage in comparison.passages]),
        np.array([passage.hit.sparse or 0.0 for passage in comparison.passages]),
    )
    return {name: float(value(scored)) for name, value in QUESTION_SIGNALS.items()}


def evidence(signals: Signals, probabilities: np.ndarray) -> dict[str, float]:
    """Give everything that the confidence weighs, by name; `probabilities` float64 (units,), one or more."""
    best = dict(zip(NAMES, signals.values[int(np.argmax(probabilities))], strict=True))
    return {
        **signals.question,
        "best_probability": float(probabilities.max()),
        "best_maxsim": float(best["maxsim"]),
        "best_plain": float(best["maxsim_plain"]),
        "best_grams": float(best["overlap_grams"]),
        "best_cue": float(sum(best[f"cue_{kind}"] for kind in CUED)),
        "best_cue_missing": float(best["cue_missing"]),
        "best_reader": float(best["reader"]),
        "cued": float(signals.kind in CUED),
    }


def question_signal(value: Callable[[ScoredComparison], float]) -> Callable[[ScoredComparison], float]:
    """Register a signal of the question under the name of its function."""
    QUESTION_SIGNALS[value.__name__] = value
    return value


# A lead is the best value less the mean of all: what answers stands out, what is merely about the same matter
# does not.


@question_signal
def top_dense(at: ScoredComparison) -> float:
    """The best inner product of the question's vector and a passage's."""
    return float(at.dense.max())


@question_signal
def top_maxsim(at: ScoredComparison) -> float:
    """The best MaxSim of a whole passage."""
    return float(at.comparison.passage_maxsim.max())


@question_signal
def dense_lead(at: ScoredComparison) -> float:
    """How far the nearest passage stands out."""
    return float(at.dense.max() - at.dense.mean())


@question_signal
def sparse_lead(at: ScoredComparison) -> float:
    """How far the passage with the best BM25 score stands out, as a share of the highest score there is."""
    asked = at.comparison.asked
    bound = sparse_bound([*asked.terms.values(), *asked.grams.values()], unknown=1.0, k1=K1)
    return float(at.sparse.max() - at.sparse.mean()) / bound if bound else 0.0


@question_signal
def maxsim_lead(at: ScoredComparison) -> float:
    """How far the passage with the best MaxSim stands out."""
    return top_maxsim(at) - float(at.comparison.passage_maxsim.mean())


@question_signal
def passage_grams(at: ScoredComparison) -> float:
    """The IDF share of the question's runs of letters in the best of the first passages."""
    return max(share(at.comparison.asked.grams, terms) for terms in at.comparison.passage_terms[:BEST])


@question_signal
def missing(at: ScoredComparison) -> float:
    """The share of the heaviest run of letters that the first passages lack, in the one that lacks least."""
    return min(_heaviest_missing(at.comparison, terms) for terms in at.comparison.passage_terms[:BEST])


@question_signal
def weakest(at: ScoredComparison) -> float:
    """What the question's least known words are worth in the passage with the best MaxSim."""
    nearest = at.comparison.similarities[int(np.argmax(at.comparison.passage_maxsim))]
    return least_known(at.comparison.asked, nearest.max(axis=1)) if nearest.size else 0.0


@question_signal
def foreign(at: ScoredComparison) -> float:
    """Whether the best passage is in another language."""
    return at.comparison.foreign


@question_signal
def foreign_maxsim(at: ScoredComparison) -> float:
    """The best MaxSim again where it is."""
    return foreign(at) * top_maxsim(at)


@question_signal
def foreign_missing(at: ScoredComparison) -> float:
    """The heaviest missing share again where it is."""
    return foreign(at) * missing(at)


@question_signal
def reader_some(at: ScoredComparison) -> float:
    """Log-probability, a tenth of it, with its sign turned, that no passage that was read answers."""
    readings = at.comparison.readings
    return 0.0 if readings is None else -READ_SCALE * readings.none


def _heaviest_missing(comparison: Comparison, terms: set[str]) -> float:
    weights = comparison.asked.grams
    total = sum(weights.values())
    heaviest = max((weight for term, weight in weights.items() if term not in terms), default=0.0)
    return heaviest / total if total else 0.0
