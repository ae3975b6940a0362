"""What readers ask in vain: questions that were refused or doubtfully answered, gathered by meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.operation.question_log import LoggedQuestion

# Cosine of two questions' vectors (of the bundled encoder, where any two have some 0.8) from which they count
# as one: a choice, not fitted.
ALIKE = 0.93
MOST_GATHERED = 5000  # questions of a look: the products of so many take a second


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning: the one asked most often, all wordings, how often, and how it went last."""

    question: str
    wordings: tuple[str, ...]
    times: int
    last: str
    confidence: float
    refused: int


def gaps_of(asked: Sequence[LoggedQuestion]) -> list[Gap]:
    """Gather the open questions of `asked`; what was asked most often comes first."""
    is_open = [each for each in asked if each.is_open][-MOST_GATHERED:]
    by_wording: dict[str, list[LoggedQuestion]] = {}
    for entry in is_open:
        by_wording.setdefault(" ".join(entry.question.split()), []).append(entry)
    wordings = sorted(by_wording, key=lambda wording: -len(by_wording[wording]))
    leaders: list[np.ndarray] = []
    groups: list[list[str]] = []
    for wording in wordings:
        vector = by_wording[wording][-1].vector
        alike = [
            float(leader @ vector) if vector is not None and leader.shape == vector.shape else 0.0
            for leader in leaders
        ]
        nearest = int(np.argmax(alike)) if alike else -1
        if nearest >= 0 and alike[nearest] >= ALIKE:
            groups[nearest].append(wording)
        else:
            leaders.append(np.zeros(0, np.float32) if vector is None else vector)
            groups.append([wording])
    gaps = [_gap(group, [each for wording in group for each in by_wording[wording]]) for group in groups]
    return sorted(gaps, key=lambda gap: (-gap.times, gap.question))


def _gap(wordings: list[str], asked: list[LoggedQuestion]) -> Gap:
    return Gap(
        question=wordings[0],
        wordings=tuple(wordings),
        times=len(asked),
        last=max(each.at for each in asked),
        confidence=round(sum(each.confidence for each in asked) / len(asked), 3),
        refused=sum(each.outcome == "refusal" for each in asked),
    )


def answering_articles(asked: Sequence[LoggedQuestion]) -> list[tuple[str, int]]:
    """Count in how many answers each article was quoted; the most first."""
    counts = Counter(article for each in asked if not each.is_open for article in each.articles)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def use_by_day(asked: Sequence[LoggedQuestion]) -> dict[str, Counter[str]]:
    """Count the questions of each day by what came of them: answered, doubtful, refusal, other."""
    days: dict[str, Counter[str]] = {}
    for entry in asked:
        outcome = "doubtful" if entry.is_open and entry.outcome == "answer" else entry.outcome
        shown = {"answer": "answered", "search": "answered", "doubtful": "doubtful", "refusal": "refused"}
        days.setdefault(entry.at[:10], Counter())[shown.get(outcome, "other")] += 1
    return dict(sorted(days.items()))
