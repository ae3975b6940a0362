"""An index as its readers see it: what is found and what is kept, always of the newest generation."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from index.articles.filters import ArticleOrder, Filters
from index.search.live import LiveSearcher
from index.search.reranker import Reranker, RerankingSearcher

if TYPE_CHECKING:
    from index.articles import Article
    from index.backends import IndexPlace
    from index.encoder import Encoder
    from index.engine import FormerArticle, SnapshotInfo
    from index.passages import Passage
    from index.search.hits import Hit
    from index.search.modes import Mode
    from index.search.searcher import Searcher


class LiveIndex:
    """Reads one index while others write it. Safe for any number of threads."""

    def __init__(self, index_dir: str | IndexPlace, *, encoder: Encoder, reranker: Reranker | None = None):
        """`reranker` puts what is found in its own order; raises SnapshotError where nothing can be read."""
        self.encoder = encoder
        self._reranker = reranker
        self._live = LiveSearcher(index_dir, encoder=encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def lease(self) -> contextlib.AbstractContextManager[Searcher]:
        """Lend a searcher that stays the same while the lease lasts, for several reads of one generation."""
        return self._live.lease()

    def close(self) -> None:
        """Give back files and memory."""
        self._live.close()

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first; raises QueryError."""
        with self.lease() as searcher:
            if self._reranker is not None:
                reranking = RerankingSearcher(searcher, self._reranker)
                return reranking.search(query, k=k, mode=mode, filters=filters)
            return searcher.search(query, k=k, mode=mode, filters=filters)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Tell in how many passages each of the terms is."""
        with self.lease() as searcher:
            return searcher.frequencies(terms)

    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        with self.lease() as searcher:
            return searcher.article(article_id)

    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        """List articles in an order: as they were added, or by date."""
        with self.lease() as searcher:
            return searcher.articles(offset=offset, limit=limit, filters=filters, order=order)

    def passages(self, article_id: str) -> list[Passage]:
        """List the passages of an article, in order; raises ArticleError when there is no such article."""
        with self.lease() as searcher:
            return searcher.passages(article_id)

    def versions(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept, the last replaced first."""
        with self.lease() as searcher:
            return searcher.versions(article_id)

    def info(self) -> SnapshotInfo:
        """Say what the index holds; raises SnapshotMissing while its folder is away, EngineAway likewise."""
        self._live.check()
        with self.lease() as searcher:
            return searcher.info()
