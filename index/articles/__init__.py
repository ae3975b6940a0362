"""Files and exports, read to articles."""

from index.articles.article import Article, Skipped
from index.articles.drafts.plain import own_title
from index.articles.reading import read_articles

__all__ = ["Article", "Skipped", "own_title", "read_articles"]
