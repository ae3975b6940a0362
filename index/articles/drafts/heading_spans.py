"""Headings of documents: which stretch of an article's text stands under which heading of its file.

A reader that knows headings keeps them under `headings` in the article's `extra`, as [start, end, words] in
code points, in order; a stretch begins with its heading and ends before the next one, of whatever level.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

KEY = "headings"
LETTERS_AT_MOST = 200  # of a heading; longer ones are paragraphs that somebody styled as one
HEADINGS_AT_MOST = 5_000  # of an article; a book of a thousand pages has a tenth
_AHEAD = 20  # headings of which some were left out of the text, as a title and furniture are


def heading_spans(headings: Sequence[str], text: str) -> list[list[Any]]:
    """Find the headings of a file, in order, in the text that was made of it: lines of their own."""
    expected = [" ".join(heading[: 2 * LETTERS_AT_MOST].split()) for heading in headings[:HEADINGS_AT_MOST]]
    spans: list[list[Any]] = []
    following = position = 0
    for line in text.split("\n"):
        words = " ".join(line.split()) if len(line) <= 2 * LETTERS_AT_MOST else ""
        if 0 < len(words) <= LETTERS_AT_MOST and words in expected[following : following + _AHEAD]:
            following = expected.index(words, following) + 1
            if spans:
                spans[-1][1] = position
            spans.append([position, len(text), words])
        position += len(line) + 1
    return spans


def heading_at(extra: Mapping[str, Any], start: int) -> str:
    """Give the heading that the text at `start` stands under; "" where none is known, and in one.

    >>> heading_at({"headings": [[0, 90, "Costs"], [90, 200, "Roads"]]}, 100)
    'Roads'
    """
    spans = extra.get(KEY)
    if not isinstance(spans, list) or not all(map(_is_span, spans)):
        return ""
    row = bisect_right(spans, start, key=lambda span: int(span[0])) - 1
    first, last, words = spans[row] if row >= 0 else (0, 0, "")
    return str(words) if first + len(words) <= start < last else ""


def _is_span(span: object) -> bool:
    """Tell whether a value is a span with words: a record may have anything under `headings`."""
    return (
        isinstance(span, list)
        and len(span) == 3
        and all(type(value) is int for value in span[:2])
        and isinstance(span[2], str)
        and len(span[2]) <= LETTERS_AT_MOST
    )
