"""Filters: which articles a search may answer from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.errors import QueryError

_DATE = re.compile(r"([1-9]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
LONGEST_DATE = 40  # code points

ArticleOrder = Literal["added", "newest", "oldest"]  # as they came, or by date with the undated last


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; within one, any of the values may.

    Dates are ISO 8601 (`2025`, `2025-09` and `2025-09-30` alike, in digits of any script) and both ends are
    included. `extra` maps an article's further keys to the values wanted. An empty condition accepts
    everything; an article without a date passes no date condition. Raises QueryError for a date that is none.
    """

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("published_from", "published_to"):
            written = getattr(self, name)
            object.__setattr__(self, name, filter_date(written) if written not in (None, "") else None)

    def __bool__(self) -> bool:
        return bool(
            self.sources
            or self.languages
            or self.article_ids
            or self.published_from
            or self.published_to
            or self.extra
        )


def filter_date(written: object) -> str:
    """Give a filter's date as articles are compared with it: a year, a month or a day that there is.

    The one reading of such dates, whoever gives them. Raises QueryError.

    >>> filter_date("٢٠٢٥-٠٩"), filter_date(" 2025-09-30 ")
    ('2025-09', '2025-09-30')
    """
    shown = repr(written)[:LONGEST_DATE]
    if isinstance(written, str) and len(written) <= LONGEST_DATE:
        ascii_only = "".join(str(unicodedata.decimal(sign, sign)) for sign in written.strip())
        match = _DATE.fullmatch(ascii_only)
        if match and _is_day(*match.groups(default="1")):
            return ascii_only
    raise QueryError(f"{shown} is no date; write 2025, 2025-09 or 2025-09-30")


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
