"""Files and exports, read to articles."""

from index.articles.article import Article, Skipped

__all__ = ["Article", "Skipped"]
