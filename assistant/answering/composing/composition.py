"""Composition: an answer's text and citations, out of the units judged likeliest. Every word is quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import SURE, Arrangement, Citation
from assistant.answering.composing.extents import extent_of
from assistant.answering.composing.rightness import MAY, rightness_of, wording_of
from assistant.answering.composing.saying import unsaid
from assistant.answering.composing.selection import FIRST_LONGEST, Chosen, choose
from assistant.answering.composing.spans import SHOWN, LikelySpan, likeliest_span
from assistant.answering.composing.timeline import by_day, day_of
from assistant.answering.judging.cues import cue, folded
from assistant.answering.judging.judgement import Judgement
from assistant.answering.judging.signals import NAMES
from assistant.answering.reader.points import probability
from assistant.answering.units import sentence_numbers
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from assistant.question.kinds import FACTS
from assistant.question.query import Query
from assistant.question.times.developments import asks_for_days
from index.text.analysis import analyze
from index.text.tashkeel import letters

SEVERAL = 0.93  # of the best article's MaxSim: another article has a point of its own
SAME_MATTER = 0.5  # shared terms of two quotes that speak of the same thing
TOLD = 0.8  # the probability from which one quote is enough
ADDS = 0.06  # and that from which another one adds something, where the first is less likely
LONGEST_TOGETHER = 900  # letters of all quotes
BELOW = 0.01  # keeps a confidence on the side of the wording that it is told in
ITEM = 0.15  # of the likeliest sentence's probability: a point of another article for a list
WHOLE_LIST = 0.75  # of a list's cue: one sentence that lists them all
OF_THE_BEST = 0.25  # of the likeliest run's probability: one that says more comes before it
LISTS = 0.25  # of the likeliest sentence's probability: one that lists it all is taken first
ABOUT_IT = 0.95  # of the MaxSim of the sentence most like the question: one that lists what is asked for
IDLE = 0.08  # of a run's probability: a sentence at its beginning that adds less only delays the answer
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of an answer with the markers of its citations, and how these are arranged.

    `confidence` is how likely the first quote is right, None where nothing but the judgement tells.
    `claims` is False where the quotes do not say what a yes-or-no question says.
    """

    text: str
    citations: tuple[Citation, ...]
    arrangement: Arrangement = "quotes"
    confidence: float | None = None
    claims: bool = True


def compose(judgement: Judgement, *, doubted: bool = False) -> Composition:
    """Quote at most three runs of units, the likeliest first, framed in the question's language.

    What developed is told by days, at most five. With `doubted` nothing is said without care.
    """
    if asks_for_days(judgement.query.phrase.folded) and (days := by_day(judgement)):
        return _by_days(days, judgement)
    runs, items = _chosen(judgement)
    quotations = _quotations(runs, judgement)
    citations = number(quotations, longest=FIRST_LONGEST).citations
    read = judgement.comparison.readings is not None
    rightness = rightness_of(judgement.confidence, runs[0].probability, judgement.query.kind, read=read)
    if doubted:
        rightness = min(rightness, SURE - BELOW)
    opening = _opening(judgement, quotations, rightness)
    text = quoted(citations, language=judgement.query.language, opening=opening)
    arrangement: Arrangement = "list" if items and len(citations) > 1 else "quotes"
    # What is offered as the nearest claims no more than that; a list or news is no single quote.
    most = {"near": MAY - BELOW, "unsure": SURE - BELOW}.get(opening, 1.0)
    confidence = judgement.confidence if opening in ("several", "news", "search") else rightness
    claims = judgement.query.kind != "yes_no" or opening != "near"
    return Composition(text, citations, arrangement, min(most, confidence), claims)


def _by_days(days: Sequence[Chosen], judgement: Judgement) -> Composition:
    quotations = [
        quotation_of(run, judgement, marked=False, group=day_of(judgement, run.first)) for run in days
    ]
    citations = number(quotations, longest=FIRST_LONGEST).citations
    text = quoted(citations, language=judgement.query.language, opening="timeline")
    return Composition(text, citations, "timeline")


