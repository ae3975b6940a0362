"""Calendars: the names of months and weekdays, and text as they are compared in.

The names stand in `calendars.txt`, for dates, filters and cues alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from index.text.folding import fold

Names = Literal["gregorian", "hijri", "weekday"]
FILE = Path(__file__).with_name("calendars.txt")
_ALIKE = str.maketrans({"ة": "ه", "ہ": "ه", "ە": "ه", "ھ": "ه", "ے": "ي", "ۂ": "ه"})


def plain(text: str) -> str:
    """Text as names are compared in: folded, small letters, ta marbuta as ha.

    >>> plain("٥ جُمَادَى الآخِرة ١٤٤٥ هـ")
    '5 جمادي الاخره 1445 ه'
    """
    return fold(text.replace("İ", "i")).text.lower().translate(_ALIKE)


@cache
def names(of: Names, *languages: str) -> Mapping[str, int]:
    """Plain name -> number (months, weekdays from Monday, from 1); of all languages unless some are named."""
    return {
        plain(name.replace("_", " ")): number
        for (calendar, language), lines in _sections().items()
        if calendar == of and (not languages or language in languages)
        for number, listed in lines
        for name in listed
    }


@cache
def _sections() -> Mapping[tuple[str, str], list[tuple[int, list[str]]]]:
    sections: dict[tuple[str, str], list[tuple[int, list[str]]]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            calendar, language = line.strip("[]").split()
            lines = sections.setdefault((calendar, language), [])
        elif line and not line.startswith("#"):
            number, *listed = line.split()
            lines.append((int(number), listed))
    return sections
