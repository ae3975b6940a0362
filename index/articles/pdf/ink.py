"""Ink of a PDF page that no letter is listed for, but that belongs to one."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

_HIDDEN_AT_MOST = 8  # glyphs that one ActualText stands for


class Box(NamedTuple):
    """Sides of a rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float


def address_of(pointer: Any) -> int | None:
    """Give the address that a pointer of PDFium's holds; None for a null pointer."""
    return ctypes.cast(pointer, ctypes.c_void_p).value


def hidden_ink(
    raw: ModuleType, page: Any, inks: Mapping[int | None, Box], *, at_most: int
) -> dict[int | None, list[Box]]:
    """Give the ink of text objects that PDFium does not list, by the listed one beside each (in `inks`).

    Where a program says what several glyphs mean together (ActualText: a letter and its vowel signs), PDFium
    gives all their characters to one, which may be the sign.
    """
    hidden: dict[int | None, list[Box]] = {}
    before: int | None = None
    waiting: list[Box] = []
    sides = [ctypes.c_float() for _ in range(4)]
    for number in range(min(raw.FPDFPage_CountObjects(page), at_most)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        address = address_of(drawn)
        if address in inks:
            for box in waiting:
                near = [listed for listed in (before, address) if listed is not None]
                best = min(near, key=lambda listed: _apart(inks[listed], box))
                hidden.setdefault(best, []).append(box)
            before, waiting = address, []
        elif len(waiting) < _HIDDEN_AT_MOST and raw.FPDFPageObj_GetBounds(drawn, *sides):
            box = Box(*(side.value for side in sides))
            if box.right - box.left > 0.01:  # white space has no ink
                waiting.append(box)
    if before is not None and waiting:
        hidden.setdefault(before, []).extend(waiting)
    return hidden


def _apart(first: Box, second: Box) -> float:
    return abs(first.left + first.right - second.left - second.right)
