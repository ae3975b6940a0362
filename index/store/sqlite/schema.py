"""The schema of the catalogue: its tables, and how articles and passages become rows and come back.

Texts are kept as UTF-8 bytes: a passage is cut out by byte offsets without reading the rest, and NUL
survives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.articles.article import Article
from index.passages import Passage

SqliteRow = tuple[Any, ...]  # of SQLite: what it holds is typed where it is taken apart

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    key INTEGER PRIMARY KEY, article_id NOT NULL, content_hash TEXT NOT NULL, origin NOT NULL,
    title NOT NULL, text BLOB NOT NULL, url, source, author, published, language NOT NULL, extra NOT NULL,
    story INTEGER NOT NULL, signature BLOB, digest BLOB NOT NULL,
    first_passage INTEGER NOT NULL, passages INTEGER NOT NULL,
    added INTEGER NOT NULL, removed INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS articles_live ON articles (article_id) WHERE removed IS NULL;
CREATE INDEX IF NOT EXISTS articles_by_id ON articles (article_id, added);
CREATE INDEX IF NOT EXISTS articles_removed ON articles (removed) WHERE removed IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_source ON articles (source);
CREATE INDEX IF NOT EXISTS articles_published ON articles (published);
CREATE INDEX IF NOT EXISTS articles_story ON articles (story);
CREATE TABLE IF NOT EXISTS passages (
    key INTEGER PRIMARY KEY, article INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    first_byte INTEGER NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
    key INTEGER PRIMARY KEY, article_id NOT NULL, title NOT NULL, text BLOB NOT NULL, url, source, author,
    published, language NOT NULL, extra NOT NULL, origin NOT NULL, content_hash TEXT NOT NULL,
    replaced TEXT NOT NULL, kept_days INTEGER NOT NULL, generation INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS versions_by_article ON versions (article_id, generation);
"""
ARTICLE = "article_id, title, text, url, source, author, published, language, extra, origin"
DIGESTED = "key, article_id, content_hash, story, signature, added"
SEEN = "added <= :g AND (removed IS NULL OR removed > :g)"


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way in. `story` is the key of the first article that told the same story."""

    key: int
    article: Article
    content_hash: str
    passages: Sequence[Passage]
    first_passage: int
    story: int
    signature: bytes | None = None


def digest(values: Sequence[Any], passages: Sequence[SqliteRow]) -> bytes:
    """Stand for the row of an article, by its hash, and for those of its passages."""
    return hashlib.blake2b(repr((tuple(values), list(passages))).encode(), digest_size=16).digest()


def article_row(new: NewArticle, passages: Sequence[SqliteRow], generation: int) -> SqliteRow:
    """Give the columns of a new article."""
    article = new.article
    extra = json.dumps(dict(article.extra))
    signed = (
        new.first_passage,
        len(passages),
        new.key,
        storable(article.article_id),
        new.content_hash,
        new.story,
        new.signature,
        generation,
    )
    words = (article.url, article.source, article.author, article.published, article.language, extra)
    return (
        new.key,
        storable(article.article_id),
        new.content_hash,
        storable(article.origin),
        storable(article.title),
        article.text.encode("utf-8", "surrogatepass"),
        *map(storable, words),
        new.story,
        new.signature,
        digest(signed, passages),
        new.first_passage,
        len(passages),
        generation,
        None,
    )


def passage_rows(new: NewArticle) -> Iterator[SqliteRow]:
    """Walk the text once: byte offsets grow with the code points."""
    text, at, byte = new.article.text, 0, 0
    for number, passage in enumerate(new.passages):
        if passage.start < at:
            at, byte = 0, 0
        byte += len(text[at : passage.start].encode("utf-8", "surrogatepass"))
        at = passage.start
        size = len(passage.text.encode("utf-8", "surrogatepass"))
        yield new.first_passage + number, new.key, passage.start, passage.end, byte, size


def storable(value: str | None) -> str | bytes | None:
    """Give a value as SQLite keeps it.

    As bytes where lone surrogates are in it, which its text cannot hold.
    """
    if value is None:
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def text_of(value: str | bytes) -> str:
    """Give a text back as it was before `storable`."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _text_or_none(value: str | bytes | None) -> str | None:
    """Do what `text_of` does for a column that may be empty."""
    return None if value is None else text_of(value)


def passage_of(article_id: str, start: int, end: int, text: str) -> Passage:
    """Make a passage, whose id says its article and span."""
    return Passage(f"{article_id}#{start}-{end}", article_id, start, end, text)


def article_of(row: Sequence[Any]) -> Article:
    """Make an article of the columns that `ARTICLE` names."""
    article_id, title, text, url, source, author, published, language, extra, origin = row
    return Article(
        text_of(article_id),
        text_of(title),
        text_of(text),
        _text_or_none(url),
        _text_or_none(source),
        _text_or_none(author),
        _text_or_none(published),
        text_of(language),
        json.loads(text_of(extra)),
        origin=text_of(origin),
    )
