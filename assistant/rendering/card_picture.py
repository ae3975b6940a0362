"""The picture of a quote card, 1200 by 630 pixels, for messengers that show one with a link (Open Graph).

Text is shaped by Raqm (HarfBuzz, FriBidi), which Pillow has where the system has FriBidi; without it Arabic
letters would stand apart and in the wrong order, so nothing is drawn. The font is the page's own, Arabic and
Latin in one file made by `fontTools.merge`.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, features

from assistant import words

FONT = Path(__file__).parent.parent / "ui" / "static" / "fonts" / "card.woff2"
WIDTH, HEIGHT = 1200, 630
MARGIN = 84
QUOTE_HEIGHT = 330  # what is left for the quote above its source
SIZES = (60, 52, 46, 40, 36, 32)  # of the quote's letters: the largest in which it fits
LEADING = 1.6  # of the letters' size: Arabic vowel signs need the room
SMALL = 30
MOST_CHARACTERS = 1_200  # of a quote that are looked at: several times what fits
PAPER, INK, QUIET, ACCENT = "#faf9f6", "#1c1b18", "#6a675f", "#0b6359"
_ABSENT = "\U0010ffff"  # a character that no font has: how it looks is how what is missing looks

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows: a quote in its language, and where it is from, in the language of the reader."""

    quote: str
    language: str
    facts: tuple[str, ...]
    verified: str
    site: str
    reader_language: str


def can_draw() -> bool:
    """Tell whether text in Arabic can be shaped here."""
    return bool(features.check("raqm") and features.check("fribidi"))


@lru_cache(maxsize=32)
def draw_card(card: Card) -> bytes | None:
    """Give the card as PNG; None where a letter of it is not in the font, or text cannot be shaped."""
    if not can_draw() or not all(map(_has, {*card.quote, *"".join(card.facts), *card.site, *card.verified})):
        return None
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    _draw_quote(pen, card)
    _draw_source(pen, card)
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_quote(pen: ImageDraw.ImageDraw, card: Card) -> None:
    direction = _direction(card.language)
    at = WIDTH - MARGIN if direction == "rtl" else MARGIN
    side = WIDTH - 14 if direction == "rtl" else 0
    pen.rectangle((side, 0, side + 14, HEIGHT), fill=ACCENT)
    text = " ".join(card.quote[:MOST_CHARACTERS].split())
    size, lines = _fitted(words.in_marks(text, card.language), direction)
    for number, line in enumerate(lines):
        _write(pen, (at, 70 + round(number * size * LEADING)), line, size, INK, direction)


def _draw_source(pen: ImageDraw.ImageDraw, card: Card) -> None:
    direction = _direction(card.reader_language)
    at, away = (WIDTH - MARGIN, -1) if direction == "rtl" else (MARGIN, 1)
    room = WIDTH - 2 * MARGIN
    _write(pen, (at, 446), _cut(" · ".join(card.facts), SMALL, direction, room), SMALL, QUIET, direction)
    # The font has no check mark.
    x, y = at + away * 12, 540
    pen.line([(x - 11, y), (x - 3, y + 9), (x + 12, y - 10)], fill=ACCENT, width=5, joint="curve")
    _write(pen, (at + away * 40, 516), card.verified, SMALL, ACCENT, direction)
    ends = MARGIN if direction == "rtl" else WIDTH - MARGIN
    site = _cut(card.site, SMALL, direction, room // 3)
    _write(pen, (ends, 516), site, SMALL, INK, direction, anchor="la" if direction == "rtl" else "ra")


def _fitted(text: str, direction: Direction) -> tuple[int, list[str]]:
    """Give the largest size in which `text` fits, and its lines; what fits in none is cut and says so."""
    room = WIDTH - 2 * MARGIN
    for size in SIZES:
        most = int(QUOTE_HEIGHT / (size * LEADING))
        lines = list(islice(_lines(text, size, direction), most + 1))
        if len(lines) <= most and all(_width(line, size, direction) <= room for line in lines):
            return size, lines
    return size, [
        _cut(line, size, direction, room) for line in [*lines[: most - 1], " ".join(lines[most - 1 :])]
    ]


def _lines(text: str, size: int, direction: Direction) -> Iterator[str]:
    """Break a text at its spaces into lines that fit."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and _width(longer, size, direction) > WIDTH - 2 * MARGIN:
            yield line
            longer = word
        line = longer
    yield line


def _cut(text: str, size: int, direction: Direction, room: int) -> str:
    """Give the first words of a text that fit, with a sign that more stand there."""
    if _width(text, size, direction) <= room:
        return text
    kept = text
    while kept and _width(f"{kept}…", size, direction) > room:
        kept = kept.rpartition(" ")[0]
    return f"{kept}…"


def _write(
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    size: int,
    colour: str,
    direction: Direction,
    *,
    anchor: str | None = None,
) -> None:
    anchor = anchor or ("ra" if direction == "rtl" else "la")
    pen.text(at, text, font=_font(size), fill=colour, anchor=anchor, direction=direction)


def _width(text: str, size: int, direction: Direction) -> float:
    return _font(size).getlength(text, direction=direction)


def _direction(language: str) -> Direction:
    return "rtl" if words.direction(language) == "rtl" else "ltr"


@lru_cache(maxsize=len(SIZES) + 1)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=4_096)
def _has(character: str) -> bool:
    """Tell whether the font has a letter; signs that are not seen need none."""
    if character.isspace() or unicodedata.category(character) in ("Cf", "Mn"):
        return True
    return _look(character) != _look(_ABSENT)


def _look(character: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(SMALL).getmask(character)
    return mask.size, bytes(mask)
