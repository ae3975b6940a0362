"""Contrast: the two sides of a comparison, each looked for by itself, quoted side by side."""

from __future__ import annotations

import dataclasses

import numpy as np

from assistant.answering.composing.composition import Composition, quotation_of
from assistant.answering.composing.selection import FIRST_LONGEST, choose
from assistant.answering.judging.judgement import Judgement, judge
from assistant.answering.retrieval import Retrieved, retrieve
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.wording import quoted
from assistant.citations import number
from assistant.question.names import Named
from assistant.question.query import Query, read_alone
from assistant.question.sides import Sides
from index.search.searcher import Searcher

LEAST = 0.5  # the confidence that each side is spoken of: bare words of a topic come near much


@dataclasses.dataclass(frozen=True, slots=True)
class Contrast:
    """What was found for both sides; `composition` is None where one is `missing` or not spoken of."""

    passages: tuple[Retrieved, ...]
    confidence: float
    composition: Composition | None
    missing: tuple[Named, ...] = ()


def contrast(query: Query, sides: Sides, searcher: Searcher, watch: Stopwatch) -> Contrast:
    """Find and quote what is said of each side; raises QueryError."""
    judgements = [_judged(side, sides.matter, query, searcher, watch) for side in (sides.one, sides.other)]
    passages = tuple(passage for judgement in judgements for passage in judgement.passages)
    missing = tuple(name for judgement in judgements for name in judgement.missing)
    confidence = min(judgement.confidence for judgement in judgements)
    if missing or confidence < LEAST:
        return Contrast(passages, confidence, None, missing)
    quotations = [
        quotation_of(choose(each.units, each.probabilities, most=1)[0], each, marked=False, group=side)
        for each, side in zip(judgements, (sides.one, sides.other), strict=True)
    ]
    citations = number(quotations, longest=FIRST_LONGEST).citations
    if len(citations) < len(quotations):
        return Contrast(passages, confidence, None)  # the same words for both tell nothing of either
    text = quoted(citations, language=query.language, opening="comparison")
    return Contrast(passages, confidence, Composition(text, citations, "comparison"))


def _judged(side: str, matter: str, query: Query, searcher: Searcher, watch: Stopwatch) -> Judgement:
    asked = dataclasses.replace(read_alone(f"{matter} {side}".strip()), filters=query.filters)
    judgement = judge(asked, retrieve(searcher, asked, watch), searcher, watch=watch)
    if not judgement.missing or judgement.complete is None:
        return judgement
    # Another passage is more like the question; the one that speaks of this side is wanted.
    inside = np.array([unit.passage in judgement.complete for unit in judgement.units])
    likely = judgement.probabilities * inside
    return dataclasses.replace(judgement, missing=(), probabilities=likely / max(likely.sum(), 1e-9))
