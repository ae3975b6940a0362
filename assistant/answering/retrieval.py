"""Retrieval: the passages that a search finds, with the articles they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Source
from assistant.answering.stopwatch import Stopwatch
from assistant.computing.turns import aside
from assistant.question.query import Query
from index.articles import Article
from index.passages import Passage
from index.search.hits import Hit
from index.search.reranker import RERANKED, Reranker, RerankingSearcher
from index.search.searcher import Searcher

HITS = 10  # passages that are read for an answer
GATHERED = 8  # threads that wait for their questions to be encoded; as many go through the model together


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A hit with the article it lies in: `text[passage.start:passage.end] == passage.text`."""

    hit: Hit
    source: Source
    text: str
    twins: tuple[Source, ...] = ()
    article: Article | None = None

    @property
    def passage(self) -> Passage:
        """Give the passage that was found."""
        return self.hit.passage

    @property
    def content_hash(self) -> str:
        """Give the hash of the article's content: taken where it is quoted; empty without an article."""
        return "" if self.article is None else self.article.content_hash()

    @property
    def extra(self) -> Mapping[str, Any]:
        """Give what the article's record holds beside its text; nothing without an article."""
        return {} if self.article is None else self.article.extra


def retrieve(
    searcher: Searcher, query: Query, watch: Stopwatch, *, reranker: Reranker | None = None
) -> tuple[Retrieved, ...]:
    """Find the passages for a query, best first; raises QueryError."""
    # Others compute meanwhile, and their questions gather to be encoded together.
    with watch.lap("encode"), aside(at_most=GATHERED):
        searcher.prepare(query.sought)
    with watch.lap("search"):
        hits = searcher.find(query.sought, k=RERANKED if reranker else HITS, filters=query.filters)
    if reranker is not None:
        with watch.lap("rerank"):
            hits = RerankingSearcher(searcher, reranker).reranked(query.sought.text, hits)[:HITS]
    return with_articles(searcher, hits)


def with_articles(searcher: Searcher, hits: Sequence[Hit]) -> tuple[Retrieved, ...]:
    """Add to hits the articles they lie in, and the sources of their twins."""
    articles = {hit.passage.article_id: searcher.article(hit.passage.article_id) for hit in hits}
    return tuple(
        Retrieved(
            hit,
            source_of(articles[hit.passage.article_id]),
            articles[hit.passage.article_id].text,
            tuple(source_of(searcher.article(article_id)) for article_id in hit.twins),
            articles[hit.passage.article_id],
        )
        for hit in hits
    )


def source_of(article: Article) -> Source:
    """Tell what is known of an article, without its text."""
    return Source(
        article.article_id,
        article.title,
        article.url,
        article.source,
        article.author,
        article.published,
        article.language,
    )
