"""Measures of a ranking against judgements, as trec_eval defines them.

nDCG takes grades as gains and log2(rank + 1) as discount (Järvelin and Kekäläinen 2002). A grade above
0 is relevant. A question without a ranking scores 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from index.evaluation.runs import Qrels, Run

Grades = Mapping[str, int]


def ndcg(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Give the discounted gain of the first k, over that of the best order.

    >>> round(ndcg(["b", "a"], {"a": 1}, k=10), 4)
    0.6309
    """
    best = _dcg(sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k])
    return _dcg([max(grades.get(article_id, 0), 0) for article_id in ranking[:k]]) / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Give 1 over the rank of the first relevant article among the first k, else 0."""
    for rank, article_id in enumerate(ranking[:k], start=1):
        if grades.get(article_id, 0) > 0:
            return 1.0 / rank
    return 0.0


def recall(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Give the share of the relevant articles that are among the first k."""
    relevant = {article_id for article_id, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def success(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Give 1 when a relevant article is among the first k, else 0."""
    return float(any(grades.get(article_id, 0) > 0 for article_id in ranking[:k]))


MEASURES: Mapping[str, Callable[[Sequence[str], Grades], float]] = {
    "nDCG@10": lambda ranking, grades: ndcg(ranking, grades, k=10),
    "MRR@10": lambda ranking, grades: reciprocal_rank(ranking, grades, k=10),
    "R@1": lambda ranking, grades: recall(ranking, grades, k=1),
    "R@5": lambda ranking, grades: recall(ranking, grades, k=5),
    "R@10": lambda ranking, grades: recall(ranking, grades, k=10),
    "R@100": lambda ranking, grades: recall(ranking, grades, k=100),
    "Success@1": lambda ranking, grades: success(ranking, grades, k=1),
    "Success@5": lambda ranking, grades: success(ranking, grades, k=5),
    "Success@10": lambda ranking, grades: success(ranking, grades, k=10),
}


def measure(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Give every measure of every judged question: question id -> measure -> value."""
    values = {}
    for question_id, grades in qrels.items():
        ranking = [ranked.article_id for ranked in run.rankings.get(question_id, ())]
        values[question_id] = {name: function(ranking, grades) for name, function in MEASURES.items()}
    return values


def recall_curve(run: Run, qrels: Qrels, *, depths: Sequence[int]) -> list[float]:
    """Give mean recall at each of `depths`."""
    if not qrels:
        return [0.0 for _ in depths]
    rankings = {key: [ranked.article_id for ranked in run.rankings.get(key, ())] for key in qrels}
    return [sum(recall(rankings[key], qrels[key], k=depth) for key in qrels) / len(qrels) for depth in depths]


def mean(values: Sequence[float]) -> float:
    """Give the arithmetic mean, 0 of nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
