"""What a search found, with the articles it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Source
from index.articles import Article
from index.passages import Passage
from index.search.hits import Hit

if TYPE_CHECKING:
    from index.search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the article it lies in."""

    hit: Hit
    source: Source
    text: str
    twins: tuple[Source, ...] = ()

    @property
    def passage(self) -> Passage:
        """The passage that was found."""
        return self.hit.passage


def found_by(searcher: Searcher, hits: Sequence[Hit]) -> list[Found]:
    """Hits with the articles they lie in, and the sources of their twins."""
    articles = {hit.passage.article_id: searcher.article(hit.passage.article_id) for hit in hits}
    found = []
    for hit in hits:
        article = articles[hit.passage.article_id]
        twins = tuple(source_of(searcher.article(article_id)) for article_id in hit.twins)
        found.append(Found(hit, source_of(article), article.text, twins))
    return found


def source_of(article: Article) -> Source:
    """What is known of an article, without its text."""
    return Source(
        article.article_id,
        article.title,
        article.url,
        article.source,
        article.author,
        article.published,
        article.language,
    )
