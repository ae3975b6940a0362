"""The article: what every quote is a slice of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read, `text` verbatim.

    `published` is an ISO 8601 date or date-time; `language` a BCP 47 primary subtag, `und` when it
    could not be told. `extra` keeps the keys of a record that Mustanad does not know. `origin` is the
    file the article was read from (empty when it did not come from a file) and is no part of its content.
    """

    article_id: str
    title: str
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    language: str = "und"
    extra: Mapping[str, Any] = field(default_factory=dict)
    origin: str = field(default="", compare=False)

    def content_hash(self) -> str:
        """Give the SHA-256, in hex, over everything but the id and the origin."""
        content = [
            self.title,
            self.text,
            self.url,
            self.source,
            self.author,
            self.published,
            self.language,
            dict(self.extra),
        ]
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record in one, that could not be read; the run goes on without it."""

    origin: str
    reason: str
    remedy: str
    line: int | None = None

    @property
    def shown_origin(self) -> str:
        """Give the origin as text: the name of a file may hold line ends, and bytes that are no UTF-8."""
        return " ".join(self.origin.encode("utf-8", "replace").decode().splitlines())

    def __str__(self) -> str:
        where = self.shown_origin if self.line is None else f"{self.shown_origin}, line {self.line}"
        return f"{where}: {self.reason}; {self.remedy}"
