"""What stands at the edges of pages and belongs to none: running titles and page numbers.

Only what repeats across pages at one height is taken out, letter for letter: "Article 1" and "Article 2" at
the head of two pages differ and stay. A number by itself counts when it goes up with the pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.articles.pdf.bidi import is_right_to_left, logical_line
from index.articles.pdf.lines import Line

_EDGE_LINES = 2  # at the top and the bottom of a page
_PAGES = 3  # a text on fewer pages at one height may be the article's
_NUMBER_LETTERS = 40
_HEIGHTS = 12  # points that a running title may stand higher or lower from page to page
_NUMBER = re.compile(
    r"\W{0,8}(?:page|صفحة|الصفحة|ص|صفحه|עמוד|p\.)?\W{0,4}(\d{1,4})(?:\s*(?:/|of|من|از|מתוך)\s*(\d{1,4}))?\W{0,8}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Edges:
    """What stands at the edges of all pages: on how many each text does, and each offset of page numbers."""

    texts: Counter[tuple[bool, int, str]]
    offsets: Counter[tuple[bool, int]]
    pages: int

    def hold(self, text: str, line: Line, *, at_top: bool, page: int) -> bool:
        """Tell whether `text`, a cell of `line` on the page with that number from 0, repeats across pages."""
        match = _number(text)
        if match is not None:
            number = int(match[1])
            if match[2] is not None and int(match[2]) == self.pages and number == page + 1:
                return True
            if self.pages > 1 and self.offsets[at_top, number - page] >= min(_PAGES, self.pages):
                return True
        return any(self.texts[at_top, height, text] >= _PAGES for height in _heights(line))


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Give the lines of every page without page numbers and running titles."""
    edges = _edges(pages)
    kept = []
    for number, page in enumerate(pages):
        margins = set()
        for position, at_top in _outermost(page).items():
            line = page[position]
            if all(edges.hold(cell, line, at_top=at_top, page=number) for cell in _cells(line)):
                margins.add(position)
        kept.append([line for position, line in enumerate(page) if position not in margins])
    return kept


def _edges(pages: Sequence[Sequence[Line]]) -> _Edges:
    texts: Counter[tuple[bool, int, str]] = Counter()
    offsets: Counter[tuple[bool, int]] = Counter()
    for number, page in enumerate(pages):
        outermost = [(page[place], at_top) for place, at_top in _outermost(page).items()]
        cells = [(cell, line, at_top) for line, at_top in outermost for cell in _cells(line)]
        texts.update({(at_top, height, cell) for cell, line, at_top in cells for height in _heights(line)})
        matches = [(at_top, _number(cell)) for cell, _, at_top in cells]
        offsets.update({(at_top, int(match[1]) - number) for at_top, match in matches if match})
    return _Edges(texts, offsets, len(pages))


def _outermost(page: Sequence[Line]) -> dict[int, bool]:
    """Give the places of the lines that stand highest and lowest, and whether each is at the top."""
    by_height = sorted(range(len(page)), key=lambda position: -page[position].top)
    return dict.fromkeys(by_height[-_EDGE_LINES:], False) | dict.fromkeys(by_height[:_EDGE_LINES], True)


def _cells(line: Line) -> list[str]:
    cells = (logical_line(cell, right_to_left=is_right_to_left("".join(cell))) for cell in line.cells)
    return [" ".join(cell.split()) for cell in cells]


def _heights(line: Line) -> tuple[int, int]:
    """Give the height of a line and the next: a title may stand on either side of the border of two."""
    height = int(line.top // _HEIGHTS)
    return height, height + 1


def _number(text: str) -> re.Match[str] | None:
    """Give the page number that a text is, and that of all pages where it says it."""
    return _NUMBER.fullmatch(text) if len(text) <= _NUMBER_LETTERS else None
