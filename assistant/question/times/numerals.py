"""Numerals: the years, values and ordinals of a text, in digits and in words, Arabic and English."""

from __future__ import annotations

import re

from assistant.language import alternatives, compiled
from index.text.folding import fold
from index.text.numbers import number_names

_YEAR = re.compile(r"(?<!\d)(?:1[1-9]\d\d|20\d\d)(?!\d)")
_RANGE = re.compile(
    r"(?<!\d)(1[1-9]\d\d|20\d\d)\s*(?:[-–—/]|الى|حتي|to|until|and|و)\s*(1[1-9]\d\d|20\d\d|\d\d)(?!\d)"
)
_LAST_YEAR = compiled(r"{ar.time.last_year}", r"{en.time.last_year}")
_NEXT_YEAR = compiled(r"{ar.time.next_year}", r"{en.time.next_year}")
_VALUE = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBERED = re.compile(r"(?<![\w.,])(?:[3-9]|10)(?![\d.,]*\d|\s*\w)")
_CLITIC = r"(?<!\w)(?:[وفبلك]|ال|وال|بال|فال|كال|لل)?"
_CARDINALS = {
    value: re.compile(rf"{_CLITIC}{alternatives(listed)}(?!\w)")
    for value, listed in number_names("cardinal").items()
}
# The first and the second of something say little of it.
TELLING_ORDINALS = range(3, 11)
_ORDINALS = {
    value: re.compile(rf"{_CLITIC}{alternatives(listed)}[هة]?(?!\w)")
    for value in TELLING_ORDINALS
    for listed in [(*number_names("ordinal")[value], *number_names("short-ordinal")[value])]
}


def years_in(text: str, *, published: str = "") -> frozenset[int]:
    """Find the years a text speaks of; `published` is its date (ISO 8601), whose year it speaks of too.

    >>> sorted(years_in("بين 2014 و2016"))
    [2014, 2015, 2016]
    >>> sorted(years_in("ارتفع عن العام الماضي", published="2017-03-01"))
    [2016, 2017]
    """
    folded = fold(text).text.lower()
    years = {int(year) for year in _YEAR.findall(folded)}
    for match in _RANGE.finditer(folded):
        first, last = int(match[1]), int(match[2])
        last += first // 100 * 100 if last < 100 else 0
        years.update(range(first, last + 1) if first < last else ())
    if published[:4].isdigit():
        year = int(published[:4])
        years.add(year)
        years.update([year - 1] if _LAST_YEAR.search(folded) else [])
        years.update([year + 1] if _NEXT_YEAR.search(folded) else [])
    return frozenset(years)


def values_in(text: str) -> frozenset[str]:
    """Find the numbers of a text, in digits without separators of thousands; small ones also in words.

    >>> sorted(values_in("1,200 مشروع في ثلاث سنوات"))
    ['1200', '3']
    """
    folded = fold(text).text.lower()
    digits = {value.replace(",", "") for value in _VALUE.findall(folded)}
    return frozenset(digits | {str(value) for value, words in _CARDINALS.items() if words.search(folded)})


def ordinals_in(text: str) -> frozenset[int]:
    """Find which of the third to the tenth a text speaks of, in words or by a number that counts nothing.

    >>> sorted(ordinals_in("القمة الرابعة في 7 جهات، والدورة 8."))
    [4, 8]
    """
    folded = fold(text).text.lower()
    ordinals = {value for value, words in _ORDINALS.items() if words.search(folded)}
    return frozenset(ordinals | {int(value) for value in _NUMBERED.findall(folded)})
