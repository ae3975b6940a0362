"""What stands at the edges of pages and belongs to none: running titles and page numbers.

Only what repeats across pages at one height is taken out, letter for letter: "Article 1" and "Article 2" at
the head of two pages differ and stay. A number by itself counts when it goes up with the pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.articles.bidi import is_right_to_left, logical_line
from index.articles.lines import Line

_EDGE_LINES = 2  # at the top and the bottom of a page
_PAGES = 3  # a text on fewer pages at one height may be the article's
_HEIGHTS = 12  # points that a running title may stand higher or lower from page to page
_NUMBER = re.compile(
    r"\W{0,8}(?:page|صفحة|الصفحة|ص|صفحه|עמוד|p\.)?\W{0,4}(\d{1,4})(?:\s*(?:/|of|من|از|מתוך)\s*(\d{1,4}))?\W{0,8}",
    re.IGNORECASE,
)

Key = tuple[bool, int, str]


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines of every page without page numbers and running titles."""
    repeated = Counter(key for page in pages for key in _keys(page))
    numbers = _offsets(pages)
    kept = []
    for place, page in enumerate(pages):
        edge = _edges(page)
        kept.append(
            [
                line
                for number, line in enumerate(page)
                if number not in edge
                or not all(_is_margin(cell, line, edge[number], place, repeated, numbers, len(pages)) for cell in _cells(line))
            ]
        )
    return kept


def _edges(page: Sequence[Line]) -> dict[int, bool]:
    """The numbers of the lines that stand highest and lowest, and whether each is at the top."""
    by_height = sorted(range(len(page)), key=lambda number: -page[number].top)
    bottom = {number: False for number in by_height[-_EDGE_LINES:]}
    return bottom | {number: True for number in by_height[:_EDGE_LINES]}


def _cells(line: Line) -> list[str]:
    texts = []
    for cell in line.cells:
        raw = "".join(cell)
        texts.append(" ".join(logical_line(cell, right_to_left=is_right_to_left(raw)).split()))
    return texts


def _keys(page: Sequence[Line]) -> set[Key]:
    """What stands at the edges of a page, each text at its height and the next: a title may stand at a border."""
    return {
        (at_top, height, text)
        for number, at_top in _edges(page).items()
        for text in _cells(page[number])
        for height in _heights(page[number])
    }


def _heights(line: Line) -> tuple[int, int]:
    height = int(line.top // _HEIGHTS)
    return height, height + 1


def _offsets(pages: Sequence[Sequence[Line]]) -> Counter[tuple[bool, int]]:
    """How many pages bear their own number plus or minus the same, at the top and at the bottom."""
    offsets: Counter[tuple[bool, int]] = Counter()
    for place, page in enumerate(pages):
        offsets.update(
            {
                (at_top, number - place)
                for line, at_top in _edges(page).items()
                for cell in _cells(page[line])
                if (number := _page_number(cell)) is not None
            }
        )
    return offsets


def _page_number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text) if len(text) <= 40 else None
    return int(match[1]) if match else None


def _is_margin(
    text: str,
    line: Line,
    at_top: bool,
    place: int,
    repeated: Counter[Key],
    numbers: Counter[tuple[bool, int]],
    pages: int,
) -> bool:
    number = _page_number(text)
    if number is not None:
        match = _NUMBER.fullmatch(text)
        of_all = match is not None and match[2] is not None and int(match[2]) == pages and number == place + 1
        if of_all or (pages > 1 and numbers[at_top, number - place] >= min(_PAGES, pages)):
            return True
    return any(repeated[at_top, height, text] >= _PAGES for height in _heights(line))
