"""Summaries: the sentences of one article that stand for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.answer import Source, Turn
from assistant.answering.composition import Composition
from assistant.answering.retrieval import Retrieved, source_of
from assistant.answering.units import CLAUSE_WORDS, LONG_SENTENCE
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from assistant.question.query import Query
from index.encoder import Encoder
from index.passages import Passage
from index.search.searcher import Searcher
from index.text.sentences import clause_spans, sentence_spans

MOST_SENTENCES = 60  # of an article that are looked at
MOST_POINTS = 3
SHORTEST = 40  # code points of a sentence that may stand for the article
LONGEST = 900  # code points of all points together
LEAD = 0.03  # what standing first is worth: news puts the gist at the top
ALIKE = 0.6  # how much of its likeness to a chosen sentence a sentence loses
_THIS = re.compile(
    r"هذا المقال|هذه المقال|المقال السابق|this article|that article|the article$|\bit\b", re.IGNORECASE
)


def summarise(
    query: Query, passages: Sequence[Retrieved], searcher: Searcher, *, history: Sequence[Turn] = ()
) -> Composition:
    """Quote the central sentences of the article that is meant."""
    article = searcher.article(_article_meant(query, passages, history))
    source = source_of(article)
    quotations = key_sentences(
        source, article.text, searcher.passages(article.article_id), encoder=searcher.encoder
    )
    citations = number(quotations, longest=LONG_SENTENCE).citations
    text = quoted(citations, language=query.language, opening="summary", title=source.title)
    return Composition(text, citations)


def _article_meant(query: Query, passages: Sequence[Retrieved], history: Sequence[Turn]) -> str:
    """Choose the article cited last where the question points at it, else the best hit's; its id."""
    cited = [turn.answer.citations[0].source.article_id for turn in history if turn.answer.citations]
    if cited and _THIS.search(query.text):
        return cited[-1]
    return passages[0].source.article_id


def key_sentences(
    source: Source, text: str, passages: Sequence[Passage], *, encoder: Encoder
) -> list[Quotation]:
    """Choose up to three sentences, in the order of the article.

    Central sentences by maximal marginal relevance (Carbonell and Goldstein 1998): near the mean of all
    sentences, far from those already chosen.
    """
    sentences = [_shortened(text, *span) for span in sentence_spans(text)]
    spans = [span for span in sentences if _length(span) >= SHORTEST][:MOST_SENTENCES] or sentences[:1]
    vectors = encoder.encode_passages([text[start:end] for start, end in spans])
    middle = vectors.mean(axis=0)
    lead = LEAD / (1 + np.arange(len(spans)))
    central = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)) + lead
    chosen: list[int] = []
    room = LONGEST
    while len(chosen) < MOST_POINTS:
        loss = ALIKE * (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(spans))
        points = central - loss
        fitting = [
            row
            for row in range(len(spans))
            if row not in chosen and (not chosen or _length(spans[row]) <= room)
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda row: float(points[row]))
        chosen.append(best)
        room -= _length(spans[best])
    return [Quotation(source, _holding(passages, spans[row]), text, *spans[row]) for row in sorted(chosen)]


def _shortened(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the last clauses of a very long sentence."""
    if end - start <= LONG_SENTENCE:
        return start, end
    ends = [last for _first, last in clause_spans(text, start, end, min_words=CLAUSE_WORDS)]
    return start, max([ends[0], *(last for last in ends if last - start <= LONG_SENTENCE)])


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _holding(passages: Sequence[Passage], span: tuple[int, int]) -> Passage:
    return next((passage for passage in passages if passage.start <= span[0] < passage.end), passages[0])
