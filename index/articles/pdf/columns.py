"""The order of a page's lines: rows from the top, columns of prose one after the other."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from index.articles.pdf.letters import Glyph
from index.articles.pdf.lines import Line, Row, line_of, rows_of, turned_upright

_ROWS_OF_COLUMNS = 3  # fewer lines side by side are a table or a letter's head
_COLUMN_SIZES = 9.0  # of the letters' size; a narrower column holds cells, no prose
_FULL = 0.6  # of its column's width has the usual line of prose; cells are shorter
_GUTTER = 1.0  # of the letters' size
_FREE_AT_MOST = 16  # white strips kept in view; a page has a few columns
_DEPTH_AT_MOST = 6  # columns in columns

Strip = tuple[float, float]
_NOWHERE = (float("inf"), float("-inf"))


def lines_of(glyphs: Sequence[Glyph], *, right_to_left: bool) -> list[Line]:
    """Give lines of a page in reading order; parts that run another way on the paper follow at the end."""
    return [line_of(row) for row in rows_in_order(glyphs, right_to_left=right_to_left)]


def rows_in_order(glyphs: Sequence[Glyph], *, right_to_left: bool) -> Iterator[Row]:
    """Give the rows that the lines of a page are made of, in reading order; glyphs are turned to be level."""
    for part in turned_upright(glyphs):
        yield from _in_order(rows_of(part), right_to_left=right_to_left, depth=0)


def _in_order(rows: Sequence[Row], *, right_to_left: bool, depth: int) -> Iterator[Row]:
    for band, gutter in _bands(rows) if depth < _DEPTH_AT_MOST else [(list(rows), None)]:
        if gutter is None:
            yield from band
            continue
        sides = [list(_on_side(band, gutter, left=left)) for left in (True, False)]
        for side in reversed(sides) if right_to_left else sides:
            yield from _in_order(side, right_to_left=right_to_left, depth=depth + 1)


def _bands(rows: Sequence[Row]) -> Iterator[tuple[list[Row], Strip | None]]:
    """Give rows that one white strip runs through, and that strip if it parts columns."""
    band: list[Row] = []
    free: list[Strip] = []
    reach = _NOWHERE
    for row in rows:
        white = _white(row)
        shared = _shared(free, white, row.size) if band else white
        if not band or _inner(shared, _around(reach, row)):
            band.append(row)
            free, reach = shared, _around(reach, row)
            continue
        beside = _shared(_white(band[-1]), white, row.size)
        if _inner(free, reach) or _inner(white, _around(_NOWHERE, row)):
            yield band, _gutter(band, free)
            band, free, reach = [row], white, _around(_NOWHERE, row)
        elif _inner(beside, _around(_around(_NOWHERE, band[-1]), row)):
            # Lines of two columns at different heights, below a title over both.
            if band[:-1]:
                yield band[:-1], None
            band, free = [band[-1], row], beside
            reach = _around(_around(_NOWHERE, band[0]), row)
        else:
            band.append(row)
            free, reach = shared, _around(reach, row)
    if band:
        yield band, _gutter(band, free)


def _white(row: Row) -> list[Strip]:
    """Give the strips without letters on a row, from edge to edge."""
    edges = [
        float("-inf"),
        *(edge for piece in row.pieces for edge in (piece.left, piece.right)),
        float("inf"),
    ]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if last > first]


def _shared(first: Sequence[Strip], second: Sequence[Strip], size: float) -> list[Strip]:
    """Give the strips that both have, the widest if there are many."""
    strips: list[Strip] = []
    here = there = 0
    while here < len(first) and there < len(second):
        left = max(first[here][0], second[there][0])
        right = min(first[here][1], second[there][1])
        if right - left >= _GUTTER * size:
            strips.append((left, right))
        if first[here][1] < second[there][1]:
            here += 1
        else:
            there += 1
    if len(strips) > _FREE_AT_MOST:
        strips = sorted(sorted(strips, key=lambda strip: strip[0] - strip[1])[:_FREE_AT_MOST])
    return strips


def _around(reach: Strip, row: Row) -> Strip:
    """Give the leftmost and rightmost edge of `reach` and a row."""
    return min(reach[0], row.pieces[0].left), max(reach[1], *(piece.right for piece in row.pieces))


def _inner(strips: Sequence[Strip], reach: Strip) -> list[Strip]:
    """Give the strips with letters on both sides, the widest first."""
    inner = [strip for strip in strips if reach[0] < strip[0] and strip[1] < reach[1]]
    return sorted(inner, key=lambda strip: strip[0] - strip[1])


def _gutter(band: Sequence[Row], free: Sequence[Strip]) -> Strip | None:
    """Give the strip that parts columns of prose; None where the rows are read one by one."""
    if len(band) < _ROWS_OF_COLUMNS:
        return None
    reach = _NOWHERE
    for row in band:
        reach = _around(reach, row)
    for gutter in _inner(free, reach):
        if all(_is_prose(list(_on_side(band, gutter, left=left))) for left in (True, False)):
            return gutter
    return None


def _on_side(band: Sequence[Row], gutter: Strip, *, left: bool) -> Iterator[Row]:
    """Give the rows of what stands on one side of the gutter."""
    for row in band:
        pieces = [piece for piece in row.pieces if (piece.left < gutter[1]) == left]
        if pieces:
            yield Row(pieces, row.base, row.size, row.spaces)


def _is_prose(rows: Sequence[Row]) -> bool:
    """Tell whether lines fill a column, as those of running text do and those of a table's cells do not."""
    if len(rows) < _ROWS_OF_COLUMNS:
        return False
    reach = _NOWHERE
    for row in rows:
        reach = _around(reach, row)
    width = reach[1] - reach[0]
    usual = statistics.median(_around(_NOWHERE, row)[1] - row.pieces[0].left for row in rows)
    return width >= _COLUMN_SIZES * rows[0].size and usual >= _FULL * width
