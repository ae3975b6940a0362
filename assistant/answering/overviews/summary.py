"""Summaries: the sentences of one article that stand for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.answer import Source
from assistant.answering.composing.composition import Composition
from assistant.answering.composing.extents import WHOLE, extent_of
from assistant.answering.retrieval import source_of
from assistant.answering.units import CLAUSE_WORDS, is_heading
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from index.encoder import Encoder
from index.passages import Passage
from index.search.searcher import Searcher
from index.text.sentences import clause_spans, sentence_spans
from index.text.tashkeel import letters

MOST_SENTENCES = 60  # of an article that are looked at
MOST_POINTS = 3
SHORTEST = 40  # code points of a sentence that may stand for the article
LONGEST = 1_100  # code points of all points together
LEAD = 0.03  # what standing first is worth: news puts the gist at the top
ALIKE = 0.6  # how much of its likeness to a chosen sentence a sentence loses


def summarise(article_id: str, searcher: Searcher, *, language: str) -> Composition:
    """Quote the central sentences of an article; raises ArticleError when there is none with this id."""
    article = searcher.article(article_id)
    source = source_of(article)
    passages = searcher.passages(article_id)
    quotations = [
        replace(quotation, content_hash=article.content_hash(), extra=article.extra)
        for quotation in key_sentences(source, article.text, passages, encoder=searcher.encoder)
    ]
    citations = number(quotations, longest=WHOLE).citations
    text = quoted(citations, language=language, opening="summary", title=source.title)
    return Composition(text, citations, "summary")


def key_sentences(
    source: Source, text: str, passages: Sequence[Passage], *, encoder: Encoder
) -> list[Quotation]:
    """Choose up to three sentences, in the order of the article.

    Central sentences by maximal marginal relevance (Carbonell and Goldstein 1998): near the mean of all
    sentences, far from those already chosen.
    """
    sentences = _sentences(text)
    long = [span for span in sentences if letters(text[slice(*span)]) >= SHORTEST]
    spans = long[:MOST_SENTENCES] or sentences[:1]
    vectors = encoder.encode_passages([text[start:end] for start, end in spans])
    middle = vectors.mean(axis=0)
    lead = LEAD / (1 + np.arange(len(spans)))
    central = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)) + lead
    lengths = [letters(text[start:end]) for start, end in spans]
    chosen: list[int] = []
    room = LONGEST
    while len(chosen) < MOST_POINTS:
        loss = ALIKE * (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(spans))
        points = central - loss
        fitting = [
            row for row in range(len(spans)) if row not in chosen and (not chosen or lengths[row] <= room)
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda row: float(points[row]))
        chosen.append(best)
        room -= lengths[best]
    return [Quotation(source, _holding(passages, spans[row]), text, *spans[row]) for row in sorted(chosen)]


def _sentences(text: str) -> list[tuple[int, int]]:
    """Give the sentences of an article, no headings; a very long one without its last clauses."""
    spans = sentence_spans(text)
    whole = [span for row, span in enumerate(spans) if not is_heading(text, *span, spans[row + 1 : row + 2])]
    firsts = [clause_spans(text, start, end, min_words=CLAUSE_WORDS)[:1] for start, end in whole]
    return [
        extent_of(text, start, first[0][1] if first else end)
        for (start, end), first in zip(whole, firsts, strict=True)
    ]


def _holding(passages: Sequence[Passage], span: tuple[int, int]) -> Passage:
    return next((passage for passage in passages if passage.start <= span[0] < passage.end), passages[0])
