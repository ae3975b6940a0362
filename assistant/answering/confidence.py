"""Evidence: what the confidence is made from, about a question and its passages as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.answering.retrieval import Found
from assistant.answering.weighting import Question
from index.search.fusion import K1, sparse_bound

WEAKEST = 1 / 3  # of the question's weight: the words that a text knows least
BEST = 3  # passages in which a missing term is looked for


def evidence_of(
    question: Question,
    found: Sequence[Found],
    terms: Sequence[set[str]],
    similarities: Sequence[np.ndarray],
    whole: np.ndarray,
) -> dict[str, float]:
    """Evidence from the passages.

    `terms` are those of each passage with its title, `similarities`, (tokens, words), the inner products of
    the question's tokens with its words, `whole`, float64 (passages,), the MaxSim of each.
    A lead is the best value less the mean of all: what answers stands out, what is merely about the same
    matter does not.
    """
    dense = np.array([each.hit.dense or 0.0 for each in found])
    sparse = np.array([each.hit.sparse or 0.0 for each in found])
    bound = sparse_bound([*question.terms.values(), *question.grams.values()], unknown=1.0, k1=K1)
    foreign = foreign_to(question, found)
    top, nearest = float(whole.max()), similarities[int(np.argmax(whole))]
    return {
        "top_dense": float(dense.max()),
        "top_maxsim": top,
        "dense_lead": float(dense.max() - dense.mean()),
        "sparse_lead": float(sparse.max() - sparse.mean()) / bound if bound else 0.0,
        "maxsim_lead": top - float(whole.mean()),
        "passage_grams": max(share(question.grams, each) for each in terms[:BEST]),
        "missing": min(_heaviest_missing(question.grams, each) for each in terms[:BEST]),
        "weakest": weakest(question, nearest.max(axis=1)) if nearest.size else 0.0,
        "foreign": foreign,
        "foreign_maxsim": foreign * top,
        "foreign_missing": foreign * min(_heaviest_missing(question.grams, each) for each in terms[:BEST]),
    }


def foreign_to(question: Question, found: Sequence[Found]) -> float:
    """1 when the best passage is in another language than the question, else 0."""
    return float(question.language != found[0].source.language)


def share(weights: Mapping[str, float], terms: set[str]) -> float:
    """The share of the weight whose terms are among `terms`; 0 without any."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _heaviest_missing(weights: Mapping[str, float], terms: set[str]) -> float:
    """The share of the heaviest term that is not among `terms`."""
    total = sum(weights.values())
    missing = max((weight for term, weight in weights.items() if term not in terms), default=0.0)
    return missing / total if total else 0.0


def weakest(question: Question, best: np.ndarray) -> float:
    """Mean of `best` over those words of the question whose values are lowest, a third of its weight.

    `best`, float (tokens,), is each question token's best inner product with a text. Where a mean over all
    words forgives that one of them is missing, this does not.
    """
    owned = question.words >= 0
    words = question.words[owned]
    if not len(words):
        return 0.0
    tokens = np.bincount(words)
    asked = tokens > 0
    values = np.bincount(words, best[owned])[asked] / tokens[asked]
    weights = np.bincount(words, question.weights[owned])[asked] / tokens[asked]  # alike in a word's tokens
    order = np.argsort(values)
    room = np.clip(WEAKEST * weights.sum() - np.r_[0.0, np.cumsum(weights[order])[:-1]], 0.0, weights[order])
    return float(values[order] @ room / max(room.sum(), 1e-9))
