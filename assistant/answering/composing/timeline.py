"""Timelines: what happened one after the other, by the days on which it was told."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.answering.composing.selection import Chosen
from assistant.answering.judging.judgement import Judgement
from assistant.answering.judging.signals import NAMES

MOST_DAYS = 5
NEAR = 0.85  # of the best MaxSim: a day's unit comes at least so near the question
HEAD = 400  # code points at the beginning of an article, where news has its gist
GIST = 0.1  # what that is worth, of the best MaxSim
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def day_of(judgement: Judgement, row: int) -> str:
    """Give the day (ISO) on which a unit's article was published; empty where none is known."""
    match = _DAY.match(judgement.passages[judgement.units[row].passage].source.published or "")
    return match.group() if match else ""


def by_day(judgement: Judgement) -> Sequence[Chosen]:
    """Choose the unit of each day that comes nearest the question, the oldest day first; none without two."""
    maxsim = judgement.signals.values[:, NAMES.index("maxsim")]
    near = maxsim >= NEAR * maxsim.max()
    heads = np.array([unit.start < HEAD for unit in judgement.units])
    worth = maxsim + np.where(heads, GIST * maxsim.max(), 0.0)
    days: dict[str, Chosen] = {}
    for row, likeness in enumerate(worth.tolist()):
        day, passage = day_of(judgement, row), judgement.units[row].passage
        speaks = near[row] and (judgement.complete is None or passage in judgement.complete)
        if day and speaks and (day not in days or likeness > days[day].probability):
            days[day] = Chosen(row, row + 1, likeness)
    likeliest = sorted(days, key=lambda day: -days[day].probability)[:MOST_DAYS]
    return [days[day] for day in sorted(likeliest)] if len(likeliest) > 1 else []
