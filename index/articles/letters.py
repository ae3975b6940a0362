"""The letters of a PDF page and where they stand, as PDFium gives them.

PDFium lists characters in an order of its own and mirrors brackets on the way; this undoes both as far as
can be told, so that a glyph is what the page shows: characters, a box of ink, and a point on its line.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from index.articles.brackets import mirrored
from index.articles.extras import library

LETTERS_AT_MOST = 500_000  # on one page; a full newspaper page has 40,000
_FORMS = (range(0xFB13, 0xFB18), range(0xFB1D, 0xFDFE), range(0xFE70, 0xFEFD))  # Arabic, Hebrew, Armenian
_SOFT_HYPHEN = 2  # PDFium's sign for a hyphen that ends a line
_NO_LETTER = frozenset([0, 0xFFFD, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
NAMELESS = "\ufffd"  # stands for a glyph that the font gives no letter, and bears its vowel signs


@dataclass(slots=True)
class Glyph:
    """What one glyph stands for, and its place in points: ink box, start on the base line, size, angle.

    `left` and `right` are the ink with its side bearings; `x` and `y` are where the pen stood; the angle is
    in degrees, against the clock.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    x: float
    y: float
    size: float
    angle: int


@dataclass(frozen=True, slots=True)
class _Character:
    """A character as PDFium lists it; several of one glyph share `glyph`."""

    text: str
    glyph: tuple[float, float, float, float]
    ink: tuple[float, float, float, float]
    edges: tuple[float, float]
    size: float
    angle: int


def glyphs_of(page: Any) -> list[Glyph]:
    """The glyphs of a pypdfium2 page, without spaces that the page does not draw; NAMELESS for no letter.

    Stops after LETTERS_AT_MOST characters, so that a page made to be endless costs no more than that.
    """
    raw = library("pypdfium2.raw", "PDF files")
    text_page = page.get_textpage()
    try:
        characters = list(_characters(raw, text_page))
    finally:
        text_page.close()
    return list(_glyphs(characters))


def _characters(raw: ModuleType, text_page: Any) -> Iterator[_Character]:
    """The characters in PDFium's order."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    loose, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    shapes: dict[int | None, tuple[float, int]] = {}
    for number in range(min(text_page.count_chars(), LETTERS_AT_MOST)):
        code = raw.FPDFText_GetUnicode(text_page, number)
        if raw.FPDFText_IsGenerated(text_page, number) or (code < 32 and code not in (0, _SOFT_HYPHEN)):
            continue
        drawn = raw.FPDFText_GetTextObject(text_page, number)
        key = ctypes.cast(drawn, ctypes.c_void_p).value
        if key not in shapes:
            raw.FPDFText_GetMatrix(text_page, number, matrix)
            scale = math.hypot(matrix.c, matrix.d)
            turned = math.degrees(math.atan2(matrix.b, matrix.a))
            shapes[key] = (raw.FPDFText_GetFontSize(text_page, number) * scale, round(turned / 15) * 15 % 360)
        size, angle = shapes[key]
        raw.FPDFText_GetCharBox(text_page, number, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(text_page, number, loose)
        raw.FPDFText_GetCharOrigin(text_page, number, x, y)
        ink = (left.value, right.value, bottom.value, top.value)
        if not all(map(math.isfinite, (*ink, x.value, y.value, size))) or size <= 0:
            continue
        if code in _NO_LETTER or raw.FPDFText_HasUnicodeMapError(text_page, number) == 1:
            text = NAMELESS
        else:
            text = "-" if code == _SOFT_HYPHEN else chr(code)
        if text.isspace() and loose.left == loose.right:
            continue  # PDFium's own guess of a space
        edges = (loose.left, loose.right) if angle in (0, 180) else (loose.bottom, loose.top)
        place = (x.value, y.value, ink[2], ink[3])
        yield _Character(text, place, ink, edges, size, angle)


def _glyphs(characters: Sequence[_Character]) -> Iterator[Glyph]:
    """Characters of one glyph joined in the order in which they are spoken, brackets as the file has them."""
    number = 0
    while number < len(characters):
        first = number
        while number < len(characters) and characters[number].glyph == characters[first].glyph:
            number += 1
        group = characters[first:number]
        turned = _leftwards(characters, first, number)
        text = "".join(character.text for character in group)
        if turned:
            text = _spoken(text) if len(text) > 1 else mirrored(text)
        x, y = group[0].glyph[:2]
        size, angle = group[0].size, group[0].angle
        left = min(character.ink[0] for character in group)
        right = max(character.ink[1] for character in group)
        bottom, top = group[0].glyph[2:]
        if angle in (0, 180):
            left = min(left, *(character.edges[0] for character in group))
            right = max(right, *(character.edges[1] for character in group))
        elif angle in (90, 270):
            bottom = min(bottom, *(character.edges[0] for character in group))
            top = max(top, *(character.edges[1] for character in group))
        yield Glyph(text, left, right, bottom, top, x, y, size, angle)


def _leftwards(characters: Sequence[_Character], first: int, last: int) -> bool:
    """Whether PDFium turned this part of a line round: its list goes on to the left."""
    here = characters[first]
    forth = [characters[place] for place in (first - 1, last) if 0 <= place < len(characters)]
    before, after = here, here
    for character in forth:
        if abs(character.glyph[1] - here.glyph[1]) < here.size and character.angle == here.angle:
            before, after = (character, after) if character is characters[first - 1] else (before, character)
    way = math.radians(here.angle)
    step = (after.glyph[0] - before.glyph[0]) * math.cos(way) + (after.glyph[1] - before.glyph[1]) * math.sin(way)
    return step < 0


@cache
def _ligatures() -> frozenset[str]:
    """What Unicode's own forms of several letters stand for: lam-alef, the name of God."""
    forms = (unicodedata.normalize("NFKC", chr(code)).strip() for codes in _FORMS for code in codes)
    return frozenset(form for form in forms if len(form) > 1)


def _spoken(text: str) -> str:
    """The characters of a glyph in a part that PDFium turned; Unicode's own forms it writes out unturned."""
    turned = text[::-1]
    straight = text in _ligatures() and turned not in _ligatures()
    chosen, other = (text, turned) if straight else (turned, text)
    begins_with_mark = unicodedata.category(chosen[0]) == "Mn" and unicodedata.category(other[0]) != "Mn"
    return other if begins_with_mark else chosen
