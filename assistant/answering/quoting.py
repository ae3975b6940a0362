"""The quoting writer: found passages to the sentences that answer, quoted word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import Citation
from assistant.answering.cues import folded
from assistant.answering.retrieval import Found
from assistant.answering.selection import FIRST_LONGEST, Chosen, choose
from assistant.answering.signals import NAMES, Signals, signals_of
from assistant.answering.units import Unit, units_of
from assistant.answering.vectors import vectors_of
from assistant.answering.weighting import read_question
from assistant.answering.weights import Weights, load_weights
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from assistant.question.kinds import topic_of
from index.search.searcher import Searcher
from index.text.analysis import analyze

READ = 10  # passages whose sentences are looked at
SURE = 0.6  # a lower confidence is said with care
SEVERAL = 0.93  # of the best article's MaxSim: another article has a point of its own
SAME_MATTER = 0.5  # shared terms of two quotes that speak of the same thing
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Written:
    """What the quoting writer made: nothing but `confidence` when that is under the threshold."""

    answerable: bool
    confidence: float
    text: str = ""
    citations: tuple[Citation, ...] = ()


class QuotingWriter:
    """Chooses and quotes from what `searcher` found."""

    def __init__(self, searcher: Searcher, *, weights: Weights | None = None):
        self._searcher = searcher
        self._weights = weights or load_weights(searcher.encoder.name)

    def write(self, question: str, found: Sequence[Found], *, language: str) -> Written:
        """An answer of at most three quotes, or none when the passages do not seem to answer."""
        found = list(found)[:READ]
        units = units_of(found)
        if not units:
            return Written(False, 0.0)
        signals, probabilities, confidence = self._judged(question, found, units)
        if signals.kind == "news" and (topic := topic_of(question)):
            _signals, probabilities, of_topic = self._judged(topic, found, units)
            confidence = min(confidence, of_topic)
        if not self._weights.answers(confidence, signals.kind):
            return Written(False, confidence)
        chosen = self._choose(signals, probabilities, units, found)
        quotations = [_quotation(run, units, found) for run in chosen]
        citations = number(quotations, longest=FIRST_LONGEST).citations
        opening = _opening(signals, citations, confidence)
        text = quoted(citations, language=language, opening=opening, dated=opening in ("disagree", "news"))
        return Written(True, confidence, text, citations)

    def _judged(
        self, question: str, found: Sequence[Found], units: Sequence[Unit]
    ) -> tuple[Signals, np.ndarray, float]:
        """The signals of the units, how likely each is to hold the answer, and the confidence in it."""
        vectors = vectors_of(self._searcher, question, found)
        asked = read_question(question, vectors.question, idf=self._searcher.idf)
        signals = signals_of(asked, found, units, vectors.passages)
        probabilities = self._weights.probabilities(signals)
        return signals, probabilities, self._weights.sureness(signals, probabilities)

    def _choose(
        self, signals: Signals, probabilities: np.ndarray, units: Sequence[Unit], found: Sequence[Found]
    ) -> list[Chosen]:
        articles = [found[unit.place].source.article_id for unit in units]
        if signals.kind == "news":
            probabilities = _newest_first(probabilities, units, found)
        if signals.kind in ("list", "news") and _speaks_in_several(signals, articles):
            return choose(units, probabilities, articles=articles)
        texts = [folded(found[unit.place].text[unit.start : unit.end]) for unit in units]
        return choose(units, probabilities, texts=texts)


def _newest_first(probabilities: np.ndarray, units: Sequence[Unit], found: Sequence[Found]) -> np.ndarray:
    """Probabilities that halve with every step back in the order of dates."""
    dates = sorted({each.source.published or "" for each in found}, reverse=True)
    age = np.array([dates.index(found[unit.place].source.published or "") for unit in units])
    return probabilities * 0.5**age


def _speaks_in_several(signals: Signals, articles: Sequence[str]) -> bool:
    maxsim = signals.values[:, NAMES.index("maxsim")]
    best: dict[str, float] = {}
    for article_id, value in zip(articles, maxsim, strict=True):
        best[article_id] = max(best.get(article_id, 0.0), float(value))
    top = max(best.values())
    return sum(value >= SEVERAL * top for value in best.values()) > 1


def _quotation(run: Chosen, units: Sequence[Unit], found: Sequence[Found]) -> Quotation:
    each = found[units[run.first].place]
    return Quotation(
        each.source,
        each.passage,
        each.text,
        units[run.first].start,
        units[run.last - 1].end,
        twins=each.twins,
    )


def _opening(signals: Signals, citations: Sequence[Citation], confidence: float) -> str:
    """Which words open the answer."""
    if signals.kind == "news":
        return "news"
    if signals.kind in ("how_many", "when") and len(citations) > 1 and _disagree(citations[0], citations[1]):
        return "disagree"
    if signals.kind == "list" and len({each.source.article_id for each in citations}) == len(citations) > 1:
        return "several"
    return "answer" if confidence >= SURE else "unsure"


def _disagree(one: Citation, other: Citation) -> bool:
    """Whether two articles speak of the same thing with other numbers."""
    if one.source.article_id == other.source.article_id:
        return False
    first, second = (set(analyze(each.quote, grams=False)) for each in (one, other))
    shared = len(first & second) / max(1, min(len(first), len(second)))
    numbers = [set(_NUMBER.findall(folded(each.quote))) for each in (one, other)]
    return shared >= SAME_MATTER and all(numbers) and not numbers[0] & numbers[1]
