"""Filters as options of a command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import QueryError

if TYPE_CHECKING:
    from index.articles.filters import Filters


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `filters_from` reads."""
    parser.add_argument("--source", action="append", default=[], help="only this source; may be repeated")
    parser.add_argument("--language", action="append", default=[], help="only this language; may be repeated")
    parser.add_argument(
        "--article", action="append", default=[], metavar="ID", help="only this article; may be repeated"
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="only articles with this further field; of one key any value, of several keys all",
    )
    parser.add_argument(
        "--from", dest="published_from", metavar="DATE", help="published on this day or later"
    )
    parser.add_argument("--to", dest="published_to", metavar="DATE", help="published on this day or before")


def filters_from(options: argparse.Namespace) -> Filters:
    """Give the filters that the options name; raises QueryError."""
    from index.articles.filters import Filters

    return Filters(
        sources=tuple(options.source),
        languages=tuple(options.language),
        article_ids=tuple(options.article),
        extra=_further(options.where),
        published_from=options.published_from,
        published_to=options.published_to,
    )


def _further(conditions: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read `KEY=VALUE` conditions: the values of each key."""
    values_of: dict[str, tuple[str, ...]] = {}
    for condition in conditions:
        key, equals, value = condition.partition("=")
        if not key or not equals:
            raise QueryError(f"--where {condition!r} is no condition; write --where section=sport")
        values_of[key] = (*values_of.get(key, ()), value)
    return values_of
