"""What of an article and its passage the two sides of the index read."""

from __future__ import annotations

from functools import lru_cache

from index.articles import Article, own_title
from index.passages import Passage
from index.text.analysis import analyze
from index.text.tashkeel import unvowelled

FIELDS_VERSION = "5"  # changes when what is read here changes: an index is made with one of them
TITLE_WORDS = 30  # of a title that the encoder reads: more would crowd out the passage


def encoded_text(article: Article, passage: Passage) -> str:
    """Give what the encoder reads of a passage: its text under the title; spans are of the text alone."""
    return under_title(own_title(article.title, article.text), passage.text)


def under_title(title: str, text: str) -> str:
    """Give a passage's text under its article's title, which tells what it is about.

    Unless it begins with it.
    """
    title = " ".join(title.split()[:TITLE_WORDS])
    opening = unvowelled(title.rstrip("… "))
    if not title or " ".join(unvowelled(text[: 4 * len(title)]).split()).startswith(opening):
        return text
    return f"{title}\n{text}"


def passage_terms(article: Article, passage: Passage) -> list[str]:
    """Give what BM25 counts of a passage: with its article's title, since it may not say what it is about."""
    return [*_title_terms(own_title(article.title, article.text)), *analyze(passage.text)]


@lru_cache(maxsize=64)
def _title_terms(title: str) -> tuple[str, ...]:
    """Give an article's passages come one after the other: its title is analysed once."""
    return tuple(analyze(title))
