"""Filters as conditions that hold nothing but numbers.

What a reader typed never becomes part of a condition: values are compared by 64-bit hashes, days as numbers.
So there is nothing to escape, no length to exceed and no value that a server would read differently.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.backends.milvus.collections.milvus_schema import MOST_FACETS

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
NO_DAY = -1


def facet(name: str, value: str) -> int:
    """Give a field's value as 64 signed bits."""
    content = f"{name}\0{value}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little", signed=True)


def facets_of(article: Article) -> list[int]:
    """Give the facets of an article, of the first values when there are very many."""
    named = [("id", article.article_id), ("language", article.language)]
    if article.source is not None:
        named.append(("source", article.source))
    for key, value in article.extra.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None:
                named.append((f"extra {key}", _as_sqlite(one)))
    return list(dict.fromkeys(facet(name, value) for name, value in named))[:MOST_FACETS]


def days_of(published: str | None) -> tuple[int, int]:
    """Give the first and last day that a date may mean, as numbers like 20250930; NO_DAY without one."""
    match = _DAY.match(published or "")
    if match is None:
        return NO_DAY, NO_DAY
    year, month, day = match.groups()
    first, last = int(f"{year}{month or '00'}{day or '00'}"), int(f"{year}{month or '99'}{day or '99'}")
    return first, last


def dated(order: ArticleOrder, first_day: int) -> tuple[bool, int]:
    """Give what an article is sorted by: the undated last, and its first day; nothing as articles came."""
    if order == "added":
        return False, 0
    return first_day == NO_DAY, -first_day if order == "newest" else first_day


def condition_of(filters: Filters | None, generation: int) -> str:
    """Give the condition on rows that `generation` sees and the filters accept."""
    parts = [f"since <= {generation}", f"until > {generation}"]
    if filters:
        parts.extend(_parts(filters))
    return " and ".join(parts)


def one_of(field: str, numbers: Iterable[int]) -> str:
    """Give the condition that a number is one of some."""
    return f"{field} in [{', '.join(str(int(number)) for number in numbers)}]"


def _parts(filters: Filters) -> Iterator[str]:
    wanted: list[tuple[str, tuple[str, ...]]] = [
        ("source", tuple(filters.sources)),
        ("language", tuple(filters.languages)),
        ("id", tuple(filters.article_ids)),
    ]
    for name, values in wanted:
        if values:
            yield _any_of(name, values)
    for key, values in filters.extra.items():
        yield _any_of(f"extra {key}", tuple(str(each) for each in values))
    if filters.published_from or filters.published_to:
        yield f"first_day > {NO_DAY}"
    if filters.published_from:
        yield f"last_day >= {days_of(filters.published_from)[0]}"
    if filters.published_to:
        yield f"first_day <= {days_of(filters.published_to)[1]}"


def _any_of(name: str, values: tuple[str, ...]) -> str:
    """Give the condition that a field has one of the values; nothing has one of none."""
    if not values:
        return "until < 0"
    hashes = ", ".join(str(number) for number in dict.fromkeys(facet(name, value) for value in values))
    return f"array_contains_any(facets, [{hashes}])"


def _as_sqlite(value: Any) -> str:
    """Write a further field's value as SQLite casts it to text, which is what a folder compares."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        text = f"{value:.15g}"
        return text if any(sign in text for sign in ".en") else f"{text}.0"
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, separators=(",", ":"))
    return str(value)
