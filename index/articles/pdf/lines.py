"""Lines of a page from the places of its letters, whatever the order in which they were drawn."""

from __future__ import annotations

import itertools
import math
import statistics
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.articles.pdf.bidi import letter_counts, logical_line
from index.articles.pdf.letters import NAMELESS, Glyph
from index.articles.pdf.marks import mark_of, middle_of, start_of, with_marks

_SPACE = 0.18  # of the letters' size; a wider gap between letters is a space
_THIN = 0.05  # of the size; a narrower gap is none, though a space is drawn there
_CELL = 2.0  # of the size; a wider gap parts cells of a table, or a title from the page's number
_PIECE = 1.0  # of the size; a narrower gap is never the gutter between columns
_OVERLAP = 0.6  # of the lower letter's height that two on one line share, an index or exponent too
_SPACED_OUT = 0.6  # of a line's gaps are wider than a space only where letters are set apart for emphasis


@dataclass(frozen=True, slots=True)
class Line:
    """Letters of one line from left to right, white space as glyphs; places in points of the turned page."""

    cells: tuple[tuple[str, ...], ...]
    left: float
    right: float
    top: float
    bottom: float
    size: float
    right_letters: int
    left_letters: int

    def text(self, *, right_to_left: bool) -> str:
        """Give the line as it is read; cells of a table follow each other in the line's direction."""
        cells = [logical_line(cell, right_to_left=right_to_left) for cell in self.cells]
        return " ".join(" ".join(cells[::-1] if right_to_left else cells).split())


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that stand close together on one line; a line of a page in columns has several."""

    glyphs: tuple[Glyph, ...]
    left: float
    right: float


@dataclass(slots=True)
class Row:
    """Letters that stand at one height, in pieces from left to right."""

    pieces: list[Piece]
    base: float
    size: float
    spaces: list[tuple[float, int | None]]  # the middles of the spaces that the page draws, and their runs


def turned_upright(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Give glyphs by the direction in which their lines run, most letters first, each turned to be level."""
    by_angle: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        by_angle[glyph.angle].append(glyph)
    parts = sorted(by_angle.items(), key=lambda part: (-len(part[1]), part[0]))
    return [[_level(glyph) for glyph in part] if angle else part for angle, part in parts]


def _level(glyph: Glyph) -> Glyph:
    """Give the glyph with its places turned back by its angle."""
    way = math.radians(glyph.angle)
    across, along = math.cos(way), math.sin(way)
    corners = [
        (x * across + y * along, y * across - x * along)
        for x in (glyph.left, glyph.right)
        for y in (glyph.bottom, glyph.top)
    ]
    return replace(
        glyph,
        left=min(corner[0] for corner in corners),
        right=max(corner[0] for corner in corners),
        bottom=min(corner[1] for corner in corners),
        top=max(corner[1] for corner in corners),
        x=glyph.x * across + glyph.y * along,
        y=glyph.y * across - glyph.x * along,
    )


def rows_of(glyphs: Sequence[Glyph]) -> list[Row]:
    """Give rows from the top; vowel signs on the letters below or above them."""
    marks = [glyph for glyph in glyphs if mark_of(glyph.text)]
    bases = sorted((glyph for glyph in glyphs if not mark_of(glyph.text)), key=lambda glyph: -glyph.y)
    groups: list[tuple[list[Glyph], Glyph]] = []
    for glyph in bases:
        if groups and _share_height(groups[-1][1], glyph):
            groups[-1][0].append(glyph)
            if glyph.size > groups[-1][1].size and not glyph.text.isspace():
                groups[-1] = (groups[-1][0], glyph)
        else:
            groups.append(([glyph], glyph))
    heights = [(-_usual_base(group), number) for number, (group, _) in enumerate(groups)]
    order = sorted(range(len(groups)), key=lambda number: heights[number])
    rows = [
        sorted(groups[number][0], key=lambda glyph: start_of(glyph) + middle_of(glyph)) for number in order
    ]
    bases_of_rows = [heights[number][0] for number in order]
    for number, signs in _by_row(marks, bases_of_rows).items():
        rows[number] = with_marks(rows[number], signs)
    return [row for row in map(_row, rows) if row.pieces]


def _share_height(first: Glyph, second: Glyph) -> bool:
    reach = [(glyph.y - 0.2 * glyph.size, glyph.y + 0.75 * glyph.size) for glyph in (first, second)]
    shared = min(reach[0][1], reach[1][1]) - max(reach[0][0], reach[1][0])
    return shared >= _OVERLAP * 0.95 * min(first.size, second.size)


def _usual_base(glyphs: Sequence[Glyph]) -> float:
    return Counter(round(glyph.y, 1) for glyph in glyphs).most_common(1)[0][0]


