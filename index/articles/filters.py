"""Filters: which articles a search may answer from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; within one, any of the values may.

    Dates are ISO 8601 (`2025`, `2025-09` and `2025-09-30` alike) and both ends are included. `extra`
    maps an article's further keys to the values wanted. An empty condition accepts everything; an
    article without a date passes no date condition.
    """

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(
            self.sources
            or self.languages
            or self.article_ids
            or self.published_from
            or self.published_to
            or self.extra
        )
