"""Passages: sentence-aware slices of an article, the unit that is indexed and found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: `article.text[start:end] == text`, offsets in code points.

    `passage_id` is `article_id#start-end`.
    """

    passage_id: str
    article_id: str
    start: int
    end: int
    text: str
