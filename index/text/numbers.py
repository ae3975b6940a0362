"""Numbers: what they are called in words, and the digits that they are written with.

The names stand in `numbers.txt`, for dates and questions alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from index.text.lexicon import read_lexicon

NumberNames = Literal["cardinal", "ordinal", "short-ordinal"]
_LEXICON = read_lexicon("numbers", "cardinal", "ordinal", "short-ordinal")
# Arabic and Persian digits to those of ASCII.
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", 2 * "0123456789")


@cache
def number_names(of: NumberNames, *languages: str, seldom: bool = True) -> Mapping[int, tuple[str, ...]]:
    """Give number -> its names, as they are written; of all languages or those named.

    `seldom` names may be left out.

    >>> number_names("ordinal", "ar", "en")[3], "الدورة ٣".translate(DIGITS)
    (('ثالث', 'third'), 'الدورة 3')
    """
    numbers: dict[int, tuple[str, ...]] = {}
    for number, *listed in _LEXICON.lines(of, *languages, seldom=seldom):
        numbers[int(number)] = (*numbers.get(int(number), ()), *listed)
    return numbers
