"""Days: calendar arithmetic for the times that questions name, in Gregorian and Hijri months."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hijridate import Gregorian, Hijri

CalendarUnit = Literal["day", "week", "month", "year"]
Days = tuple[date, date]  # the first and the last, both included

YEARS = range(1900, 2101)
HIJRI_YEARS = range(1343, 1501)  # that the calendar of Umm al-Qura knows


@dataclass(frozen=True, slots=True)
class Clock:
    """Today, and the months that articles are of (`YYYY-MM`): a September without a year is one of them."""

    today: date
    months: frozenset[str] = frozenset()


def before(day: date, count: int, unit: CalendarUnit) -> date:
    """Give the day so many units earlier; the last of its month where it has no such day.

    >>> str(before(date(2025, 3, 31), 1, "month"))
    '2025-02-28'
    """
    if unit in ("day", "week"):
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def around(day: date, unit: CalendarUnit) -> Days:
    """Give the whole day, week (from Monday), month or year that a day is in."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return month_days(day.year, day.month)
    return year_days(day.year) if unit == "year" else (day, day)


def year_days(year: int, *, hijri: bool = False) -> Days:
    """Give the days of a year; raises ValueError for one that its calendar does not reach."""
    if hijri:
        return hijri_days(year, 1)[0], hijri_days(year, 12)[1]
    return month_days(year, 1)[0], month_days(year, 12)[1]


def month_days(year: int, month: int) -> Days:
    """Give the days of a Gregorian month; raises ValueError outside YEARS."""
    if year not in YEARS:
        raise ValueError(year)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def hijri_days(year: int, month: int, day: int | None = None) -> Days:
    """Give the days of a Hijri month, or one of them; raises ValueError outside HIJRI_YEARS."""
    if year not in HIJRI_YEARS:
        raise ValueError(year)
    first = Hijri(year, month, day or 1)
    start = date.fromisoformat(first.to_gregorian().isoformat())
    return start, start + timedelta(days=0 if day else first.month_length() - 1)


def latest_month(month: int, clock: Clock) -> int:
    """Give the year of a month without one: the last with articles of it, else the last that has begun."""
    latest = clock.today.year - (month > clock.today.month)
    dated = [int(some[:4]) for some in clock.months if some[4:] == f"-{month:02}" and some[:4].isdecimal()]
    return max((year for year in dated if year <= latest and year in YEARS), default=latest)


def latest_hijri_month(month: int, clock: Clock) -> int:
    """Give the same for a Hijri month."""
    today = Gregorian(clock.today.year, clock.today.month, clock.today.day).to_hijri()
    latest = today.year - (month > today.month)
    years = range(latest, HIJRI_YEARS.start - 1, -1) if clock.months else ()
    return next((year for year in years if _have(hijri_days(year, month), clock.months)), latest)


def _have(days: Days, months: Collection[str]) -> bool:
    return any(day.isoformat()[:7] in months for day in days)
