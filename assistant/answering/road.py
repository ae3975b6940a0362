"""The road of a question: read, retrieve, judge, compose; each stage a function between frozen types.

    question -> Query -> Retrieved passages -> Judgement -> Composition -> Answer

What needs the index is done in `decide`; what streams to a reader afterwards (`tell`) needs it no more, so
that a slow reader, or a slow language model, holds no generation of the index.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Citation, Delta, Source, Turn
from assistant.answering.composition import Composition, compose, nearest_quote
from assistant.answering.judgement import Judgement, judge
from assistant.answering.retrieval import Retrieved, retrieve
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.subject import subject_of
from assistant.answering.summary import summarise
from assistant.answering.wording import frame_language, no_articles, no_mention, refusal, which_article
from assistant.llm import FALLBACK_NOTICE, LLMWriter
from assistant.llm.llm_writer import Written
from assistant.question.names import Named
from assistant.question.query import Query
from assistant.question.small_talk import reply
from index.errors import WriterError
from index.search.hits import Hit
from index.search.reranker import Reranker
from index.search.searcher import Searcher

NEAREST = 3  # articles that a refusal names
NEAR = 0.3  # the confidence from which a quote is near enough to be shown where something is missing
UNSAID = 0.1  # the most that is trusted to an answer that lacks what the question names
_PIECE = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be said, before it is said.

    `composition` is the answer in quotes, None for a refusal; `for_model` says that a language model may
    put it in its own words; `empty` that there are no articles at all; `asks_back` that nothing says which
    article is to be summarised. A refusal may say what is `missing`, and quote what comes `nearest`.
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


def decide(
    query: Query,
    searcher: Searcher,
    watch: Stopwatch,
    *,
    history: Sequence[Turn] = (),
    reranker: Reranker | None = None,
) -> Decision:
    """Retrieve, judge and compose; raises QueryError."""
    passages = retrieve(searcher, query, watch, reranker=reranker)
    if not passages:
        return Decision(query, (), 0.0, None, empty=searcher.info().articles == 0)
    with watch.lap("answer"):
        if query.summarised is not None:
            return _summary(query, passages, searcher, history)
        return _decided(judge(query, passages, searcher))


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
    composition = compose(judgement) if judgement.answerable else None
    query, passages, confidence = judgement.query, judgement.passages, judgement.confidence
    if judgement.missing:
        near = nearest_quote(judgement) if confidence >= NEAR else ()
        return Decision(
            query, passages, min(confidence, UNSAID), None, missing=judgement.missing, nearest=near
        )
    return Decision(query, passages, confidence, composition, for_model=query.form == "question")


def tell(decision: Decision, watch: Stopwatch, *, llm: LLMWriter | None = None) -> Iterator[Delta | Answer]:
    """Give the text piece by piece, then the whole answer; a model's that fails is put in quotes instead."""
    if decision.composition is None:
        yield from _streamed(_refused(decision, watch))
        return
    if llm is None or not decision.for_model:
        yield from _streamed(_quoted(decision, decision.composition, watch))
        return
    try:
        yield from _written(decision, llm, watch)
    except WriterError:
        notice = FALLBACK_NOTICE[frame_language(decision.query.language)]
        yield _quoted(decision, decision.composition, watch, notices=(notice,))


def courtesy(query: Query, watch: Stopwatch) -> Iterator[Delta | Answer]:
    """Answer small talk; the articles are not asked."""
    assert query.talk is not None
    text = reply(query.talk, query.typed, language=frame_language(query.language))
    yield from _streamed(
        Answer(
            _new_id(),
            query.text,
            query.language,
            "small_talk",
            answerable=False,
            confidence=0.0,
            text=text,
            timings_ms=watch.read(),
        )
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
        yield from _streamed(_refused(decision, watch))
        return
    yield Answer(
        _new_id(),
        query.text,
        query.language,
        "answer",
        answerable=True,
        confidence=decision.confidence,
        text=written.text,
        citations=written.citations,
        rejected=written.rejected,
        hits=_hits(decision),
        unsupported=written.unsupported,
        searched_as=query.rewritten,
        writer="llm",
        timings_ms=watch.read(),
    )


def _quoted(
    decision: Decision, composition: Composition, watch: Stopwatch, *, notices: tuple[str, ...] = ()
) -> Answer:
    query = decision.query
    return Answer(
        _new_id(),
        query.text,
        query.language,
        "search" if query.form == "search" else "answer",
        answerable=True,
        confidence=decision.confidence,
        text=composition.text,
        citations=composition.citations,
        hits=_hits(decision),
        searched_as=query.rewritten,
        notices=notices,
        timings_ms=watch.read(),
    )


def _refused(decision: Decision, watch: Stopwatch) -> Answer:
    """Say that the articles do not say, and which come nearest."""
    query = decision.query
    nearest = () if decision.asks_back else tuple(_nearest(decision.passages))
    if decision.asks_back:
        text = which_article(language=query.language)
    elif decision.empty:
        text = no_articles(language=query.language)
    elif decision.missing:
        text = no_mention(decision.missing, decision.nearest, nearest, language=query.language)
    else:
        text = refusal(nearest, language=query.language)
    return Answer(
        _new_id(),
        query.text,
        query.language,
        "refusal",
        answerable=False,
        confidence=decision.confidence,
        text=text,
        citations=decision.nearest,
        hits=_hits(decision),
        nearest=nearest,
        searched_as=query.rewritten,
        timings_ms=watch.read(),
    )


def _nearest(passages: Sequence[Retrieved]) -> list[Source]:
    sources = {passage.source.article_id: passage.source for passage in reversed(passages)}
    ids = dict.fromkeys(passage.source.article_id for passage in passages)
    return [sources[article_id] for article_id in ids][:NEAREST]


def _hits(decision: Decision) -> tuple[Hit, ...]:
    return tuple(passage.hit for passage in decision.passages)


def _streamed(answer: Answer) -> Iterator[Delta | Answer]:
    for piece in _PIECE.finditer(answer.text):
        yield Delta(piece.group())
    yield answer


def _new_id() -> str:
    return uuid.uuid4().hex[:12]
