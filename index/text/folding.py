"""Normalisation: text made one in what may differ between two copies of the same words.

`fold` is for finding a quote in its article, not for searching (that is `index.text.analysis`): it takes away
what a copyist, a keyboard or a model changes without changing a word, and keeps an exact map back to the
original's code points. It keeps every letter that makes another word (ta marbuta and ha, Latin case and
accents), every sign that makes another number (points and commas between digits, signs, percent), and
every other punctuation mark.

The tables below are shared with whoever folds text for another purpose.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Arabic vowel signs, tanwin, shadda, sukun, combining hamza and madda, dagger alef, Quranic annotation.
TASHKEEL = frozenset(
    chr(code)
    for first, last in [
        (0x0610, 0x061A),
        (0x064B, 0x065F),
        (0x0670, 0x0670),
        (0x06D6, 0x06DC),
        (0x06DF, 0x06E4),
        (0x06E7, 0x06E8),
        (0x06EA, 0x06ED),
        (0x0897, 0x089F),
        (0x08CA, 0x08E1),
        (0x08E3, 0x08FF),
        (0x10EFA, 0x10EFF),
        (0xFBB2, 0xFBC2),
        (0xFE70, 0xFE7F),  # presentation forms of vowel signs, alone and on tatweel
    ]
    for code in range(first, last + 1)
)
TATWEEL = "\u0640"
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff"
) | frozenset(
    chr(code)
    for code in range(0xFE00, 0xFE10)  # variation selectors
)
# One letter, several seats or code points: hamza on alef, waw and ya; final ya without dots; the Persian
# code points of kaf and ya that keyboards and scanned text put into Arabic words.
LETTERS = {
    **dict.fromkeys("أإآٱٲٳٵ", "ا"),
    **dict.fromkeys("ؤٶ", "و"),
    **dict.fromkeys("ئىیٸ", "ي"),
    "ک": "ك",
    "ۀ": "ە",
    "ۂ": "ہ",
    "ۓ": "ے",
}
# The same sign in Arabic and in Latin typesetting, and the many dashes.
SIGNS = {
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٪": "%",
    "٫": ".",
    "٬": ",",
    "۔": ".",
    "…": "...",
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
}
DOUBLE_QUOTATION_MARKS = frozenset('"“”„‟«»〝〞＂')
# Between two letters or digits these are an apostrophe, elsewhere a quotation mark.
SINGLE_QUOTATION_MARKS = frozenset("'‘’‚‛‹›`´ʼ＇")
_QUOTATION_MARKS = SINGLE_QUOTATION_MARKS | DOUBLE_QUOTATION_MARKS
# White space (or quotation marks) beside these says nothing, unless a number could come of it.
_LOOSE = frozenset(",;:.!?()[]{}")
_IN_NUMBERS = frozenset(",.:")
_PRESENTATION = re.compile("[\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufdff\ufe80-\ufefc\uff01-\uff5e]")
_INVISIBLE = BIDI_CONTROLS | ZERO_WIDTH
_DROPPED = TASHKEEL | _INVISIBLE
_MARKS = frozenset(("Mn", "Mc", "Me"))
# Letters, digits and signs of which none attaches to the one before it and none is dropped: most text.
_EVERYDAY = re.compile(
    "[\x00-\xac\xae-\u024f\u060c\u061b\u061f\u0620-\u063f\u0641-\u064a\u0660-\u066f\u0671-\u06d3"
    "\u2010-\u2027\u2030-\u205e]*"
)
# Of combining marks in a row (UAX #15, Stream-Safe Text): ordering more takes the square of their number.
MOST_MARKS = 30


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and where it came from.

    `text[i]` came from `original[starts[i]:ends[i]]`, in code points; both tuples never fall, and signs
    that belong to a letter (tashkeel, tatweel) lie within its span. Several folded characters may share
    one source character (`…`, `ﷺ`).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the original's span of `text[first:last]`; `first < last`."""
        return self.starts[first], self.ends[last - 1]