def _by_row(marks: Sequence[Glyph], bases: Sequence[float]) -> dict[int, list[Glyph]]:
    """Give marks by the number of the row whose base line is nearest to theirs; `bases` rise as rows fall."""
    rows: dict[int, list[Glyph]] = defaultdict(list)
    for mark in marks:
        position = bisect_left(bases, -mark.y)
        near = [number for number in (position - 1, position) if 0 <= number < len(bases)]
        if near:
            rows[min(near, key=lambda number: abs(bases[number] + mark.y))].append(mark)
    return rows


def _row(glyphs: Sequence[Glyph]) -> Row:
    letters = [glyph for glyph in glyphs if not glyph.text.isspace()]
    spaces = [(middle_of(glyph), glyph.run) for glyph in glyphs if glyph.text.isspace()]
    if not letters:
        return Row([], 0.0, 0.0, [])
    size = statistics.median(glyph.size for glyph in letters)
    pieces: list[list[Glyph]] = [[letters[0]]]
    for glyph, gap in zip(letters[1:], _gaps(letters), strict=True):
        if gap <= _PIECE * size:
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    whole = [Piece(tuple(piece), piece[0].left, max(glyph.right for glyph in piece)) for piece in pieces]
    return Row(whole, _usual_base(letters), size, sorted(spaces, key=lambda space: space[0]))


def line_of(row: Row) -> Line:
    """Give the line that the pieces of a row make."""
    glyphs = [glyph for piece in row.pieces for glyph in piece.glyphs]
    gaps = _gaps(glyphs)
    space = _space(gaps, row.size)
    runs = [_run_in_gap(row, glyph, gap) for glyph, gap in zip(glyphs[1:], gaps, strict=True)]
    spaced = [gap > space or run is not None for gap, run in zip(gaps, runs, strict=True)]
    _put_behind(spaced, runs, glyphs)
    cells: list[list[str]] = [[_named(glyphs[0])]]
    for glyph, gap, is_space in zip(glyphs[1:], gaps, spaced, strict=True):
        if gap > _CELL * row.size:
            cells.append([])
        elif is_space:
            cells[-1].append(" ")
        cells[-1].append(_named(glyph))
    right, left = letter_counts("".join(glyph.text for glyph in glyphs))
    return Line(
        cells=tuple(map(tuple, cells)),
        left=row.pieces[0].left,
        right=max(piece.right for piece in row.pieces),
        top=row.base + 0.75 * row.size,
        bottom=row.base - 0.2 * row.size,
        size=row.size,
        right_letters=right,
        left_letters=left,
    )


def _named(glyph: Glyph) -> str:
    return "" if NAMELESS in glyph.text else glyph.text


def _gaps(glyphs: Sequence[Glyph]) -> list[float]:
    """Give the white between each glyph and the next one."""
    gaps = []
    end = glyphs[0].right
    for glyph in glyphs[1:]:
        # A letter's tail may reach under the one before it, or its ink begin late; the pen tells.
        gaps.append(start_of(glyph) - end)
        end = max(end, glyph.right)
    return gaps


def _run_in_gap(row: Row, glyph: Glyph, gap: float) -> int | None:
    """Give the run of a space that the page draws in the gap left of a glyph; None where it draws none."""
    if gap <= _THIN * row.size:
        return None
    position = bisect_left(row.spaces, glyph.left - gap, key=lambda space: space[0])
    return (
        row.spaces[position][1]
        if position < len(row.spaces) and row.spaces[position][0] <= glyph.left
        else None
    )


def _put_behind(spaced: list[bool], runs: Sequence[int | None], glyphs: Sequence[Glyph]) -> None:
    """Move a space that ends a Latin word or number in an Arabic line behind it, where it is spoken.

    Word draws "Python " as one run from left to right, so that the space stands before the word, and the
    letters after it follow without one.
    """
    first = 0  # where the run of the glyph before the gap begins
    for position, (before, after) in enumerate(itertools.pairwise(glyphs)):
        if position and glyphs[position - 1].run != before.run:
            first = position
        if runs[position] is None or runs[position] != before.run or not first or spaced[first - 1]:
            continue
        beside = (glyphs[first - 1].text, before.text, after.text)
        word = before.text.isalnum() and glyphs[first].text.isalnum()
        if word and [letter_counts(text)[0] > 0 for text in beside] == [True, False, True]:
            spaced[position], spaced[first - 1] = False, True


def _space(gaps: Sequence[float], size: float) -> float:
    """Give the least gap that is a space; wider where all letters of a line are set apart."""
    wide = [gap for gap in gaps if gap > _SPACE * size]
    if len(gaps) >= 8 and len(wide) > _SPACED_OUT * len(gaps):
        return max(_SPACE * size, 1.6 * statistics.median(wide))
    return _SPACE * size
