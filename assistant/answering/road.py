"""The road of a question: read, retrieve, judge, compose; each stage a function between frozen types.

    question -> Query -> Retrieved passages -> Judgement -> Composition -> Answer

What needs the index is done in `decide`; what streams to a reader afterwards (`tell`) needs it no more, so
that a slow reader, or a slow language model, holds no generation of the index.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, AnswerKind, Citation, Delta, Source, Turn
from assistant.answering.composing.composition import Composition, compose, nearest_quote
from assistant.answering.composing.contrast import Contrast, contrast
from assistant.answering.composing.pairing import paired
from assistant.answering.judging.judgement import Judgement, judge, outdated
from assistant.answering.overviews.front_page import front_page
from assistant.answering.overviews.self_description import self_description
from assistant.answering.overviews.subject import subject_of
from assistant.answering.overviews.summary import summarise
from assistant.answering.retrieval import Retrieved, retrieve
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.wording import (
    as_of,
    frame_language,
    no_articles,
    no_mention,
    none_of,
    refusal,
    which_article,
)
from assistant.llm import FALLBACK_NOTICE, LLMWriter
from assistant.llm.llm_writer import Written
from assistant.question.names import Named
from assistant.question.query import Query
from assistant.question.sides import sides_of
from assistant.question.talk.small_talk import reply
from index.errors import WriterError
from index.search.reranker import Reranker
from index.search.searcher import Searcher

NEAREST = 3  # articles that a refusal names
NEAR = 0.3  # the confidence from which a quote is near enough to be shown where something is missing
HEADLINED = 0.9  # the newest articles are what was asked for
ANSWERED = 0.3  # the least that is claimed for what is answered
UNSAID = 0.1  # the most that is trusted to an answer that lacks what the question names
_PIECE = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be said, before it is said.

    `composition` is the answer in quotes, None for a refusal; `for_model` says that a language model may
    put it in its own words; `empty` that there are no articles at all; `asks_back` that nothing says which
    article is to be summarised. A refusal may say what is `missing`, and quote what comes `nearest`. `as_of`
    is the day of what is told as holding today. `newest` is the last month with articles, empty without one,
    where those of the days that are asked for are wanted and there are none.
    """

    query: Query
    passages: tuple[Retrieved, ...]
    confidence: float
    composition: Composition | None
    for_model: bool = False
    empty: bool = False
    asks_back: bool = False
    missing: tuple[Named, ...] = ()
    nearest: tuple[Citation, ...] = ()
    as_of: str = ""
    newest: str | None = None


def decide(
    query: Query,
    searcher: Searcher,
    watch: Stopwatch,
    *,
    history: Sequence[Turn] = (),
    reranker: Reranker | None = None,
) -> Decision:
    """Retrieve, judge and compose; raises QueryError."""
    if query.parts and (both := _both(query, searcher, watch, reranker)):
        return both
    if query.headlines and (composition := front_page(query, searcher)):
        return Decision(query, (), HEADLINED, composition)
    passages = retrieve(searcher, query, watch, reranker=reranker)
    if not passages and query.period is not None:
        return Decision(query, (), 0.0, None, newest=max(searcher.info().dates, default=""))
    if not passages:
        return Decision(query, (), 0.0, None, empty=searcher.info().articles == 0)
    if query.summarised is None and (sides := sides_of(query.searched)):
        compared = contrast(query, sides, searcher, watch)
        if compared.composition or compared.missing:
            return _contrasted(query, compared)
    with watch.lap("answer"):
        if query.summarised is not None:
            return _summary(query, passages, searcher, history)
        return _decided(judge(query, passages, searcher, watch=watch))


def _both(query: Query, searcher: Searcher, watch: Stopwatch, reranker: Reranker | None) -> Decision | None:
    """Answer two questions in one, each with its first quote; None where not both are answered."""
    decisions = [decide(part, searcher, watch, reranker=reranker) for part in query.parts]
    confidence = min(decision.confidence for decision in decisions)
    compositions = [decision.composition for decision in decisions]
    composition = paired(compositions, confidence=confidence, language=query.language)
    if composition is None:
        return None
    passages = {some.passage.passage_id: some for decision in decisions for some in decision.passages}
    return Decision(query, tuple(passages.values()), confidence, composition, for_model=True)


def _contrasted(query: Query, compared: Contrast) -> Decision:
    """Tell of two sides, or which of them is not spoken of."""
    if compared.composition:
        return Decision(query, compared.passages, compared.confidence, compared.composition, for_model=True)
    confidence = min(compared.confidence, UNSAID)
    return Decision(query, compared.passages, confidence, None, missing=compared.missing)


def _summary(
    query: Query, passages: tuple[Retrieved, ...], searcher: Searcher, history: Sequence[Turn]
) -> Decision:
    """Summarise the article that is meant; where the question points at none, ask back."""
    subject = subject_of(query, passages, searcher, history=history)
    if subject.article_id is None:
        return Decision(query, passages, subject.confidence, None, asks_back=not query.summarised)
    summary = summarise(subject.article_id, searcher, language=query.language)
    return Decision(query, passages, subject.confidence, summary)


