"""Names: what a question names and an answer must therefore speak of. Rules over its words.

A year, a number with what it counts, an ordinal, a place, a name in Latin letters. Arabic writes no capitals:
which other words of an Arabic question are names only their vectors tell (`answering/judging/presence.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.language import alternatives, calendar_words, entries, words
from assistant.question.spelling.word_forms import (
    LATIN,
    WordForms,
    is_nationality,
    place_keys,
    plain,
    without_particle,
)
from assistant.question.times.numerals import TELLING_ORDINALS
from index.text.language import common_words
from index.text.numbers import DIGITS, number_names
from index.text.phrase import WORD

Sort = Literal["year", "number", "ordinal", "place", "name", "time", "matter"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)*(?![\w/:%-]|[.,]\d)")
# Also written onto a word: و2005, 1953الى. Not a part of a longer number, of a date in digits or of a range.
_YEAR = re.compile(r"(?<![\d.,])(?<![A-Za-z-])(?:1[1-9]\d\d|20\d\d)(?![\d.,]\d|\d|[A-Za-z%])")
_COUNTED_BY = re.compile(r"\s+(?:of\s+)?([^\W\d_]{2,})")
# Behind a number of four digits they make it a count and no year.
_UNITS = re.compile(
    r"\s*" + alternatives((*entries("ar.name.units"), *entries("en.name.units")), folding=False)
)
_ARABIC_ORDINALS, _ENGLISH_ORDINALS = (
    {name: number for number in TELLING_ORDINALS for name in number_names("ordinal", language)[number]}
    for language in ("ar", "en")
)
_ARABIC_ORDINAL = re.compile(rf"(?:[وفبلك]|لل)?(?:ال)?({'|'.join(_ARABIC_ORDINALS)})[ةه]?")
_TEENS = re.compile(r"\s+عشر[ةه]?(?!\w)")  # the fifteenth is no fifth
# Capitalised in English and no names, or said in other words by every translation.
_NO_NAMES = words("en.name.none") | calendar_words()
_WHOSE = re.compile(r"['’]s?$")
# Of the words after the first: a question typed in capitals or as a title names nothing by them.
MOST_CAPITALS = 0.75


@dataclass(frozen=True)
class Named:
    """What a question names, at `question[start:end]`, digits in ASCII.

    `number` is an ordinal's value, `since` the first day (ISO) of a time that is told from today.
    """

    text: str
    start: int
    end: int
    sort: Sort
    number: int = 0
    since: str = ""

    @cached_property
    def whole(self) -> WordForms:
        """Give the forms of a name that is one word."""
        return WordForms(self.text)

    @cached_property
    def words(self) -> tuple[WordForms, ...]:
        """Give the forms of its words, in order."""
        return tuple(map(WordForms, WORD.findall(self.text)))


def names_in(question: str) -> tuple[Named, ...]:
    """Find what a question names, in its order.

    >>> [(name.sort, name.text) for name in names_in("Who won the Nobel Prize of 2019 in Paris?")]
    [('name', 'Nobel Prize'), ('year', '2019'), ('place', 'Paris')]
    >>> [(name.sort, name.text) for name in names_in("كم حضر القمة السادسة في مدريد عام 2017؟")]
    [('ordinal', 'السادسة'), ('place', 'مدريد'), ('year', '2017')]
    """
    read = question.translate(DIGITS)
    numbers = [*_years(read), *_numbers(read)]
    words = [*_latin(question), *_arabic(question)]
    return tuple(sorted((*numbers, *words), key=lambda name: name.start))


def _years(text: str) -> Iterator[Named]:
    for match in _YEAR.finditer(text):
        if not _UNITS.match(text, match.end()):
            yield Named(match.group(), *match.span(), "year")


def _numbers(text: str) -> Iterator[Named]:
    years = {name.start for name in _years(text)}
    for match in _NUMBER.finditer(text):
        if match.start() not in years and _COUNTED_BY.match(text, match.end()):
            yield Named(match.group(), *match.span(), "number")


def _latin(question: str) -> Iterator[Named]:
    """Capitalised words of a question in Latin letters, in runs; every Latin word in an Arabic one."""
    words = [match for match in _WORD.finditer(question) if LATIN.match(match.group())]
    arabic = len(words) <= len(_WORD.findall(question)) / 2
    capital = [match for match in words[1:] if match.group()[0].isupper()]
    if not arabic and len(capital) > MOST_CAPITALS * len(words[1:]) and len(words) > 3:
        return
    run: list[re.Match[str]] = []
    for match in words:
        if _ENGLISH_ORDINALS.get(match.group().lower()):
            yield Named(match.group(), *match.span(), "ordinal", _ENGLISH_ORDINALS[match.group().lower()])
        elif (arabic and len(match.group()) > 1) or _is_name(match, first=match.start() == words[0].start()):
            if run and question[run[-1].end() : match.start()] not in (" ", "-", ". ", " & "):
                yield _joined(question, run)
                run = []
            if place_keys(_owned(match.group())) and not run:
                yield Named(
                    _owned(match.group()), match.start(), match.start() + len(_owned(match.group())), "place"
                )
                continue
            run.append(match)
    if run:
        yield _joined(question, run)


def _is_name(match: re.Match[str], *, first: bool) -> bool:
    word = _owned(match.group())
    if (
        len(word) < 2
        or not word[0].isupper()
        or word.lower() in _NO_NAMES
        or word.lower() in common_words("en")
    ):
        return False
    return not first or bool(place_keys(word))


def _owned(word: str) -> str:
    """Take off what says whose something is: Qatar's."""
    return _WHOSE.sub("", word)


def _joined(question: str, run: list[re.Match[str]]) -> Named:
    start, end = run[0].start(), run[-1].end()
    text = _owned(question[start:end])
    return Named(text, start, start + len(text), "name")


def _arabic(question: str) -> Iterator[Named]:
    before = ""
    for match in _WORD.finditer(question):
        word = match.group()
        if LATIN.match(word) or word[0].isdigit():
            before = word
            continue
        ordinal = None if _TEENS.match(question, match.end()) else _ARABIC_ORDINAL.fullmatch(plain(word))
        if ordinal and plain(word).lstrip("وفبك").startswith(("ال", "لل")) and before:
            yield Named(word, *match.span(), "ordinal", _ARABIC_ORDINALS[ordinal.group(1)])
        elif place_keys(word) or is_nationality(word):
            place = without_particle(word)
            yield Named(place, match.end() - len(place), match.end(), "place")
        before = word
