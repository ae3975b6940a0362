"""Calendars: the names of months and weekdays, and text as they are compared in.

The names stand in `calendars.txt`, for dates, filters and cues alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from index.text.folding import fold
from index.text.lexicon import read_lexicon

Names = Literal["gregorian", "hijri", "weekday"]
_LEXICON = read_lexicon("calendars", "gregorian", "hijri", "weekday")
# Letters that keyboards and copyists of one month's name take for one another.
_ALIKE = str.maketrans({"ة": "ه", "ہ": "ه", "ە": "ه", "ھ": "ه", "ے": "ي", "ۂ": "ه"})


def plain(text: str) -> str:
    """Give text as names are compared in: folded, small letters, ta marbuta as ha.

    >>> plain("٥ جُمَادَى الآخِرة ١٤٤٥ هـ")
    '5 جمادي الاخره 1445 ه'
    """
    return fold(text.replace("İ", "i")).text.lower().translate(_ALIKE)


@cache
def names(of: Names, *languages: str, seldom: bool = True) -> Mapping[str, int]:
    """Give plain name -> number (months, weekdays from Monday, from 1); of all languages or those named.

    `seldom` names may be left out.
    """
    lines = _LEXICON.lines(of, *languages, seldom=seldom)
    return {plain(name): int(number) for number, *listed in lines for name in listed}
