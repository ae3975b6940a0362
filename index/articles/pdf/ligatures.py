"""Glyphs that stand for several letters: in which order these are spoken."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FORMS = (range(0xFB13, 0xFB18), range(0xFB1D, 0xFDFE), range(0xFE70, 0xFEFD))  # Arabic, Hebrew, Armenian
_NUMBER_OR_WORD = re.compile(r"[a-zA-Z\d\u00c0-\u024f]+(?:[.,:/٫٬][a-zA-Z\d\u00c0-\u024f]+)*")


@cache
def _ligatures() -> frozenset[str]:
    """Give what Unicode's own forms of several letters stand for: lam-alef, the name of God."""
    forms = (unicodedata.normalize("NFKC", chr(code)).strip() for codes in _FORMS for code in codes)
    return frozenset(form for form in forms if len(form) > 1)


def spoken(text: str) -> str:
    """Give the characters of a glyph in a part that PDFium turned; Unicode's own forms it leaves in order.

    >>> spoken("ال"), spoken("لا"), spoken("SDI"), spoken("2024 ماع")
    ('لا', 'لا', 'SDI', 'عام 2024')
    """
    if not any(unicodedata.bidirectional(char) in ("R", "AL", "NSM") for char in text):
        return text
    turned = _NUMBER_OR_WORD.sub(lambda run: run[0][::-1], text[::-1])
    if _is_mark(turned[0]) != _is_mark(text[0]):
        return text if _is_mark(turned[0]) else turned  # a sign follows its letter
    return text if text in _ligatures() and turned not in _ligatures() else turned


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


def unturned(text: str) -> str:
    """Give the characters of a glyph that PDFium left as it is; lam-alef may be written as it is shown."""
    turned = text[::-1]
    return turned if turned in _ligatures() and text not in _ligatures() else text
