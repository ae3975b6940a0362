"""Asks an index every question of a set, and keeps the rankings and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.articles import Article
from index.errors import ArticleError
from index.evaluation.questions import Question
from index.evaluation.runs import Ranked, Run, collapse
from index.search.hits import Hit
from index.search.modes import Mode

READER_HITS = 10  # what a reader's search asks for, and what is timed
PASSAGES_AN_ARTICLE = 4  # asked for at first, so that the articles suffice
MOST_PASSAGES = 10_000
PERCENTILES = (50, 90, 95, 99)


class Searching(Protocol):
    """What asking needs of a searcher."""

    def search(self, query: str, *, k: int, mode: Mode, collapse: bool) -> list[Hit]:
        """Find the best `k` passages."""
        ...

    def article(self, article_id: str) -> Article:
        """Give an article; raises ArticleError when there is none with this id."""
        ...


@dataclass(frozen=True)
class TimedRun:
    """A run, and for each question the milliseconds of a search for ten hits, encoding included."""

    run: Run
    milliseconds: Mapping[str, float]

    def latency(self) -> dict[str, float]:
        """Give percentiles in milliseconds: `p50`, `p90`, `p95`, `p99`."""
        taken = np.array(list(self.milliseconds.values()) or [0.0])
        return {f"p{share}": float(np.percentile(taken, share)) for share in PERCENTILES}


def ask(
    searcher: Searching,
    questions: Sequence[Question],
    *,
    mode: Mode = "hybrid",
    depth: int = 100,
    name: str | None = None,
    progress: Callable[[], None] | None = None,
) -> TimedRun:
    """Ask each question, in order, and rank `depth` articles for it; the run's name is `name`, or the mode.

    Only the first of the two searches is timed: the second, deep one finds the question encoded.
    """
    rankings: dict[str, Sequence[Ranked]] = {}
    milliseconds: dict[str, float] = {}
    for question in questions:
        started = time.perf_counter()
        searcher.search(question.question, k=READER_HITS, mode=mode, collapse=True)
        milliseconds[question.question_id] = 1e3 * (time.perf_counter() - started)
        rankings[question.question_id] = rank_articles(searcher, question.question, mode=mode, depth=depth)
        if progress is not None:
            progress()
    return TimedRun(Run(name=name or mode, rankings=rankings), milliseconds)


def rank_articles(searcher: Searching, query: str, *, mode: Mode, depth: int) -> list[Ranked]:
    """Rank the best `depth` articles for a query, each at its best passage; fewer when there are no more."""
    wanted = min(PASSAGES_AN_ARTICLE * depth, MOST_PASSAGES)
    while True:
        hits = searcher.search(query, k=wanted, mode=mode, collapse=False)
        articles = collapse(hits, depth=depth)
        if len(articles) >= depth or len(hits) < wanted or wanted >= MOST_PASSAGES:
            return articles
        wanted = min(4 * wanted, MOST_PASSAGES)


class Languages:
    """Languages of articles by id, looked up once; None for an article that the index does not hold."""

    def __init__(self, searcher: Searching):
        self._searcher = searcher
        self._languages: dict[str, str | None] = {}

    def __getitem__(self, article_id: str) -> str | None:
        if article_id not in self._languages:
            try:
                self._languages[article_id] = self._searcher.article(article_id).language
            except ArticleError:
                self._languages[article_id] = None
        return self._languages[article_id]


def lane_of(question: Question, languages: Languages) -> str:
    """Name the languages of a question and of its articles: `en-ar`; `und` for one that is not known."""
    spoken = [language for article_id in question.article_ids if (language := languages[article_id])]
    return f"{question.language or 'und'}-{max(spoken, key=spoken.count) if spoken else 'und'}"
