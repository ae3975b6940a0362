"""Tashkeel: signs that writers put on letters or leave out at will, and text without them.

Vowelled or not, a word is one word to a reader, and must be one to the encoder and to the analysis. Gone are
Arabic vowel signs and Quranic annotation, Hebrew points and accents, tatweel beside a letter, and what
presentation forms make of them; alef wasla, which only vowelled text has, is an alef. A hamza or madda that
makes another letter with the one before it (`ا` + U+0654) stays with it, as that letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.text.folding import BIDI_CONTROLS, TASHKEEL, TATWEEL, ZERO_WIDTH

_ANNOTATION = "\u06e5\u06e6"  # small waw and ya: letters to Unicode, signs on a letter to a reader
_HEBREW = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\ufb1e"
_ALONE = "\ufc5e-\ufc63\ufcf2-\ufcf4"  # shadda with a vowel sign, alone or on tatweel
# U+FBB2 to U+FBC2 are symbols to teach the dots of letters: they stand for themselves.
_SHOWN = frozenset(map(chr, range(0xFBB2, 0xFBC3)))
SIGNS = "".join(sorted(TASHKEEL - _SHOWN)) + _ANNOTATION + _HEBREW + _ALONE  # for a pattern's class
_INVISIBLE = BIDI_CONTROLS | ZERO_WIDTH
_COMPOSING = frozenset("\u0653\u0654\u0655")
_SIGN = re.compile(f"[{SIGNS}]+")
_RUN = re.compile(f"[{SIGNS}{TATWEEL}]+")
_ARABIC_LETTER = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff"
                            "\u0750-\u077f\u0870-\u0887\u0889-\u088e\u08a0-\u08c9"
                            "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe80-\ufefc]")  # fmt: skip


def _letters_with_signs() -> dict[str, str]:
    """Give presentation forms of one letter with its signs, and alef wasla -> the letter."""
    letters = {"\u0671": "\u0627", "\ufb50": "\u0627", "\ufb51": "\u0627"}
    for code in (*range(0xFB1D, 0xFB50), *range(0xFB50, 0xFE00), *range(0xFE80, 0xFEFD)):
        parts = unicodedata.normalize("NFKD", chr(code))
        letter = _SIGN.sub("", parts)
        if len(letter) == 1 < len(parts) and letter.isalpha() and letter != TATWEEL:
            letters[chr(code)] = letter
    return letters


_LETTERS = _letters_with_signs()
_LETTER_OF = str.maketrans(_LETTERS)
_CHANGED = re.compile(f"[{SIGNS}{TATWEEL}{''.join(_LETTERS)}]")
_INTRICATE = re.compile(f"[{''.join(_COMPOSING)}{TATWEEL}{''.join(_LETTERS)}]")


@dataclass(frozen=True, slots=True)
class Unvowelled:
    """Text without signs: `text[i]` stands at `places[i]` of the original, int64 (len(text),)."""

    text: str
    places: np.ndarray

    def starts(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Tell where the spans `text[starts[i]:ends[i]]` begin in the original.

        An empty one begins at its end.
        """
        if not len(self.places):
            return np.zeros(len(starts), np.int64)
        places = self.places[np.minimum(starts, len(self.places) - 1)]
        return np.where(starts < ends, places, self.ends(ends))

    def ends(self, ends: np.ndarray) -> np.ndarray:
        """Tell where the spans end in the original: after their last letter."""
        if not len(self.places):
            return np.zeros(len(ends), np.int64)
        return np.where(ends > 0, self.places[np.maximum(ends - 1, 0)] + 1, 0)

    def signs_before(self, start: int, end: int) -> tuple[int, int]:
        """Tell how many signs stand before the start and before the end of a span of the original."""
        first, last = np.searchsorted(self.places, (start, end)).tolist()
        return start - first, end - last


def unvowelled(text: str) -> str:
    """Give `text` without signs.

    >>> unvowelled("مُـــدُنٌ ذَكِيَّةٌ")
    'مدن ذكية'
    """
    if not _INTRICATE.search(text):
        return _SIGN.sub("", text)
    bare = locate_unvowelled(text)
    return text if bare is None else bare.text


def letters(text: str) -> int:
    """Give the length of `text` to a reader: its code points without signs."""
    return len(unvowelled(text))


def locate_unvowelled(text: str) -> Unvowelled | None:
    """Give `text` without signs and the way back; None when it has no signs."""
    if not _CHANGED.search(text):
        return None
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    kept = ~_is_sign()[points]
    if not _INTRICATE.search(text):
        return Unvowelled(_SIGN.sub("", text), np.flatnonzero(kept))
    characters = list(text.translate(_LETTER_OF))
    _read_intricate(text, characters, kept)
    places = np.flatnonzero(kept)
    return Unvowelled("".join(characters[place] for place in places.tolist()), places)


def _read_intricate(text: str, characters: list[str], kept: np.ndarray) -> None:
    """Put into `characters` the letters that signs make, and into `kept` the tatweels that are dashes."""
    for run in _RUN.finditer(text):
        first, last = run.span()
        if TATWEEL in run[0] and not _joins(text, first - 1, -1) and not _joins(text, last, 1):
            for position in range(first, last):
                kept[position] = text[position] == TATWEEL
        if first and not _COMPOSING.isdisjoint(run[0]):
            # The first few: to put many marks in order takes the square of their number.
            marks = "".join(sign for sign in run[0] if sign in _COMPOSING)[:4]
            characters[first - 1] = unicodedata.normalize("NFC", characters[first - 1] + marks)[0]


def _joins(text: str, position: int, step: int) -> bool:
    """Tell whether an Arabic letter stands at `position`, or behind characters there that show nothing."""
    while 0 <= position < len(text) and text[position] in _INVISIBLE:
        position += step
    return 0 <= position < len(text) and bool(_ARABIC_LETTER.match(text[position]))


@lru_cache(maxsize=1)
def _is_sign() -> np.ndarray:
    """Give, boolean (0x110000,), the code points that are signs, tatweel among them."""
    table = np.zeros(0x110000, dtype=bool)
    table[[ord(sign) for sign in "".join(map(chr, range(0x11000))) if _RUN.match(sign)]] = True
    return table
