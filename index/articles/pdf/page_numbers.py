"""Pages of documents: which stretch of an article's text stands on which page of its file.

A reader that knows pages keeps them under `pages` in the article's `extra`, as [start, end, number] in code
points and from 1, in order. What lies between two stretches (a heading that was moved, a line that was taken
for furniture) is on no page that is known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.articles.pdf.lines import Line

KEY = "pages"
LEAST_LETTERS = 12  # of a line by which a page is known in the text
LINES_TRIED = 6  # at the beginning and at the end of a page
WINDOW = 40_000  # code points after the last page in which the next one is looked for: a page has 5,000


def page_spans(pages: Sequence[Sequence[Line]], text: str) -> list[list[int]]:
    """Find the pages of a file in the text that was made of them, each by its first and last lines."""
    spans: list[list[int]] = []
    position = 0
    for number, page in enumerate(pages, start=1):
        first = _find(page[:LINES_TRIED], text, position)
        if first is None:
            continue
        last = _find(page[: -LINES_TRIED - 1 : -1], text, first[0]) or first
        spans.append([first[0], max(first[1], last[1]), number])
        position = first[1]
    for span, following in zip(spans, spans[1:], strict=False):
        span[1] = min(span[1], following[0])
    return spans


def page_at(extra: Mapping[str, Any], start: int) -> int | None:
    """Give the number of the page on which the text at `start` stands; None where no page is known.

    >>> page_at({"pages": [[0, 90, 1], [92, 200, 2]]}, 100)
    2
    """
    spans = _spans(extra)
    row = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return spans[row][2] if row >= 0 and start < spans[row][1] else None


def span_of_page(extra: Mapping[str, Any], number: int) -> tuple[int, int] | None:
    """Give the span of the text that stands on the page with that number; None where there is none.

    >>> span_of_page({"pages": [[0, 90, 1], [92, 200, 2]]}, 2)
    (92, 200)
    """
    return next(((start, end) for start, end, page in _spans(extra) if page == number), None)


def _spans(extra: Mapping[str, Any]) -> list[list[int]]:
    spans = extra.get(KEY)
    return spans if isinstance(spans, list) and all(map(_is_span, spans)) else []


def _is_span(span: object) -> bool:
    """Tell whether a value is a span with a number: a record may have anything under `pages`."""
    return isinstance(span, list) and len(span) == 3 and all(type(value) is int for value in span)


def _find(lines: Sequence[Line], text: str, position: int) -> tuple[int, int] | None:
    """Find the first of `lines` that stands in the text behind `position`; its span."""
    for words in _readings(lines):
        at = text.find(words, position, position + WINDOW)
        if at >= 0:
            return at, at + len(words)
    return None


def _readings(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        right = line.right_letters >= line.left_letters
        for right_to_left in (right, not right):
            words = line.text(right_to_left=right_to_left)
            if sum(map(str.isalnum, words)) >= LEAST_LETTERS:
                yield words
