"""Patterns with lists in them: `{en.when.asks}` in a pattern stands for any entry of that list.

What an entry means beside its letters stands at the head of the files: `(x/y)`, `[x/y]`, `(x/y)*`, `*`, `+`
and `...`. `{calendar}` stands for any full name of a month or a weekday, `{cardinal}` for any number of one
word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from assistant.language.lists import entries
from index.text.calendars import names
from index.text.folding import LETTERS, fold
from index.text.numbers import number_names

_NAME = re.compile(r"\{((?:ar|en)\.[a-z_.]+)\}")
_SIGN = re.compile(r"\.\.\.|[)\]]\*|[()\[\]/*+]|[^()\[\]/*+.]+|\.")
_MEANING = {
    "...": ".{0,40}",
    "(": "(?:",
    ")": ")?",
    ")*": ")*",
    "[": "(?:",
    "]": ")",
    "]*": ")*",
    "/": "|",
    "*": r"\w*",
    "+": "+",
}
_WORD = re.compile(r"\w+")
_TA_MARBUTA = re.compile(r"ة(?!\w)")
_MEANT_OTHERWISE = frozenset(["ذو", "ذي"])  # of two months, and of every owner of something


def compiled(*patterns: str) -> re.Pattern[str]:
    """Compile what any of `patterns` matches on folded text, `{language.list}` put in their places.

    >>> compiled(r"\\b{ar.where.asks}\\b").search("اين تقع العقبه").group()
    'اين'
    """
    return re.compile("|".join(map(filled, patterns)))


def filled(pattern: str) -> str:
    """Put the entries of lists in the places of their names, folded as the text is that they are met in."""
    named = _NAME.sub(lambda name: _listed(name[1]), pattern.translate(_FOLDED))
    for name, names_of in (("{calendar}", calendar_names), ("{cardinal}", cardinal_names)):
        if name in named:
            named = named.replace(name, alternatives(names_of()))
    return named


def spelt(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose lists are met in text as it was typed: not folded, in letters of any size.

    >>> spelt(r"{en.follow_up.about} ").match("What  about Aqaba?").end()
    12
    """
    return re.compile(_NAME.sub(lambda name: _listed(name[1], folding=False), pattern), re.IGNORECASE)


@cache
def _listed(name: str, *, folding: bool = True) -> str:
    """Give the pattern for a list; kept, for many patterns name the same one."""
    return alternatives(entries(name), folding=folding)


def alternatives(listed: Iterable[str], *, folding: bool = True) -> str:
    """Give a pattern for any of some entries, the longest first.

    >>> alternatives(["سنة", "good (old )day(s)"])
    '(?:good\\\\ (?:old\\\\ )?day(?:s)?|سن[ةه])'
    """
    written = sorted(listed, key=lambda entry: (-len(entry), entry))
    return f"(?:{'|'.join(_pattern(entry, folding=folding) for entry in written)})"


@cache
def calendar_names() -> tuple[str, ...]:
    """Give the full names of months and weekdays in Arabic and English, for sentences: not short forms."""
    arabic = [*names("gregorian", "ar"), *(names("hijri", "ar").keys() - {"القعده", "الحجه"})]
    arabic += [name for name in names("weekday", "ar") if name.startswith("ال")]  # `أحد` is someone
    english = [name for of in ("gregorian", "weekday") for name in _full(names(of, "en"))]
    return tuple(re.sub(r"ه(?= |$)", "ة", name) for name in sorted({*arabic, *english}))


def calendar_words() -> frozenset[str]:
    """Give the words that begin the names of months and weekdays, folded, for looking single words up."""
    first = {name.split()[0] for name in calendar_names()} - _MEANT_OTHERWISE
    return frozenset(first | {name[:-1] + "ه" for name in first if name.endswith("ة")})


@cache
def cardinal_names() -> tuple[str, ...]:
    """Give the numbers of one word in Arabic and English, as they are written; none seldom met."""
    listed = number_names("cardinal", "ar", "en", seldom=False).values()
    return tuple(name for alike in listed for name in alike if " " not in name)


def number_words() -> frozenset[str]:
    """Give the words that are numbers, cardinal or ordinal, folded, for looking single words up."""
    ordinals = number_names("ordinal", "ar", "en").values()
    return frozenset(
        fold(name).text for name in (*cardinal_names(), *(name for alike in ordinals for name in alike))
    )


def date_words() -> frozenset[str]:
    """Give the Arabic words that are dates by themselves, plain: months and weekdays, none seldom met."""
    months = (name for of in ("gregorian", "hijri") for name in names(of, "ar", seldom=False))
    weekdays = (name for name in names("weekday", "ar", seldom=False) if name.startswith("ال"))
    return frozenset({name.split()[0] for name in (*months, *weekdays)} - _MEANT_OTHERWISE)


def _full(numbers: Mapping[str, int]) -> Iterable[str]:
    """Give the first name of each month or day, which is the full one."""
    return {number: name for name, number in reversed(list(numbers.items()))}.values()


def _pattern(entry: str, *, folding: bool) -> str:
    text = _WORD.sub(lambda word: fold(word[0]).text, entry) if folding else entry
    pattern = "".join(_MEANING.get(sign) or re.escape(sign) for sign in _SIGN.findall(text))
    return _TA_MARBUTA.sub("[ةه]", pattern) if folding else pattern.replace(r"\ ", r"\s+")


_FOLDED = str.maketrans(LETTERS)