def fold(text: str) -> Folded:
    """Give `text` without what may differ between two copies of the same words, and the way back.

    No gap is kept at either end. Folding twice gives what folding once gave.

    >>> fold("«مُدُنٌ  ذكيّة» ٢٠٢٥").text
    'مدن ذكية 2025'
    """
    units = _units(text)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gap: tuple[int, int] | None = None
    for position, (character, start, end) in enumerate(units):
        if (character.isspace() or character in _QUOTATION_MARKS) and _is_gap(units, position):
            gap = (start if gap is None else gap[0], end)
            continue
        if gap is not None and characters and _gap_counts(text[slice(*gap)], characters, units, position):
            characters.append(" ")
            starts.append(gap[0])
            ends.append(gap[1])
        gap = None
        if character in SINGLE_QUOTATION_MARKS:
            character = "'"
        characters.append(character)
        starts.append(start)
        ends.append(end)
    return Folded("".join(characters), tuple(starts), tuple(ends))


def _units(text: str) -> list[tuple[str, int, int]]:
    """Give (folded character, start, end) in order; white space and quotation marks still as they are."""
    units: list[tuple[str, int, int]] = []
    start, length = 0, len(text)
    while start < length:
        # What stands behind the last of everyday signs may belong to it.
        until = _EVERYDAY.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing too
        until -= until < length
        if start < until:
            units += [
                (folded, place, place + 1)
                for place, sign in enumerate(text[start:until], start)
                for folded in _fold_letter(sign)
            ]
            start = until
            continue
        base = text[start]
        after = start + 1
        end, marks = after, 0
        while after < length and marks < MOST_MARKS and _attaches(text[after], base):
            if text[after] not in _INVISIBLE:
                end = after + 1
            marks += text[after] not in _DROPPED and text[after] != TATWEEL
            after += 1
        folded = _fold_cluster(text[start:after], text[after : after + 1])
        units.extend((character, start, end) for character in folded)
        start = after
    return units


def _attaches(character: str, base: str) -> bool:
    """Tell whether `character` belongs to the letter before it: a mark, a control, a stretched stroke."""
    if character == TATWEEL:
        return base == TATWEEL or _is_arabic_letter(base)
    if character in _DROPPED:
        return True
    if character.isalpha():  # no letter attaches but vowels and finals of Korean ones
        return "\u1160" <= character <= "\u11ff"
    return unicodedata.category(character) in _MARKS


def _fold_cluster(cluster: str, following: str) -> str:
    """Give what stands for a base character with all that attaches to it; empty when it shows nothing.

    A tatweel that touches no Arabic letter is a dash: `2ـ6` must not become 26.
    """
    if cluster[0] == TATWEEL:
        return "" if _is_arabic_letter(following) else "-"
    return _fold_letter(cluster)


@lru_cache(maxsize=8192)
def _fold_letter(cluster: str) -> str:
    if len(cluster) > 1:
        cluster = "".join(each for each in cluster if each not in _DROPPED and each != TATWEEL)
    plain = _PRESENTATION.sub(_plain_form, cluster)
    return "".join(map(_fold_character, unicodedata.normalize("NFC", plain)))


def _plain_form(form: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", form[0])
    return "".join(each for each in plain if each not in _DROPPED and each != TATWEEL).strip()


def _fold_character(character: str) -> str:
    if character in _DROPPED:
        return ""
    letter = LETTERS.get(character) or SIGNS.get(character)
    if letter is not None:
        return letter
    digit = None if character.isascii() else unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _is_arabic_letter(character: str) -> bool:
    return ("\u0600" <= character <= "\u08ff" or "\ufb50" <= character <= "\ufeff") and character.isalpha()


def _is_gap(units: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether the unit is white space or a quotation mark."""
    character = units[position][0]
    if character in SINGLE_QUOTATION_MARKS:
        before = units[position - 1][0] if position else " "
        after = units[position + 1][0] if position + 1 < len(units) else " "
        return not (before.isalnum() and after.isalnum())
    return character.isspace() or character in DOUBLE_QUOTATION_MARKS


def _gap_counts(gap: str, characters: list[str], units: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether the gap between what is folded so far and the unit at `position` parts anything.

    Beside punctuation it does not, but for digits on both sides: `in 2019. 30 people` is not 2019.30.
    Quotation marks alone do not part an Arabic particle from its word: `و«الغد»` reads as `والغد`.
    """
    left, right = characters[-1], units[position][0]
    if left.isalpha() and right.isalpha():
        return any(map(str.isspace, gap))
    if left in _IN_NUMBERS and right.isdigit():
        return len(characters) > 1 and characters[-2].isdigit()
    if right in _IN_NUMBERS and left.isdigit():
        later = position + 1
        while later < len(units) and _is_gap(units, later):
            later += 1
        return later < len(units) and units[later][0].isdigit()
    return not (left in _LOOSE or right in _LOOSE or right == "%")
