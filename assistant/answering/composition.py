"""Composition: an answer's text and citations, out of the units judged likeliest. Every word is quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import Citation
from assistant.answering.cues import folded
from assistant.answering.judgement import Judgement
from assistant.answering.selection import FIRST_LONGEST, Chosen, choose
from assistant.answering.signals import NAMES
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from index.text.analysis import analyze

SURE = 0.6  # a lower confidence is said with care
SEVERAL = 0.93  # of the best article's MaxSim: another article has a point of its own
SAME_MATTER = 0.5  # shared terms of two quotes that speak of the same thing
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of an answer with the markers of its citations."""

    text: str
    citations: tuple[Citation, ...]


def compose(judgement: Judgement) -> Composition:
    """Quote at most three runs of units, the likeliest first, framed in the question's language."""
    quotations = [_quotation(run, judgement) for run in _chosen(judgement)]
    citations = number(quotations, longest=FIRST_LONGEST).citations
    opening = _opening(judgement, citations)
    text = quoted(
        citations,
        language=judgement.query.language,
        opening=opening,
        dated=opening in ("disagree", "news"),
    )
    return Composition(text, citations)


def nearest_quote(judgement: Judgement) -> tuple[Citation, ...]:
    """Quote the likeliest run of units alone, for a refusal that says what is missing from it."""
    chosen = choose(judgement.units, judgement.probabilities, most=1)
    quotations = [_quotation(run, judgement) for run in chosen]
    return tuple(number(quotations, longest=FIRST_LONGEST).citations)


def _chosen(judgement: Judgement) -> list[Chosen]:
    probabilities = judgement.probabilities
    kind = judgement.query.kind
    if kind == "news":
        probabilities = _newest_first(judgement)
    if kind in ("list", "news") and _speaks_in_several(judgement):
        return choose(judgement.units, probabilities, articles=judgement.articles)
    return choose(judgement.units, probabilities, texts=[folded(text) for text in judgement.texts])


def _newest_first(judgement: Judgement) -> np.ndarray:
    """Probabilities that halve with every step back in the order of dates."""
    published = [passage.source.published or "" for passage in judgement.passages]
    dates = sorted(set(published), reverse=True)
    age = np.array([dates.index(published[unit.passage]) for unit in judgement.units])
    return judgement.probabilities * 0.5**age


def _speaks_in_several(judgement: Judgement) -> bool:
    """Tell whether more than one article comes near the question."""
    maxsim = judgement.signals.values[:, NAMES.index("maxsim")]
    best: dict[str, float] = {}
    for article_id, value in zip(judgement.articles, maxsim.tolist(), strict=True):
        best[article_id] = max(best.get(article_id, 0.0), value)
    top = max(best.values())
    return sum(value >= SEVERAL * top for value in best.values()) > 1


def _quotation(run: Chosen, judgement: Judgement) -> Quotation:
    first, last = judgement.units[run.first], judgement.units[run.last - 1]
    passage = judgement.passages[first.passage]
    return Quotation(
        passage.source,
        passage.passage,
        passage.text,
        first.start,
        last.end,
        twins=passage.twins,
        content_hash=passage.content_hash,
    )


def _opening(judgement: Judgement, citations: Sequence[Citation]) -> str:
    """Choose the words that open the answer."""
    kind = judgement.query.kind
    if judgement.query.form == "search":
        return "search"
    if kind == "news":
        return "news"
    if kind in ("how_many", "when") and len(citations) > 1 and _disagree(citations[0], citations[1]):
        return "disagree"
    articles = {citation.source.article_id for citation in citations}
    if kind == "list" and len(articles) == len(citations) > 1:
        return "several"
    return "answer" if judgement.confidence >= SURE else "unsure"


def _disagree(one: Citation, other: Citation) -> bool:
    """Tell whether two articles speak of the same thing with other numbers."""
    if one.source.article_id == other.source.article_id:
        return False
    first, second = (set(analyze(citation.quote, grams=False)) for citation in (one, other))
    shared = len(first & second) / max(1, min(len(first), len(second)))
    numbers = [set(_NUMBER.findall(folded(citation.quote))) for citation in (one, other)]
    return shared >= SAME_MATTER and all(numbers) and not numbers[0] & numbers[1]
