"""Paragraphs of a PDF's lines: joined where one goes on, each read in its own direction."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from index.articles.pdf.lines import Line

_FOREIGN = 0.15  # of a paragraph's letters are Arabic at the most where an Arabic page quotes English
_FILLED = 0.8  # of the wider of two lines, where the first goes on in the second
_JUSTIFIED = 0.98  # where the first ends a sentence
_CLOSE = 0.9  # of the letters' size: the gap between lines of one paragraph
_TIGHT = 0.6  # where the first ends a sentence
_AS_USUAL = 1.1  # of the page's usual gap, where it is set wider than that
_WIDEST = 2.0  # of the size: text set with two lines between
_MANY = 3  # gaps that tell what is usual
_TITLE_LINES = 3
_TITLE_WORDS = 30
_HYPHEN = re.compile(r"[a-zà-ÿ]-$")
_STOPS = frozenset(".:!?،؛؟,;")
_ENDS = re.compile(r"[.؟?!…۔:][\"'”’»)\]]?$")


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[int, str]]:
    """Give (page, text) of every paragraph in order.

    A page counts from 0 and is the one where the text begins.
    """
    paragraph: list[Line] = []
    begun, begun_right_to_left = 0, False
    for number, page in enumerate(pages):
        right_to_left = is_page_right_to_left(page)
        usual = _AS_USUAL * _usual_gap(page)
        for line in page:
            if paragraph and not _goes_on(paragraph[-1], line, usual, right_to_left=begun_right_to_left):
                yield begun, _text_of(paragraph, right_to_left=begun_right_to_left)
                paragraph = []
            if not paragraph:
                begun, begun_right_to_left = number, right_to_left
            paragraph.append(line)
    if paragraph:
        yield begun, _text_of(paragraph, right_to_left=begun_right_to_left)


def is_page_right_to_left(lines: Iterable[Line]) -> bool:
    """Tell whether most letters of a page are of a script written from right to left."""
    return sum(line.right_letters - line.left_letters for line in lines) > 0


def title_of(page: Sequence[Line]) -> str:
    """Give the first lines of the first page, when they are set larger than the text; "" when not."""
    if len(page) < 3:
        return ""
    usual = statistics.median(line.size for line in page)
    heading: list[Line] = []
    for line in page:
        if line.size < 1.15 * usual or len(heading) == _TITLE_LINES:
            break
        heading.append(line)
    title = _text_of(heading, right_to_left=is_page_right_to_left(page)) if heading else ""
    return title if len(title.split()) <= _TITLE_WORDS else ""


def _text_of(lines: Sequence[Line], *, right_to_left: bool) -> str:
    right = sum(line.right_letters for line in lines)
    letters = right + sum(line.left_letters for line in lines)
    if right_to_left and letters and right <= _FOREIGN * letters:
        right_to_left = _ends_on_the_left(lines[-1])
    elif letters and not right_to_left:
        right_to_left = right > 0.5 * letters
    texts: list[str] = []
    for line in lines:
        read = line.text(right_to_left=right_to_left)
        if texts and _HYPHEN.search(texts[-1][-2:]) and read[:1].islower():
            texts[-1] = texts[-1][:-1] + read
        elif read:
            texts.append(read)
    return " ".join(texts)


def _ends_on_the_left(line: Line) -> bool:
    """Tell whether a line of mostly Latin words on an Arabic page has its full stop on the left."""
    glyphs = [glyph for cell in line.cells for glyph in cell if glyph]
    return bool(glyphs) and glyphs[0] in _STOPS and glyphs[-1] not in _STOPS


def _usual_gap(page: Sequence[Line]) -> float:
    """Give the gap that most neighbouring lines of one size have, in their size; 0 where none is usual."""
    gaps = [
        (last.bottom - line.top) / last.size
        for last, line in pairwise(page)
        if _is_of_one_size(last, line) and 0 < last.bottom - line.top < _WIDEST * last.size
    ]
    middle = statistics.median(gaps) if len(gaps) >= _MANY else 0.0
    return middle if sum(abs(gap - middle) < 0.1 * middle for gap in gaps) > len(gaps) / 2 else 0.0


def _is_of_one_size(last: Line, line: Line) -> bool:
    return abs(last.size - line.size) < 0.15 * max(last.size, line.size)


def _goes_on(last: Line, line: Line, usual: float, *, right_to_left: bool) -> bool:
    if len(last.cells) > 1 or len(line.cells) > 1:
        return False
    width = max(last.right - last.left, line.right - line.left)
    gap = last.bottom - line.top
    is_close = -line.size < gap < max(_CLOSE, usual) * line.size
    is_close = is_close or line.top > last.top  # on top of the next column or page
    filled = (last.right - last.left) / max(width, 1e-6)
    if not _is_of_one_size(last, line) or not is_close or filled < _FILLED:
        return False
    # A sentence may end where the line does, in the middle of a paragraph set to the margins.
    ends = _ENDS.search(last.text(right_to_left=right_to_left))
    return not ends or (filled > _JUSTIFIED and -line.size < gap < _TIGHT * line.size)
