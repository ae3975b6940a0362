"""The letters of a PDF page and where they stand, as PDFium gives them.

PDFium lists characters in an order of its own and mirrors brackets on the way; this undoes both as far as
can be told, so that a glyph is what the page shows: characters, a box of ink, and a point on its line.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from index.articles.files.extras import library
from index.articles.pdf.bidi import is_right_to_left, letter_counts
from index.articles.pdf.brackets import mirrored
from index.articles.pdf.ink import Box, address_of, hidden_ink
from index.articles.pdf.ligatures import spoken, unturned

LETTERS_AT_MOST = 500_000  # on one page; a full newspaper page has 40,000
# Marks of direction and joins that some fonts name; the places of the letters say more.
_INVISIBLE = frozenset([0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x206A)])
_SPACES = 3  # between a glyph and the one that it is compared with
_LINE_END = 10
_SOFT_HYPHEN = 2  # PDFium's sign for a hyphen that ends a line
_NO_LETTER = frozenset([0, 0xFFFD, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
NAMELESS = "\ufffd"  # stands for a glyph that the font gives no letter, and bears its vowel signs


@dataclass(slots=True)
class Glyph:
    """What one glyph stands for, and its place in points: ink box, start on the base line, size, angle.

    `left` and `right` are the ink with its side bearings; `x` and `y` are where the pen stood; the angle is
    in degrees, against the clock. `number` is its place in PDFium's list, `run` what was drawn at once.
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
    number: int = 0
    run: int | None = None


@dataclass(frozen=True, slots=True)
class _Character:
    """A character as PDFium lists it; several of one glyph share all but the sides of their ink."""

    text: str
    drawn: int | None  # PDFium's text object
    x: float
    y: float
    ink: Box
    edges: Box
    size: float
    angle: int
    line: int  # PDFium's own

    def glyph(self) -> tuple[int | None, float, float, float, float]:
        """Give what the characters of one glyph have in common."""
        low, high = (
            (self.ink.bottom, self.ink.top) if self.angle % 180 == 0 else (self.ink.left, self.ink.right)
        )
        return self.drawn, self.x, self.y, low, high


def glyphs_of(page: Any) -> list[Glyph]:
    """Give glyphs of a pypdfium2 page, without spaces that the page does not draw; NAMELESS for no letter.

    Stops after LETTERS_AT_MOST characters, so that a page made to be endless costs no more than that.
    """
    raw = library("pypdfium2.raw", "PDF files")
    text_page = page.get_textpage()
    try:
        characters = list(_characters(raw, text_page))
    finally:
        text_page.close()
    inks = {character.drawn: character.ink for character in characters}
    hidden = hidden_ink(raw, page, inks, at_most=LETTERS_AT_MOST)
    return _once(_glyphs(characters, hidden))


def _once(glyphs: Iterator[Glyph]) -> list[Glyph]:
    """Give the glyphs without those drawn again on the same spot, as for bold type or by a form in itself."""
    return list({(glyph.text, round(glyph.x, 1), round(glyph.y, 1)): glyph for glyph in glyphs}.values())


