"""Numerals: the years, values and ordinals of a text, in digits and in words, Arabic and English."""

from __future__ import annotations

import re

from index.text.folding import fold

_YEAR = re.compile(r"(?<!\d)(?:1[1-9]\d\d|20\d\d)(?!\d)")
_RANGE = re.compile(
    r"(?<!\d)(1[1-9]\d\d|20\d\d)\s*(?:[-–—/]|الى|حتي|to|until|and|و)\s*(1[1-9]\d\d|20\d\d|\d\d)(?!\d)"
)
_LAST_YEAR = re.compile(
    r"الماضي|الماضية|المنصرم|المنقضي|الفارط|السابق|الفايت|last (?:year|season)|previous year|a year ago"
)
_NEXT_YEAR = re.compile(r"المقبل|القادم|العام الجديد|next (?:year|season)|coming year")
_VALUE = re.compile(r"\d+(?:[.,]\d+)*")
_WORDS = {
    1: r"واحد[هة]?|one", 2: r"اثن(?:ان|ين|تان|تين)|two", 3: r"ثلاث[هة]?|three", 4: r"اربع[هة]?|four",
    5: r"خمس[هة]?|five", 6: r"ست[هة]?|six", 7: r"سبع[هة]?|seven", 8: r"ثماني?[هة]?|eight",
    9: r"تسع[هة]?|nine", 10: r"عشر[هة]?|ten",
    11: r"احد[يى]? عشره?|eleven", 12: r"اثن[اي] عشره?|twelve|dozen", 20: r"عشر(?:ون|ين)|twenty",
    30: r"ثلاث(?:ون|ين)|thirty", 40: r"اربع(?:ون|ين)|forty", 50: r"خمس(?:ون|ين)|fifty",
    60: r"ست(?:ون|ين)|sixty", 70: r"سبع(?:ون|ين)|seventy", 80: r"ثمان(?:ون|ين)|eighty",
    90: r"تسع(?:ون|ين)|ninety",
    100: r"م[اي]?[يئ]?[هة]|hundred", 1000: r"الف|thousand",
}  # fmt: skip
_ORDINALS = {
    3: r"ثالث|third|3rd|iii", 4: r"رابع|fourth|4th|iv", 5: r"خامس|fifth|5th", 6: r"سادس|sixth|6th|vi",
    7: r"سابع|seventh|7th|vii", 8: r"ثامن|eighth|8th|viii", 9: r"تاسع|ninth|9th|ix", 10: r"عاشر|tenth|10th",
}  # fmt: skip
_NUMBERED = re.compile(r"(?<![\w.,])(?:[3-9]|10)(?![\d.,]*\d|\s*\w)")
_CLITIC = r"(?<!\w)(?:[وفبلك]|ال|وال|بال|فال|كال|لل)?"
_WORD_PATTERNS = {value: re.compile(rf"{_CLITIC}(?:{words})(?!\w)") for value, words in _WORDS.items()}
_ORDINAL_PATTERNS = {
    value: re.compile(rf"{_CLITIC}(?:{words})[هة]?(?!\w)") for value, words in _ORDINALS.items()
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
    return frozenset(digits | {str(value) for value, words in _WORD_PATTERNS.items() if words.search(folded)})


def ordinals_in(text: str) -> frozenset[int]:
    """Find which of the third to the tenth a text speaks of, in words or by a number that counts nothing.

    >>> sorted(ordinals_in("القمة الرابعة في 7 جهات، والدورة 8."))
    [4, 8]
    """
    folded = fold(text).text.lower()
    ordinals = {value for value, words in _ORDINAL_PATTERNS.items() if words.search(folded)}
    return frozenset(ordinals | {int(value) for value in _NUMBERED.findall(folded)})