def nearest_quote(judgement: Judgement) -> tuple[Citation, ...]:
    """Quote the likeliest run of units alone, for a refusal that says what is missing from it."""
    chosen = choose(judgement.units, judgement.probabilities, most=1)
    return tuple(number([quotation_of(run, judgement, marked=False) for run in chosen]).citations)


def quotation_of(run: Chosen, judgement: Judgement, *, marked: bool = True, group: str = "") -> Quotation:
    """Quote the sentences of a run of units, the answer in them marked where it is likely enough."""
    first, last = judgement.units[run.first], judgement.units[run.last - 1]
    passage = judgement.passages[first.passage]
    span = _span(run, judgement) if marked else None
    start, end = extent_of(passage.text, first.start, last.end, marked=span is not None)
    answer = (span.start, span.end) if span and start <= span.start and span.end <= end else None
    return Quotation(
        passage.source,
        passage.passage,
        passage.text,
        start,
        end,
        twins=passage.twins,
        answer=answer,
        group=group,
        content_hash=passage.content_hash,
        extra=passage.extra,
    )


def _span(run: Chosen, judgement: Judgement) -> LikelySpan | None:
    span = likeliest_span(
        judgement.comparison,
        run.first,
        run.last,
        encoder=judgement.encoder,
        more={"prob": run.probability, "conf": judgement.confidence},
        readings=_read_spans(run, judgement),
    )
    return span if span and span.probability >= SHOWN else None


def _read_spans(run: Chosen, judgement: Judgement) -> list[LikelySpan | None]:
    """Give the reader's span of each unit, those outside the run left out."""
    readings = judgement.comparison.readings
    if readings is None:
        return []
    spans: list[LikelySpan | None] = [None] * len(judgement.units)
    for row in range(run.first, run.last):
        if span := readings.spans[row]:
            share = float(judgement.probabilities[row])
            likely = probability(float(readings.points[row]), share, judgement.confidence)
            spans[row] = LikelySpan(span.start, span.end, likely)
    return spans


def _quotations(runs: Sequence[Chosen], judgement: Judgement) -> list[Quotation]:
    """Quote runs; what stands in a sentence already quoted is not quoted again."""
    quotations: list[Quotation] = []
    for run in runs:
        one = quotation_of(run, judgement)
        room = LONGEST_TOGETHER - sum(letters(each.text[each.start : each.end]) for each in quotations)
        fits = not quotations or letters(one.text[one.start : one.end]) <= room
        if fits and not any(_overlaps(one, other) for other in quotations):
            quotations.append(one)
    if quotations[0].answer and judgement.query.kind in FACTS:
        # A plain fact, marked in its quote; another article may tell it otherwise.
        return [
            one
            for one in quotations
            if one is quotations[0] or _disagree(quotations[0], one, judgement.query)
        ]
    return quotations


def _overlaps(one: Quotation, other: Quotation) -> bool:
    same = one.source.article_id == other.source.article_id
    return same and one.start < other.end and other.start < one.end


def _chosen(judgement: Judgement) -> tuple[list[Chosen], bool]:
    """Choose the runs to quote, and tell whether they are items of a list."""
    probabilities = judgement.probabilities
    kind = judgement.query.kind
    if kind == "news":
        probabilities = _newest_first(judgement)
    if kind == "list":
        probabilities = _lists_first(judgement)
    if kind in ("list", "news") and _speaks_in_several(judgement):
        runs = choose(judgement.units, probabilities, articles=judgement.articles)
        return [run for run in runs if run is runs[0] or _adds_item(run, runs[0], judgement)], True
    runs = choose(judgement.units, probabilities, texts=[folded(text) for text in judgement.texts])
    runs = [_begun(run, judgement.probabilities) for run in runs]
    if kind == "yes_no":
        runs = _evidence_first(runs, judgement)
    return [run for run in runs if run is runs[0] or _adds(run, runs[0], judgement)], False


def _begun(run: Chosen, probabilities: np.ndarray) -> Chosen:
    """Begin a run with a sentence that is likely to answer."""
    first = run.first
    while first + 1 < run.last and probabilities[first] < IDLE * run.probability:
        first += 1
    return Chosen(first, run.last, run.probability)