def _decided(judgement: Judgement) -> Decision:
    as_of = outdated(judgement)
    composition = compose(judgement, doubted=bool(as_of)) if judgement.answerable else None
    query, passages, confidence = judgement.query, judgement.passages, judgement.confidence
    if composition and composition.confidence is not None:
        # What is answered is surer than what is refused, however unsure it is.
        confidence = max(composition.confidence, min(confidence, ANSWERED))
    if judgement.missing:
        near = nearest_quote(judgement) if confidence >= NEAR else ()
        return Decision(
            query, passages, min(confidence, UNSAID), None, missing=judgement.missing, nearest=near
        )
    return Decision(query, passages, confidence, composition, for_model=query.form == "question", as_of=as_of)


def tell(decision: Decision, watch: Stopwatch, *, llm: LLMWriter | None = None) -> Iterator[Delta | Answer]:
    """Give the text piece by piece, then the whole answer; a model's that fails is put in quotes instead."""
    if decision.composition is None:
        yield from streamed(_refused(decision, watch))
        return
    if llm is None or not decision.for_model:
        yield from streamed(_quoted(decision, decision.composition, watch))
        return
    try:
        yield from _written(decision, llm, watch)
    except WriterError:
        notice = FALLBACK_NOTICE[frame_language(decision.query.language)]
        yield _quoted(decision, decision.composition, watch, notices=(notice,))


def courtesy(query: Query, searcher: Searcher, watch: Stopwatch) -> Answer:
    """Answer small talk, and what is asked of the assistant itself from facts; the articles are not asked."""
    assert query.talk is not None
    spoken = reply(query.talk, query.typed, language=frame_language(query.language))
    facts = self_description(query.talk, searcher, language=query.language)
    text = " ".join(filter(None, (spoken, facts)))
    return Answer(
        _new_id(),
        query.text,
        query.language,
        "small_talk",
        answerable=False,
        confidence=0.0,
        text=text,
        timings_ms=watch.read(),
    )


def _written(decision: Decision, llm: LLMWriter, watch: Stopwatch) -> Iterator[Delta | Answer]:
    """Stream a language model's answer; the judgement whether there is one was made before."""
    query, written = decision.query, None
    with watch.lap("write"):
        for event in llm.write(query.searched, decision.passages, language=query.language):
            if isinstance(event, Written):
                written = event
            else:
                yield Delta(event)
    if written is None or not written.answered:
        yield from streamed(_refused(decision, watch))
        return
    yield dataclasses.replace(
        _answer(decision, watch, "answer", written.text),
        citations=written.citations,
        rejected=written.rejected,
        unsupported=written.unsupported,
        notices=(as_of(decision.as_of, language=frame_language(query.language)),) if decision.as_of else (),
        writer="llm",
    )


def _quoted(
    decision: Decision, composition: Composition, watch: Stopwatch, *, notices: tuple[str, ...] = ()
) -> Answer:
    query = decision.query
    kind: AnswerKind = "search" if query.form == "search" and not query.headlines else "answer"
    return dataclasses.replace(
        _answer(decision, watch, kind, _dated(decision, composition.text)),
        citations=composition.citations,
        arrangement=composition.arrangement,
        notices=notices,
    )


def _dated(decision: Decision, text: str) -> str:
    """Put before an answer from what day it is, where it was asked what holds today."""
    language = frame_language(decision.query.language)
    return f"{as_of(decision.as_of, language=language)}\n\n{text}" if decision.as_of else text


def _refused(decision: Decision, watch: Stopwatch) -> Answer:
    """Say that the articles do not say, and which come nearest."""
    query = decision.query
    nearest = () if decision.asks_back else tuple(_nearest(decision.passages))
    if decision.asks_back:
        text = which_article(language=query.language)
    elif decision.newest is not None and query.period is not None:
        text = none_of(query.period, decision.newest, language=query.language)
    elif decision.empty:
        text = no_articles(language=query.language)
    elif decision.missing:
        text = no_mention(decision.missing, decision.nearest, nearest, language=query.language)
    else:
        text = refusal(nearest, language=query.language)
    return dataclasses.replace(
        _answer(decision, watch, "refusal", text), citations=decision.nearest, nearest=nearest
    )


def _answer(decision: Decision, watch: Stopwatch, kind: AnswerKind, text: str) -> Answer:
    """Give what every answer says of its question, before its quotes."""
    query = decision.query
    return Answer(
        _new_id(),
        query.text,
        query.language,
        kind,
        answerable=kind != "refusal",
        confidence=decision.confidence,
        text=text,
        hits=tuple(passage.hit for passage in decision.passages),
        searched_as=query.rewritten,
        period=query.period,
        timings_ms=watch.read(),
    )


def _nearest(passages: Sequence[Retrieved]) -> list[Source]:
    sources = {passage.source.article_id: passage.source for passage in reversed(passages)}
    ids = dict.fromkeys(passage.source.article_id for passage in passages)
    return [sources[article_id] for article_id in ids][:NEAREST]


def streamed(answer: Answer) -> Iterator[Delta | Answer]:
    """Give the text of an answer piece by piece, then the answer."""
    for piece in _PIECE.finditer(answer.text):
        yield Delta(piece.group())
    yield answer


def _new_id() -> str:
    return uuid.uuid4().hex[:12]
