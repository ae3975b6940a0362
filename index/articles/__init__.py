"""Files and exports, read to articles."""

from index.articles.article import Article, Skipped
from index.articles.language import detect_language
from index.articles.reading import read_articles

__all__ = ["Article", "Skipped", "detect_language", "read_articles"]