def _adds(run: Chosen, first: Chosen, judgement: Judgement) -> bool:
    """Tell whether a further quote is likely to add something to the first."""
    if judgement.query.form == "search":
        return True
    return first.probability < TOLD and run.probability >= ADDS and _is_complete(run, judgement)


def _adds_item(run: Chosen, first: Chosen, judgement: Judgement) -> bool:
    """Tell whether another article's point belongs to the list."""
    near = judgement.query.kind == "news" or run.probability >= ITEM * first.probability
    return near and _is_complete(run, judgement)


def _is_complete(run: Chosen, judgement: Judgement) -> bool:
    """Tell whether a run stands where all that the question names is spoken of."""
    return judgement.complete is None or judgement.units[run.first].passage in judgement.complete


def _lists_first(judgement: Judgement) -> np.ndarray:
    """Probabilities in which a sentence that lists many things comes before those that name one of them.

    It is long and judged by its clauses: as likely as all of them together, and as much about the question as
    they are. One that lists other things than are asked for stays where it is.
    """
    likely = judgement.probabilities
    sentences = sentence_numbers(judgement.units, judgement.texts)
    clauses = [np.flatnonzero(sentences == sentence) for sentence in range(sentences[-1] + 1)]
    mass = np.array([likely[rows].sum() for rows in clauses])
    tops, weights = judgement.comparison.tops, judgement.comparison.asked.weights
    about = np.array([weights @ np.max([tops[row] for row in rows], axis=0) for rows in clauses])
    near = mass >= LISTS * mass.max()
    placed = likely.copy()
    for sentence in np.flatnonzero(near & (about >= ABOUT_IT * about[near].max())):
        rows = clauses[sentence]
        if cue("list", folded(" ".join(judgement.texts[row] for row in rows)), "") >= WHOLE_LIST:
            placed[rows] = 0.0
            placed[rows[np.argmax(likely[rows])]] = mass[sentence] + mass.max()
    return np.asarray(placed / placed.sum())


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


def _opening(judgement: Judgement, quotations: Sequence[Quotation], rightness: float) -> str:
    """Choose the words that open the answer, as true as they say."""
    kind = judgement.query.kind
    if judgement.query.form == "search":
        return "search"
    if kind == "news":
        return "news"
    if len(quotations) > 1 and _disagree(quotations[0], quotations[1], judgement.query):
        return "disagree"
    articles = {quotation.source.article_id for quotation in quotations}
    if kind == "list" and len(articles) == len(quotations) > 1:
        return "several"
    if kind == "yes_no":
        # What another language says is told by likeness alone, which cannot tell a yes from a no.
        said = not judgement.comparison.foreign and not unsaid(judgement, quotations[0])
        return wording_of(rightness) if said else "unsure" if judgement.comparison.foreign else "near"
    wording = wording_of(rightness)
    # A list is right in parts; its single sentence is offered as what may be it.
    return "unsure" if kind == "list" and wording == "near" else wording


def _evidence_first(runs: Sequence[Chosen], judgement: Judgement) -> list[Chosen]:
    """Put the run first that says most of what a yes-or-no question says; alone where some is unsaid."""
    likely = [run for run in runs if run.probability >= OF_THE_BEST * runs[0].probability]
    left = [len(unsaid(judgement, quotation_of(run, judgement, marked=False))) for run in likely]
    best = likely[int(np.argmin(left))]
    return [best] if min(left) else [best, *(run for run in runs if run is not best)]


def _disagree(one: Quotation, other: Quotation, query: Query) -> bool:
    """Tell whether two articles speak of the same thing with other numbers, where a number is asked for."""
    if query.kind not in ("how_many", "when") or one.source.article_id == other.source.article_id:
        return False
    quotes = [each.text[each.start : each.end] for each in (one, other)]
    first, second = (set(analyze(quote, grams=False)) for quote in quotes)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    numbers = [set(_NUMBER.findall(folded(quote))) for quote in quotes]
    return shared >= SAME_MATTER and all(numbers) and not numbers[0] & numbers[1]
