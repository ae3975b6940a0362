"""Judgement: what the retrieved passages are worth to the question, and whether they answer it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.judging.absence import absent_at
from assistant.answering.judging.comparison import Comparison
from assistant.answering.judging.confidence import question_signals
from assistant.answering.judging.presence import missing_at, names_of, speaks_of_any
from assistant.answering.judging.signals import Signals, signals_of
from assistant.answering.judging.vectors import vectors_of
from assistant.answering.judging.weighting import weigh
from assistant.answering.judging.weights import Weights, load_weights
from assistant.answering.reader.extractor import reader_of
from assistant.answering.reader.unit_readings import ReadsWindows, read_units
from assistant.answering.retrieval import Retrieved
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.units import Unit, units_of
from assistant.answering.wording import frame_language
from assistant.language import compiled
from assistant.question.kinds import FACTS, QuestionKind
from assistant.question.names import Named
from assistant.question.query import Query
from assistant.question.times.developments import asks_for_days
from assistant.words import say
from index.search.searcher import Searcher

# What a unit is worth whose surroundings lack something that the question names, where others lack nothing.
ELSEWHERE = 0.1
OLDER = 0.9  # what is left of a unit's likelihood for each newer day that others are of, asked about today
# What no few words of a passage answer: a reader that looks for them would find that they are not there.
UNREAD: tuple[QuestionKind, ...] = ("yes_no", "summary", "news")
SEARCHED = 0.4  # the most that is claimed for the results of a search
_BESIDE = compiled(r"{ar.sides.beside}", r"(?<!\w){ar.sides.or}(?!\w)", r"\b{en.sides.beside}\b")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The units of the passages, how likely each is to hold the answer, and the confidence that one does.

    `probabilities` is float64 (units,), summing to 1. `answerable` says whether the confidence suffices and
    nothing that the question names is `missing` where the answer would stand. `complete` are the numbers
    of the passages that speak of all that is named; None where nothing is, or none do. `encoder` is the name
    of the one whose vectors are compared.
    """

    query: Query
    passages: tuple[Retrieved, ...]
    units: tuple[Unit, ...]
    signals: Signals
    probabilities: np.ndarray
    confidence: float
    answerable: bool
    comparison: Comparison
    encoder: str
    missing: tuple[Named, ...] = ()
    complete: frozenset[int] | None = None

    @property
    def articles(self) -> list[str]:
        """Give the id of each unit's article."""
        return [self.passages[unit.passage].source.article_id for unit in self.units]

    @property
    def texts(self) -> list[str]:
        """Give the words of each unit."""
        return [self.passages[unit.passage].text[unit.start : unit.end] for unit in self.units]


def judge(
    query: Query,
    passages: Sequence[Retrieved],
    searcher: Searcher,
    *,
    weights: Weights | None = None,
    reader: ReadsWindows | None = None,
    watch: Stopwatch | None = None,
) -> Judgement:
    """Judge passages; a question for news must be answered, and its topic be spoken of.

    What is not given is what belongs to the searcher's encoder. `watch` times the reading.
    """
    encoder = searcher.encoder.name
    reader = reader or reader_of(searcher.encoder)
    comparison = compare(query, passages, searcher, reader=reader, watch=watch)
    weights = weights or load_weights(encoder, reader=comparison.readings is not None)
    judgement = _weighed(comparison, weights, encoder)
    if query.kind == "news" and query.topic is not None:
        of_topic = _weighed(compare(query.topic, passages, searcher), load_weights(encoder), encoder)
        confidence = min(judgement.confidence, of_topic.confidence)
        judgement = dataclasses.replace(
            judgement, probabilities=of_topic.probabilities, confidence=confidence
        )
    answerable = bool(judgement.units) and weights.answers(judgement.confidence, query.kind)
    if query.form != "question":
        # Words alone are searched: what has any of them is shown, however little it answers.
        answerable = query.form == "search" and bool(judgement.units) and speaks_of_any(comparison)
        return dataclasses.replace(
            judgement, answerable=answerable, confidence=min(judgement.confidence, SEARCHED)
        )
    judgement = dataclasses.replace(judgement, answerable=answerable)
    judgement = _newer_first(judgement) if query.timing and query.timing.current else judgement
    names = [*names_of(comparison, encoder=searcher.encoder.name), *_times_of(query)]
    return _with_matter(_named(judgement, comparison, names), comparison)


