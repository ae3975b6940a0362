"""Suggestions: questions made from the articles and asked before they are shown; they change with the corpus.

A question is shown only where the article that it was made from answers it. That is found out once for each
generation of the index, article and language.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from assistant.answer import Answer
from assistant.answering.road import Decision
from assistant.answering.suggesting.proposals import candidates
from assistant.computing.turns import in_passing, others
from index.articles import Article
from index.errors import ArticleError
from index.search.searcher import Searcher
from index.text.analysis import analyze

LOOKED_AT = 40  # articles, the ones added last
WANTED = 4  # questions of the first screen
MOST_ASKED = 12  # to find them
FURTHER = 3  # questions after an answer
SOURCES = 2  # articles of an answer that they are made from
ENOUGH_S = 0.15  # after an answer no further question is asked when looking for them has taken so long
KEPT = 2_000  # articles whose questions are remembered
SAME = 0.6  # of a suggestion's terms: what was asked already

Asking = Callable[[str], Decision]


class Suggestions:
    """The questions of one index that are known to be answered. Safe for any number of threads."""

    def __init__(self, *, enough_s: float = ENOUGH_S) -> None:
        """`enough_s` seconds may be spent on questions after an answer, none beside others' own."""
        self._enough_s = enough_s
        self._guard = threading.Lock()
        self._generation = -1
        self._opening: dict[str, tuple[str, ...]] = {}
        self._verdicts: dict[tuple[str, str], dict[str, bool]] = {}

    def opening(self, searcher: Searcher, ask: Asking, *, language: str) -> tuple[str, ...]:
        """Give up to four questions in Arabic (`ar`) or English (`en`) for the first screen."""
        with self._guard:
            self._follow(searcher)
            if language not in self._opening:
                self._opening[language] = tuple(self._first(searcher, ask, language))
            return self._opening[language]

    def further(
        self, searcher: Searcher, ask: Asking, answer: Answer, *, asked: Sequence[str] = (), language: str
    ) -> tuple[str, ...]:
        """Give up to three questions that the articles of an answer answer, or those that came nearest.

        What `asked` and the answer's own question ask is left out.
        """
        if not self._guard.acquire(blocking=False):
            return ()
        try:
            self._follow(searcher)
            before = [set(analyze(question, grams=False)) for question in (answer.question, *asked)]
            ending = time.monotonic() + self._enough_s
            verified = self._verified(
                _articles_of(answer, searcher), ask, language, until=lambda: _is_over(ending)
            )
            return tuple(_new(verified, before))
        finally:
            self._guard.release()

    def _first(self, searcher: Searcher, ask: Asking, language: str) -> Iterable[str]:
        total = searcher.info().articles
        articles = searcher.articles(offset=max(0, total - LOOKED_AT), limit=LOOKED_AT)
        asked = given = 0
        for article in articles:
            for question in candidates(article, language=language)[:2]:
                if asked == MOST_ASKED or given == WANTED:
                    return
                asked += 1
                if self._is_answered(question, article, ask, language):
                    given += 1
                    yield question
                    break

    def _verified(
        self, articles: Iterable[Article], ask: Asking, language: str, *, until: Callable[[], bool]
    ) -> Iterable[str]:
        """Give the answered questions of some articles, those remembered and new ones while there is time."""
        for article in articles:
            for question in candidates(article, language=language):
                remembered = self._verdicts.get((article.article_id, language), {})
                if question not in remembered and until():
                    continue
                if self._is_answered(question, article, ask, language):
                    yield question

    def _is_answered(self, question: str, article: Article, ask: Asking, language: str) -> bool:
        """Ask, once in a generation: the first quote must be of the article, or of a twin of it."""
        verdicts = self._verdicts.setdefault((article.article_id, language), {})
        if question not in verdicts:
            with in_passing():
                composition = ask(question).composition
            first = composition.citations[0] if composition and composition.citations else None
            verdicts[question] = first is not None and article.article_id in (
                first.source.article_id,
                *(twin.article_id for twin in first.twins),
            )
        return verdicts[question]

    def _follow(self, searcher: Searcher) -> None:
        """Forget what was found out of another generation."""
        if searcher.generation != self._generation or len(self._verdicts) > KEPT:
            self._generation = searcher.generation
            self._opening.clear()
            self._verdicts.clear()


def _is_over(ending: float) -> bool:
    """Tell whether the time for new questions has passed, or other readers ask, or did a moment ago."""
    return time.monotonic() > ending or others() > 0


def _articles_of(answer: Answer, searcher: Searcher) -> Iterable[Article]:
    """Give the articles that an answer quotes, else those nearest to it; they may be gone."""
    sources = [citation.source for citation in answer.citations] or [*answer.nearest]
    for article_id in list(dict.fromkeys(source.article_id for source in sources))[:SOURCES]:
        try:
            yield searcher.article(article_id)
        except ArticleError:
            continue


def _new(questions: Iterable[str], before: Sequence[set[str]]) -> Iterable[str]:
    """Give the first questions that ask something else than those before them."""
    asked, given = list(before), 0
    for question in questions:
        terms = set(analyze(question, grams=False))
        if any(len(terms & other) >= SAME * len(terms) for other in asked):
            continue
        asked.append(terms)
        yield question
        given += 1
        if given == FURTHER:
            return