def _characters(raw: ModuleType, text_page: Any) -> Iterator[_Character]:
    """Give the characters in PDFium's order."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    loose, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    shapes: dict[int | None, tuple[float, int]] = {}
    line = 0
    for number in range(min(text_page.count_chars(), LETTERS_AT_MOST)):
        code = raw.FPDFText_GetUnicode(text_page, number)
        drawn = address_of(raw.FPDFText_GetTextObject(text_page, number))
        line += code == _LINE_END
        if drawn is None or code in _INVISIBLE or (code < 32 and code not in (0, _SOFT_HYPHEN)):
            continue  # PDFium's own guess of a space or a line's end, or a control character
        if drawn not in shapes:
            raw.FPDFText_GetMatrix(text_page, number, matrix)
            scale = math.hypot(matrix.c, matrix.d)
            turned = math.degrees(math.atan2(matrix.b, matrix.a))
            shapes[drawn] = (
                raw.FPDFText_GetFontSize(text_page, number) * scale,
                round(turned / 15) * 15 % 360,
            )
        size, angle = shapes[drawn]
        raw.FPDFText_GetCharBox(text_page, number, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(text_page, number, loose)
        raw.FPDFText_GetCharOrigin(text_page, number, x, y)
        ink = Box(left.value, bottom.value, right.value, top.value)
        if not all(map(math.isfinite, (*ink, x.value, y.value, size))) or size <= 0:
            continue
        if code in _NO_LETTER or raw.FPDFText_HasUnicodeMapError(text_page, number) == 1:
            text = NAMELESS
        else:
            text = "-" if code == _SOFT_HYPHEN else chr(code)
        # Of the loose box only the side bearings are wanted, not the height of the font.
        edges = (
            Box(loose.left, ink.bottom, loose.right, ink.top)
            if angle % 180 == 0
            else Box(ink.left, loose.bottom, ink.right, loose.top)
        )
        if text.isspace() and edges.left == edges.right and edges.bottom == edges.top:
            continue  # a guess too
        yield _Character(text, drawn, x.value, y.value, ink, edges, size, angle, line)


def _glyphs(characters: Sequence[_Character], hidden: dict[int | None, list[Box]]) -> Iterator[Glyph]:
    """Give characters of one glyph joined in the order they are spoken in, brackets as the file has them."""
    groups: dict[tuple[int | None, float, float, float, float], list[int]] = {}
    for number, character in enumerate(characters):
        groups.setdefault(character.glyph(), []).append(number)
    with_arabic = {each.line for each in characters if letter_counts(each.text)[0]}
    latest: dict[str, Glyph] = {}
    for numbers in groups.values():
        group = [characters[number] for number in numbers]
        first = group[0]
        boxes = [character.edges for character in group]
        text = "".join(character.text for character in group)
        if len({character.ink for character in group}) > 1:
            text = _by_place(group)
            boxes += hidden.get(first.drawn, [])
        elif first.line in with_arabic and _leftwards(characters, numbers):
            text = spoken(mirrored(text)) if len(text) > 1 else mirrored(text)
        else:
            text = unturned(text)
        glyph = Glyph(
            text,
            left=min(box.left for box in boxes),
            right=max(box.right for box in boxes),
            bottom=min(box.bottom for box in boxes),
            top=max(box.top for box in boxes),
            x=min(box.left for box in boxes) if len(boxes) > len(group) else first.x,
            y=first.y,
            size=first.size,
            angle=first.angle,
            number=numbers[0],
            run=first.drawn,
        )
        key = "".join(sorted(text))
        if len(boxes) > 1 and key in latest and _cover(latest[key], glyph):
            continue  # said of each of several glyphs: a letter and its signs
        latest[key] = glyph
        yield glyph


def _cover(first: Glyph, second: Glyph) -> bool:
    """Tell whether two glyphs stand one over the other."""
    shared = min(first.right, second.right) - max(first.left, second.left)
    beside = abs(first.y - second.y) < first.size
    return beside and shared > 0.7 * min(first.right - first.left, second.right - second.left)


def _by_place(group: Sequence[_Character]) -> str:
    """Give the characters of an ActualText in order.

    PDFium shares the ink out among them from the right, but from the left where a sign is drawn first.
    """
    way = math.radians(group[0].angle)
    placed = sorted(
        group, key=lambda glyph: glyph.ink.left * math.cos(way) + glyph.ink.bottom * math.sin(way)
    )
    text = "".join(character.text for character in placed)
    return spoken(text) if is_right_to_left(text) else text


def _leftwards(characters: Sequence[_Character], numbers: Sequence[int]) -> bool:
    """Tell whether PDFium turned this part of a line round: its list goes on to the left.

    An Arabic glyph between Latin ones is a part of its own, and turned.
    """
    here = before = after = characters[numbers[0]]
    arabic = any(letter_counts(characters[number].text)[0] for number in numbers)
    for position in (numbers[0] - 1, numbers[-1] + 1):
        for _ in range(_SPACES):
            if not (0 <= position < len(characters) and characters[position].text.isspace()):
                break
            position += 1 if position > numbers[0] else -1
        if not 0 <= position < len(characters):
            continue
        beside = characters[position]
        alike = not arabic or letter_counts(beside.text)[0] > 0
        if alike and beside.line == here.line and beside.angle == here.angle:
            before, after = (beside, after) if position < numbers[0] else (before, beside)
    if before is after:
        return arabic
    way = math.radians(here.angle)
    return (after.x - before.x) * math.cos(way) + (after.y - before.y) * math.sin(way) < 0