def compare(
    query: Query,
    passages: Sequence[Retrieved],
    searcher: Searcher,
    *,
    reader: ReadsWindows | None = None,
    watch: Stopwatch | None = None,
) -> Comparison:
    """Put a query beside the units of passages; a question is read where a reader has time for it."""
    vectors = vectors_of(searcher, query.phrase, passages)
    asked = weigh(query, vectors.question, idf=searcher.idf)
    units = units_of(passages)
    readings = None
    if reader and units and query.form == "question" and _asks_for_words(query):
        echoed = frozenset(query.phrase.terms if query.kind in FACTS else ())
        most = reader.most
        if most:
            with (watch or Stopwatch()).lap("read"):
                readings = read_units(reader, query.searched, passages, units, most=most, echoed=echoed)
    return Comparison(asked, passages, units, vectors.passages, readings=readings)


def _asks_for_words(query: Query) -> bool:
    """Tell whether a few words may answer: what the reader was trained to find, or to miss."""
    return query.kind not in UNREAD and not asks_for_days(query.phrase.folded)


def _weighed(comparison: Comparison, weights: Weights, encoder: str) -> Judgement:
    signals = signals_of(comparison, question_signals(comparison))
    probabilities = weights.probabilities(signals)
    confidence = weights.sureness(signals, probabilities)
    units, passages = tuple(comparison.units), tuple(comparison.passages)
    return Judgement(
        comparison.query, passages, units, signals, probabilities, confidence, False, comparison, encoder
    )


def _named(judgement: Judgement, comparison: Comparison, names: Sequence[Named]) -> Judgement:
    """Prefer passages that speak of all that is named; where none does, say what is missing."""
    if not names or not judgement.units:
        return judgement
    best = judgement.units[int(np.argmax(judgement.probabilities))].passage
    others = {row: missing_at(comparison, names, row) for row in range(len(judgement.passages))}
    complete = frozenset(row for row, lacks in others.items() if not lacks)
    judgement = dataclasses.replace(judgement, complete=complete or None)
    missing = others[best]
    if not missing:
        return judgement
    preferred = _preferring(judgement, complete)
    if judgement.units[int(np.argmax(preferred.probabilities))].passage in complete:
        return preferred
    lacked = [name for name in missing if all(name in lacks for lacks in others.values())]
    if not lacked and (not judgement.answerable or _sets_side_by_side(judgement.query)):
        return judgement
    return dataclasses.replace(judgement, answerable=False, missing=tuple(lacked) or missing)


def _with_matter(judgement: Judgement, comparison: Comparison) -> Judgement:
    """Deny the answer where a word that the question asks by is altogether absent beside it."""
    if not judgement.answerable or _sets_side_by_side(judgement.query):
        return judgement
    best = judgement.units[int(np.argmax(judgement.probabilities))].passage
    absent = absent_at(comparison, best, confidence=judgement.confidence, encoder=judgement.encoder)
    return dataclasses.replace(judgement, answerable=False, missing=absent) if absent else judgement


def _preferring(judgement: Judgement, passages: Collection[int]) -> Judgement:
    """Make units of other passages than these less likely."""
    inside = np.array([unit.passage in passages for unit in judgement.units])
    likely = np.where(inside, judgement.probabilities, judgement.probabilities * ELSEWHERE)
    return dataclasses.replace(judgement, probabilities=likely / likely.sum())


def _times_of(query: Query) -> Sequence[Named]:
    """Give the time told from today that an answer must not be older than."""
    timing = query.timing
    if timing is None or timing.recency is None or timing.since is None:
        return ()
    words = say("time.today", frame_language(query.language)) if timing.current else timing.recency.text
    return (Named(words, 0, 0, "time", since=timing.since),)


def _newer_first(judgement: Judgement) -> Judgement:
    """Make units of newer articles likelier, of those that may say what holds today."""
    days = [passage.source.published or "" for passage in judgement.passages]
    newest = sorted(set(days), reverse=True)
    age = np.array([newest.index(days[unit.passage]) for unit in judgement.units])
    likely = judgement.probabilities * OLDER**age
    return dataclasses.replace(judgement, probabilities=likely / likely.sum()) if len(likely) else judgement


def outdated(judgement: Judgement) -> str:
    """Give the day of the likeliest unit's article where today is asked about and it is older; else empty."""
    timing = judgement.query.timing
    if timing is None or timing.recency is None or not timing.current or not judgement.units:
        return ""
    best = judgement.units[int(np.argmax(judgement.probabilities))].passage
    published = (judgement.passages[best].source.published or "")[: len(timing.recency.start)]
    return published if published < timing.recency.start else ""


def _sets_side_by_side(query: Query) -> bool:
    """Tell a question about two things, which may stand in two articles."""
    return _BESIDE.search(query.phrase.folded.lower()) is not None
