"""The subject of a summary: which article is meant, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Turn
from assistant.answering.composing.composition import compose
from assistant.answering.judging.comparison import share
from assistant.answering.judging.judgement import judge
from assistant.answering.retrieval import Retrieved
from assistant.language import entries
from assistant.question.query import Query, read_alone
from assistant.words import say
from index.errors import ArticleError
from index.search.searcher import Searcher
from index.text.analysis import analyze
from index.text.phrase import Phrase

NAMED = 0.6  # share of a topic's words, by their IDF, that an article has that is named by them
# Words for an article and for what is wanted of it: they name none.
_EMPTY = frozenset(
    term
    for key in ("ar.summary.empty", "en.summary.empty")
    for term in analyze(" ".join(entries(key)), grams=False)
)


@dataclass(frozen=True, slots=True)
class Subject:
    """An article by its id, None where none is meant, and how sure that is, 0 to 1."""

    article_id: str | None
    confidence: float


def subject_of(
    query: Query, passages: Sequence[Retrieved], searcher: Searcher, *, history: Sequence[Turn]
) -> Subject:
    """Find the article that a summary is asked of: the one pointed at, else the one named."""
    if query.summarised:
        return _named(query, query.summarised, passages, searcher)
    return _cited_last(searcher, history)


def _cited_last(searcher: Searcher, history: Sequence[Turn]) -> Subject:
    """Give the article that the conversation cited last, as sure as that answer was; it may be gone."""
    turn = next((turn for turn in reversed(history) if turn.answer.citations), None)
    if turn is None:
        return Subject(None, 0.0)
    try:
        article = searcher.article(turn.answer.citations[0].source.article_id)
    except ArticleError:
        return Subject(None, 0.0)
    return Subject(article.article_id, min(1.0, max(0.0, turn.answer.confidence)))


def _named(query: Query, topic: Phrase, passages: Sequence[Retrieved], searcher: Searcher) -> Subject:
    """Give the article that `topic` names.

    An article is named by the words of the topic that it has, in the language that it is written in; what
    has few of them may still be judged to be about it: as an answer to the question, and to what is said of
    the topic.
    """
    terms = {term: max(searcher.idf(term), 0.0) for term in topic.stems if term not in _EMPTY}
    if not passages or not terms:
        return Subject(None, 0.0)
    texts = [f"{some.source.title}\n{some.text}" for some in passages]
    whole = [share(terms, set(analyze(text, grams=False))) for text in texts]
    titled = [share(terms, set(analyze(some.source.title, grams=False))) for some in passages]
    best = max(range(len(passages)), key=lambda rank: (whole[rank], titled[rank], -rank))
    about = say("subject.about", query.language, topic=topic.text)
    judgements = [judge(asked, passages, searcher) for asked in (query, read_alone(about))]
    confidence = min(judgement.confidence for judgement in judgements)
    if whole[best] >= NAMED:
        return Subject(passages[best].source.article_id, (whole[best] + confidence) / 2)
    if all(judgement.answerable for judgement in judgements):
        return Subject(compose(judgements[0]).citations[0].source.article_id, confidence)
    return Subject(None, min(whole[best], confidence))
