"""Files and exports, read to articles."""

from index.articles.article import Article, Skipped
from index.articles.language import common_words, detect_language
from index.articles.plain import own_title
from index.articles.reading import read_articles

__all__ = ["Article", "Skipped", "common_words", "detect_language", "own_title", "read_articles"]
