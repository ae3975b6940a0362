"""Summaries: the sentences of one article that stand for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answer import Source
from assistant.answering.evidence import share
from assistant.answering.found import Found
from assistant.answering.units import CLAUSE_WORDS, LONG_SENTENCE
from assistant.citations import Quotation
from index.analysis import analyze
from index.encoder import Encoder
from index.passages import Passage
from index.searcher import Searcher
from index.sentences import clause_spans, sentence_spans
from index.tashkeel import letters

MOST_SENTENCES = 60  # of an article that are looked at
MOST_POINTS = 3
SHORTEST = 40  # code points of a sentence that may stand for the article
LONGEST = 900  # code points of all points together
LEAD = 0.03  # what standing first is worth: news puts the gist at the top
ALIKE = 0.6  # how much of its likeness to a chosen sentence a sentence loses

NAMED = 0.6  # share of a topic's words, by their IDF, that an article has that is named by them
_ABOUT = {"ar": "ماذا جاء عن {topic}؟", "en": "What is said about {topic}?"}
# Words for an article and for what is wanted of it: they name none.
_EMPTY = frozenset(
    analyze(
        "مقال مقالة المقال خبر الخبر نص تقرير موضوع قصة لي لنا عن في من حول"
        " ما جاء بشأن للخبر للمقال لمقال لخبر"
        " the a an of for about on from in article articles story news text report piece to with and",
        grams=False,
    )
)


def named(
    searcher: Searcher, question: str, topic: str, found: Sequence[Found], *, language: str
) -> tuple[str | None, float]:
    """The article that `topic` names and how sure that is, 0 to 1; None where it seems to name none.

    An article is named by the words of the topic that it has, in the language that it is written in; what
    has few of them may still be judged to be about it: as an answer to `question`, and to what is said of it.
    """
    from assistant.answering.writer import QuotingWriter

    terms = {term: max(searcher.idf(term), 0.0) for term in analyze(topic, grams=False) if term not in _EMPTY}
    if not found or not terms:
        return None, 0.0
    held = [share(terms, set(analyze(f"{each.source.title}\n{each.text}", grams=False))) for each in found]
    titled = [share(terms, set(analyze(each.source.title, grams=False))) for each in found]
    best = max(range(len(found)), key=lambda place: (held[place], titled[place], -place))
    asked = (question, _ABOUT.get(language, _ABOUT["en"]).format(topic=topic))
    judged = [QuotingWriter(searcher).write(each, found, language=language) for each in asked]
    confidence = min(each.confidence for each in judged)
    if held[best] >= NAMED:
        return found[best].source.article_id, (held[best] + confidence) / 2
    if all(each.answerable for each in judged):
        return judged[0].citations[0].source.article_id, confidence
    return None, min(held[best], confidence)


def key_sentences(
    source: Source, text: str, passages: Sequence[Passage], *, encoder: Encoder
) -> list[Quotation]:
    """Up to three sentences, in the order of the article.

    Central sentences by maximal marginal relevance (Carbonell and Goldstein 1998): near the mean of all
    sentences, far from those already chosen.
    """
    sentences = [_shortened(text, *span) for span in sentence_spans(text)]
    long = [span for span in sentences if letters(text[slice(*span)]) >= SHORTEST]
    spans = long[:MOST_SENTENCES] or sentences[:1]
    vectors = encoder.encode_passages([text[start:end] for start, end in spans])
    middle = vectors.mean(axis=0)
    central = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)) + LEAD / (
        1 + np.arange(len(spans))
    )
    lengths = [letters(text[start:end]) for start, end in spans]
    chosen: list[int] = []
    room = LONGEST
    while len(chosen) < MOST_POINTS:
        loss = ALIKE * (vectors @ vectors[chosen].T).max(axis=1) if chosen else 0.0
        points = central - loss
        fits = [
            row for row in range(len(spans)) if row not in chosen and (not chosen or lengths[row] <= room)
        ]
        if not fits:
            break
        best = max(fits, key=lambda row: points[row])
        chosen.append(best)
        room -= lengths[best]
    return [Quotation(source, _holding(passages, spans[row]), text, *spans[row]) for row in sorted(chosen)]


def _shortened(text: str, start: int, end: int) -> tuple[int, int]:
    """A very long sentence without its last clauses."""
    if letters(text[start:end]) <= LONG_SENTENCE:
        return start, end
    ends = [last for _first, last in clause_spans(text, start, end, min_words=CLAUSE_WORDS)]
    fitting = (last for last in ends if letters(text[start:last]) <= LONG_SENTENCE)
    return start, max([ends[0], *fitting])


def _holding(passages: Sequence[Passage], span: tuple[int, int]) -> Passage:
    return next((each for each in passages if each.start <= span[0] < each.end), passages[0])
