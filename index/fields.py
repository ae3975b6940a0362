"""What of an article and its passage the two sides of the index read."""

from __future__ import annotations

from index.analysis import analyze
from index.articles import Article
from index.passages import Passage

FIELDS_VERSION = "2"  # changes when what is read here changes: an index is made with one of them


def encoded_text(article: Article, passage: Passage) -> str:
    """What the encoder reads of a passage."""
    return passage.text


def passage_terms(article: Article, passage: Passage) -> list[str]:
    """What BM25 counts of a passage: its article's title tells what it is about when it does not say so."""
    return analyze(article.title) + analyze(passage.text)
