"""Every passage's weights made again, with what BM25 knows of the corpus counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index.articles import Article
from index.backends.milvus.collections.facets import condition_of, one_of
from index.backends.milvus.collections.shelf import Shelf
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.term_weights import PassageTerms
from index.passages import Passage
from index.passages.fields import passage_terms
from index.sparse import Postings

ARTICLES_AT_ONCE = 128


@dataclass
class Recount:
    """Passages, their terms in all, and in how many passages each dimension is."""

    passages: int = 0
    length: int = 0
    frequencies: Counter[int] = field(default_factory=Counter)

    @property
    def average(self) -> float:
        """Give the terms of a passage, on average."""
        return self.length / self.passages if self.passages else 0.0

    def add(self, terms: PassageTerms) -> None:
        """Count some passages more."""
        self.passages += len(terms.lengths)
        self.length += int(terms.lengths.sum())
        self.frequencies.update(terms.frequencies())


def recount(wire: Wire, collection: str, generation: int) -> Recount:
    """Count the terms of all passages that a generation sees; nothing is written."""
    total = Recount()
    for _keys, terms in _terms(wire, collection, generation):
        total.add(terms)
    return total


def reweigh(wire: Wire, collection: str, generation: int, average: float) -> None:
    """Write the weights of all passages that a generation sees, for this mean length."""
    for keys, terms in _terms(wire, collection, generation):
        rows = [
            {"key": key, "terms": weights} for key, weights in zip(keys, terms.weights(average), strict=True)
        ]
        if rows:
            wire.call("upsert", collection, rows, partial_update=True)


def _terms(wire: Wire, collection: str, generation: int) -> Iterator[tuple[list[int], PassageTerms]]:
    """Give the keys and terms of all passages, some hundred articles at a time."""
    shelf = Shelf(wire, collection)
    keys: list[int] = []
    for page in shelf.heads(["article"], condition_of(None, generation)):
        keys += [int(row["article"]) for row in page]
    for first in range(0, len(keys), ARTICLES_AT_ONCE):
        some = keys[first : first + ARTICLES_AT_ONCE]
        articles = {key: each.article for key, each in shelf.by_keys(some).items()}
        fields = ("key", "article", "start", "end")
        rows = [row for page in wire.rows(collection, fields, one_of("article", some)) for row in page]
        rows.sort(key=lambda row: int(row["key"]))
        pairs = [_pair(articles[int(row["article"])], row) for row in rows]
        postings = Postings.of(passage_terms(article, passage) for article, passage in pairs)
        yield [int(row["key"]) for row in rows], PassageTerms.of(postings)


def _pair(article: Article, row: dict[str, Any]) -> tuple[Article, Passage]:
    start, end = int(row["start"]), int(row["end"])
    name = f"{article.article_id}#{start}-{end}"
    return article, Passage(name, article.article_id, start, end, article.text[start:end])
