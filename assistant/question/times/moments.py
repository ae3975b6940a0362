"""Moments: the days that words of a question name, against a clock: "last week", "in September 2025".

Gregorian and Hijri months, Arabic and English. What a moment is of, publication or event, is told elsewhere
(`periods.py`). The words stand in `assistant/language`, months in `index/text/calendars.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assistant.language import compiled
from assistant.question.times.days import (
    HIJRI_YEARS,
    CalendarUnit,
    Clock,
    Days,
    around,
    before,
    hijri_days,
    latest_hijri_month,
    latest_month,
    month_days,
    year_days,
)
from assistant.question.times.numerals import values_in
from index.text.calendars import Names, names, plain

# `now` asks for what holds today, `past` for days up to today or before it; `named` days have their own date.
Sense = Literal["now", "past", "named"]

MOST_COUNTED = 400  # of a unit: "the last 400 days"
_UNITS = (
    r"(?P<day>{ar.time.day}|{en.time.day})|(?P<week>{ar.time.week}|{en.time.week})"
    r"|(?P<month>{ar.time.month}|{en.time.month})|(?P<year>{ar.time.year}|{en.time.year})"
)
_NUMBER = r"\d{1,3}|{cardinal}|{ar.cue.numbers}|{en.cue.numbers}"
_COUNT = rf"(?P<count>{_NUMBER})"
_FEW = {"day": 7, "week": 4, "month": 3, "year": 3}  # what "the last days" are, and so on


@dataclass(frozen=True, slots=True)
class Moment:
    """The days from `start` to `end`, both included, that `text[first:last]` of plain words names."""

    start: date
    end: date
    first: int
    last: int
    sense: Sense


def moments_in(text: str, clock: Clock) -> tuple[Moment, ...]:
    """Find the days that a question names, in its order; `text` is folded, in small letters.

    >>> clock = Clock(date(2025, 10, 8))
    >>> [(str(moment.start), str(moment.end)) for moment in moments_in("news of last week", clock)]
    [('2025-09-29', '2025-10-05')]
    >>> [(str(moment.start), str(moment.end)) for moment in moments_in("في سبتمبر 2025", clock)]
    [('2025-09-01', '2025-09-30')]
    """
    moments: list[Moment] = []
    for sense, days_of, pattern in _RULES:
        for match in pattern.finditer(text):
            beside = match.groupdict().get("beside")
            first, last = match.end("beside") + 1 if beside else match.start(), match.end()
            if any(first < other.last and other.first < last for other in moments):
                continue
            try:
                days = days_of(match, clock)
            except (ValueError, OverflowError):
                continue  # the 31st of June, a year that no calendar has, three hundred years ago
            if days is not None:
                moments.append(Moment(*days, first, last, sense))
    return tuple(sorted(moments, key=lambda moment: moment.first))


def _unit(match: re.Match[str]) -> CalendarUnit:
    groups = match.groupdict()
    return next(unit for unit in ("day", "week", "month", "year") if groups.get(unit))


def _count(match: re.Match[str]) -> int | None:
    """Give how many units are counted: 1 without a number, 2 of a dual; None for what is no number."""
    written = match.groupdict().get("count") or match.groupdict().get("after")
    word = match[_unit(match)]
    if written is None:
        return 2 if word.endswith(("ين", "ان")) and word not in _NO_DUALS else 1
    values = [int(value) for value in values_in(written) if value.isdecimal()]
    return values[0] if len(values) == 1 and 0 < values[0] <= MOST_COUNTED else None


_NO_DUALS = ("سنين",)


def _rolling(match: re.Match[str], clock: Clock) -> Days | None:
    """The last units up to today: "the last three days", "since a month"."""
    count = _count(match)
    return None if count is None else (before(clock.today, count, _unit(match)), clock.today)


def _last(match: re.Match[str], clock: Clock) -> Days | None:
    """The unit before this one; with a number the last units; of a plural the last few."""
    unit, count = _unit(match), _count(match)
    plural = bool(_SEVERAL.fullmatch(match[unit]))
    if count is None:
        return None
    if count > 1 or match.groupdict().get("count") or match.groupdict().get("after"):
        return before(clock.today, count, unit), clock.today
    if unit == "day" and not plural:
        return None  # the last day of something
    if plural:
        return before(clock.today, _FEW[unit], unit), clock.today
    return around(before(clock.today, 1, unit), unit)


def _this(match: re.Match[str], clock: Clock) -> Days | None:
    return around(clock.today, _unit(match))


def _ago(match: re.Match[str], clock: Clock) -> Days | None:
    count = _count(match)
    return None if count is None else around(before(clock.today, count, _unit(match)), _unit(match))


def _today(_match: re.Match[str], clock: Clock) -> Days:
    return clock.today, clock.today


def _yesterday(_match: re.Match[str], clock: Clock) -> Days:
    day = clock.today - timedelta(days=1)
    return day, day


def _dated(match: re.Match[str], clock: Clock) -> Days | None:
    """A month, with its day or without, of its year or of the last that has articles."""
    name, day = plain(match["month"]), match.groupdict().get("of_month") or match.groupdict().get("in_month")
    year = int(match["year"]) if match["year"] else None
    if year is None and not (match["lead"] or "").strip("و") and not match.groupdict().get("ended"):
        return None  # may, مارس and صفر are words too
    if match.groupdict().get("ended"):
        clock = Clock(clock.today)  # the last one, whatever articles there are
    if name in _HIJRI:
        return hijri_days(year or latest_hijri_month(_HIJRI[name], clock), _HIJRI[name], int(day or 0))
    first, last = month_days(year or latest_month(_GREGORIAN[name], clock), _GREGORIAN[name])
    return (first.replace(day=int(day)),) * 2 if day else (first, last)


def _year(match: re.Match[str], _clock: Clock) -> Days:
    year = int(match["year"])
    return year_days(year, hijri=bool(match["hijri"]) or year in HIJRI_YEARS)


def _iso(match: re.Match[str], _clock: Clock) -> Days:
    if match["day"] is None:
        return month_days(int(match["year"]), int(match["month"]))
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return day, day


def _weekday(match: re.Match[str], clock: Clock) -> Days:
    """The last such day before today."""
    back = (clock.today.isoweekday() - _WEEKDAYS[plain(match["weekday"])] - 1) % 7 + 1
    day = clock.today - timedelta(days=back)
    return day, day


def _numbered(of: Names) -> Mapping[str, int]:
    return {**names(of, "ar"), **names(of, "en")}


def _any(named: Mapping[str, int]) -> str:
    """Give a pattern for names as a question has them: folded, ta marbuta and ha alike."""
    listed = sorted((re.escape(name) for name in named), key=len, reverse=True)
    return "|".join(re.sub(r"ه(?=\\ |$)", "[ةه]", name) for name in listed)


_GREGORIAN, _HIJRI = _numbered("gregorian"), _numbered("hijri")
_MONTH = rf"(?P<month>{_any({**_GREGORIAN, **_HIJRI})})(?!\w)"
_WEEKDAYS = _numbered("weekday")
_WEEKDAY = rf"(?P<weekday>{_any(_WEEKDAYS)})"
_LEADING = r"(?:[وفبل]?{ar.time.lead}|{en.time.lead}) "
_BESIDE = r"(?P<beside>{ar.time.news}|{en.time.news}) "
_LEAD = rf"(?P<lead>{_LEADING}(?:[وفبل]?{{ar.time.months}} )?|[لبو]?{{ar.time.months}} |{_BESIDE}|و)?"
_LEAD_YEAR = rf"(?P<lead>[وفبل]?(?:ال)?{{ar.time.of_year}} |{_LEADING}|و(?=\d))"
_OF_YEAR = r"(?:,? (?:{ar.time.of_year} |of )?(?P<year>\d{4}))?(?!\d)"
_HIJRI_SIGN = r"(?: ?(?:ه|هـ|هجري[ةه]?|ah)(?!\w))"
_ST = r"(?:st|nd|rd|th)?"
_THIS = r"(?:{ar.time.this} ?ال|ال(?=\w+ {ar.time.current}(?!\w)))"
_SEVERAL = compiled(r"{ar.time.several}", r"{en.time.several}")
# The first rule that takes some words has them.
_FORMS: tuple[tuple[Sense, Callable[[re.Match[str], Clock], Days | None], str], ...] = (
    (
        "named",
        _iso,
        r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?![\d-])",
    ),
    (
        "named",
        _dated,
        rf"(?<!\w){_LEAD}(?P<of_month>\d{{1,2}}){_ST},? (?:{{ar.time.of_month}} |of )*{_MONTH}"
        rf"{_OF_YEAR}{_HIJRI_SIGN}?",
    ),
    ("named", _dated, rf"(?<!\w){_LEAD}{_MONTH} (?P<in_month>\d{{1,2}}){_ST}(?!\d){_OF_YEAR}"),
    (
        "named",
        _dated,
        rf"(?<!\w){_LEAD}{_MONTH}(?P<ended> {{ar.time.last}}(?!\w))?{_OF_YEAR}{_HIJRI_SIGN}?",
    ),
    ("named", _year, rf"(?<!\w){_LEAD_YEAR}(?P<year>\d{{4}})(?![\d-])(?P<hijri>{_HIJRI_SIGN})?"),
    ("past", _rolling, rf"(?<!\w){{ar.time.latest}} (?:{_COUNT} )?(?:{_UNITS})(?!\w)"),
    ("past", _rolling, rf"(?<!\w){{ar.time.since}} (?:{_COUNT} )?(?:{_UNITS})(?!\w)(?! \d)"),
    ("past", _ago, rf"(?<!\w){{ar.time.ago}} (?:{_COUNT} )?(?:{_UNITS})(?!\w)(?! (?:\d|من ))"),
    (
        "past",
        _last,
        rf"(?<!\w)(?:{_COUNT} )?ال(?:{_UNITS}) (?:ال(?P<after>{_NUMBER}) )?{{ar.time.last}}(?!\w)",
    ),
    ("past", _last, rf"(?<!\w){_COUNT} (?:{_UNITS}) {{ar.time.last}}(?!\w)"),
    ("past", _ago, rf"\b{_COUNT} (?:{_UNITS}) {{en.time.ago}}\b"),
    ("past", _last, rf"\b{{en.time.last}} (?:{_COUNT} )?(?:{_UNITS})\b"),
    ("past", _rolling, rf"\b{{en.time.past}} (?:{_COUNT} )?(?:{_UNITS})\b"),
    ("past", _weekday, rf"(?<!\w){_WEEKDAY} {{ar.time.last}}(?!\w)"),
    ("past", _weekday, rf"\b{{en.time.last}} {_WEEKDAY}\b"),
    ("now", _this, rf"(?<!\w){_THIS}(?:{_UNITS})(?: {{ar.time.current}})?(?!\w)"),
    ("now", _this, rf"\b{{en.time.this}} (?:{_UNITS})\b"),
    ("past", _yesterday, r"(?<!\w)(?:[وف]?{ar.time.yesterday}|{en.time.yesterday})(?!\w)"),
    (
        "now",
        _today,
        r"(?<!\w)(?:{ar.time.today}|{ar.time.now}|{en.time.today}|{en.time.now})(?!\w)",
    ),
)
_RULES = tuple((sense, days_of, compiled(form)) for sense, days_of, form in _FORMS)
