"""Numbers: what they are called in words, and the digits that they are written with.

The names stand in `numbers.txt`, for dates and questions alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from index.text.lexicon import SELDOM, read_lexicon

NumberNames = Literal["cardinal", "ordinal", "short-ordinal"]
_LEXICON = read_lexicon("numbers", "cardinal", "ordinal", "short-ordinal")
# Arabic and Persian digits to those of ASCII.
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", 2 * "0123456789")


@cache
def number_names(of: NumberNames, *languages: str, seldom: bool = True) -> Mapping[int, tuple[str, ...]]:
    """Give number -> its names, as they are written; of all languages or those named.

    `seldom` names, those behind `~` in the file, may be left out.

    >>> number_names("ordinal", "ar", "en")[3], "الدورة ٣".translate(DIGITS)
    (('ثالث', 'third'), 'الدورة 3')
    """
    lines = _LEXICON.lines(of, *languages)
    numbers = dict.fromkeys(int(number) for number, *_ in lines)
    return {
        number: tuple(
            name.removeprefix(SELDOM)
            for line in lines
            if int(line[0]) == number
            for name in line[1:]
            if seldom or not name.startswith(SELDOM)
        )
        for number in numbers
    }
