"""Pairing: the answers of two questions that were asked in one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from assistant.answer import SURE
from assistant.answering.composing.composition import Composition
from assistant.answering.wording import quoted


def paired(
    compositions: Sequence[Composition | None], *, confidence: float, language: str
) -> Composition | None:
    """Quote the first quote of each of two answers; None where one is missing or claims nothing."""
    answered = [some for some in compositions if some and some.claims and some.citations]
    if len(answered) < len(compositions):
        return None
    first, second = (composition.citations[0] for composition in answered)
    apart = first.source.article_id != second.source.article_id
    is_new = apart or second.end <= first.start or first.end <= second.start
    citations = (first, dataclasses.replace(second, marker=2)) if is_new else (first,)
    opening = "answer" if confidence >= SURE else "unsure"
    return Composition(quoted(citations, language=language, opening=opening), citations)
