"""Dates as articles write them, to ISO 8601; what is ambiguous stays unread.

A date of the Hijri calendar is turned into the Gregorian one by the calendar of Umm al-Qura; where both stand
side by side, the Gregorian one counts. What says of no calendar which it is (`1445/9/15`) is none.

>>> parse_date("الثلاثاء 30 أيلول/سبتمبر 2025"), parse_date("15 رمضان 1445 هـ الموافق 25 مارس 2024 م")
('2025-09-30', '2024-03-25')
>>> parse_date("03/04/2025") is None   # March or April?
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from hijridate import Hijri

from index.text.calendars import names, plain
from index.text.lexicon import any_of, read_lexicon
from index.text.numbers import DIGITS, number_names

FIRST_YEAR, LAST_YEAR = 1600, 2199  # of Gregorian dates: an article is not from the next century but one
HIJRI_YEARS = range(1300, 1601)  # what may be meant by a Hijri year
SHORTEST, LONGEST = 6, 120  # code points of a date in words
APART = 3  # days: calendars of countries differ by a day or two from that of Umm al-Qura

Calendar = Literal["gregorian", "hijri", "unsaid"]


_LEXICON = read_lexicon(
    "dates",
    *(
        "day",
        "label",
        "lead",
        "joint",
        "of-month",
        "of-year",
        "year",
        "hijri",
        "gregorian",
        "clock",
        "half",
        "zone",
    ),
)


def _any(*kinds: str, space: str = " ") -> str:
    """Give a pattern for the words of some kinds, as `plain` makes them."""
    return any_of({plain(word) for kind in kinds for word in _LEXICON.words(kind)}, space=space)


def _any_name(numbers: Mapping[str, int]) -> str:
    """Give a pattern for names, the longest first; spaces in them are loose."""
    patterns = (
        re.escape(name).replace(r"\ ", r"[\s\-]*") + (r"(?!\d)" if name[-1].isdigit() else r"(?!\w)")
        for name in sorted(numbers, key=len, reverse=True)
    )
    return "|".join(patterns)


def _joined(name: str) -> str:
    """Give a name without the spaces and dashes in it."""
    return re.sub(r"[\s\-]", "", name)


_GREGORIAN, _HIJRI = dict(names("gregorian")), dict(names("hijri"))
_MONTHS: dict[str, tuple[Calendar, int]] = {
    **{_joined(name): ("hijri", number) for name, number in _HIJRI.items()},
    **{_joined(name): ("gregorian", number) for name, number in _GREGORIAN.items()},
}
_ORDINALS = {plain(name): int(number) for number, *listed in _LEXICON.lines("day") for name in listed}
_ORDINALS |= {
    plain(f"{article}{name}"): number
    for number, listed in number_names("ordinal", "ar").items()
    for name in listed
    for article in ("ال", "")
}
_ORDINALS |= {f"لل{name[2:]}": number for name, number in _ORDINALS.items() if name.startswith("ال")}
_NAME = _any_name({**_HIJRI, **_GREGORIAN})
_MONTH = rf"(?<!\w)(?P<month>{_NAME})\.?(?:\s*[/\\\-(|]\s*(?P<other>{_NAME})(?:\s*\))?)?"
_ORDINAL = any_of(_ORDINALS, space=r"\s+")
_DAY = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?(?!\d)|"
    rf"(?P<ordinal>{_ORDINAL})(?!\w)"
)
_YEAR = r"(?P<year>\d{4})(?!\d)"
_OF_YEAR = rf"(?:{_any('of-year')}\s+)?(?:ل?{_any('year')}\s+)?"
_FORMS = [
    re.compile(form)
    for form in (
        rf"(?:{_DAY})[\s\-/,]*(?:{_any('of-month')}\s+)*{_MONTH}[\s\-/,]*{_OF_YEAR}{_YEAR}",
        rf"{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)\s*+(?:[,\-/]\s*+)?{_YEAR}",
        rf"{_YEAR}\s*+(?:[\-/,]\s*+)?{_MONTH}\s*+(?:[\-/,]\s*+)?(?P<day>\d{{1,2}})(?![\d:])",
        rf"{_YEAR}\s*[年년]\s*(?P<number>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]",
        rf"{_YEAR}\s*[\-/.]\s*(?P<number>\d{{1,2}})\s*[\-/.]\s*(?P<day>\d{{1,2}})(?!\d)",
        rf"(?P<one>\d{{1,2}})\s*[\-/.]\s*(?P<two>\d{{1,2}})\s*[\-/.]\s*{_YEAR}",
    )
]
# White space that two parts of a pattern could share is given to one, or its runs would be tried by length.
_ERA = re.compile(
    rf"\s*+(?:[(\[]\s*+)?(?:(?P<hijri>{_any('hijri')})|(?P<gregorian>{_any('gregorian')}))(?!\w)\.?\s*[)\]]?"
)
_LEAD = re.compile(
    rf"(?:{_any('label')}(?!\w)\s*:?|{_any('lead')}(?!\w)|الموافق(?!\w)(?:\s*ل(?=[\s\d]))?|"
    rf"(?:{_any_name(names('weekday'))})\.?|[\s,:|\-(])\s*"
)
_JOINT = re.compile(rf"\s*(?:,?\s*{_any('joint')}(?!\w)\s*:?(?:\s*ل(?=[\s\d]))?|[/|\-(,=]|\s)\s*")
_TIME = (
    rf"(?:[,\s|\-t(]|{_any('clock')})*\d{{1,2}}[:.h]\d{{2}}(?::\d{{2}})?(?:\s*+{_any('half')})?(?!\w)"
    rf"(?:\s*+\(?(?:{_any('zone')}|بتوقيت \S++|[+\-]\d{{2}}:?\d{{2}})\)?)?"
)
_TIME_BEFORE = re.compile(rf"{_TIME}(?![./\-]?\d)\s*[|,\-]?\s*")
_REST = re.compile(rf"(?:{_TIME})?[\s.)\]|]*")
_COARSE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Written:
    """A date as it is written; `readings` are the (month, day) that it may mean."""

    calendar: Calendar
    year: int
    readings: tuple[tuple[int, int], ...]

    def days(self) -> list[date]:
        """Give the Gregorian days that it may be; none of what is no day, or of a calendar not said."""
        return [day for reading in self.readings if (day := self._day(*reading)) is not None]

    def _day(self, month: int, day: int) -> date | None:
        try:
            if self.calendar == "hijri":
                return _from_hijri(self.year, month, day)
            if self.calendar == "gregorian" and FIRST_YEAR <= self.year <= LAST_YEAR:
                return date(self.year, month, day)
        except (ValueError, OverflowError):
            pass  # the 30th of February
        return None


def parse_date(text: str) -> str | None:
    """Give the ISO date of a string that is one whole, unambiguous date, perhaps with a weekday and a time.

    Of `03/04/2025` nobody can tell the month, so it gives None, unless a Hijri date beside it tells.
    """
    if not SHORTEST <= len(text) <= 3 * LONGEST:
        return None
    written = plain(text)
    if not SHORTEST <= len(written) <= LONGEST:
        return None
    return _told(list(_dates_in(written)))


def _dates_in(text: str) -> Iterator[_Written]:
    """Give the dates that a text consists of, up to three of one day; none where it says something else."""
    position = _after_lead(text, 0)
    dates: list[_Written] = []
    while len(dates) < 3 and (read := _read_one(text, position)) is not None:
        one, position = read
        dates.append(one)
        if _REST.fullmatch(text, position):
            yield from dates
            return
        joint = _JOINT.match(text, position)
        if joint is None:
            return
        position = _after_lead(text, joint.end())


def _after_lead(text: str, position: int) -> int:
    """Give the place after labels, weekdays and a time of day."""
    for _ in range(12):
        lead = _LEAD.match(text, position) or _TIME_BEFORE.match(text, position)
        if lead is None or lead.end() == position:
            break
        position = lead.end()
    return position


def _read_one(text: str, position: int) -> tuple[_Written, int] | None:
    """Give the date that begins at `position`, and where it ends."""
    for form in _FORMS:
        if (match := form.match(text, position)) is None:
            continue
        parts = match.groupdict()
        era = _ERA.match(text, match.end())
        said = era.lastgroup if era else None
        end = era.end() if era else match.end()
        if (written := _written(parts, said)) is not None:
            return written, end
    return None


def _written(parts: dict[str, str | None], era: str | None) -> _Written | None:
    year = int(parts["year"] or 0)
    calendar: Calendar = "gregorian" if year >= FIRST_YEAR else "unsaid"
    if parts.get("month"):
        calendar, month = _MONTHS[_joined(parts["month"] or "")]
        if (other := parts.get("other")) and _MONTHS[_joined(other)] != (calendar, month):
            return None  # March/April
        in_words = " ".join((parts.get("ordinal") or "").split())
        day = _ORDINALS[in_words] if in_words else int(parts["day"] or 0)
        readings: tuple[tuple[int, int], ...] = ((month, day),)
    elif parts.get("one"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        readings = tuple(dict.fromkeys(pair for pair in ((two, one), (one, two)) if pair[0] <= 12))
        if year in HIJRI_YEARS and era != "gregorian":
            readings = readings[:1] if two <= 12 else ()  # whoever writes it so writes the day first
    else:
        readings = ((int(parts["number"] or 0), int(parts["day"] or 0)),)
    if era == "hijri" and calendar == "unsaid":
        calendar = "hijri"
    if (
        era is not None
        and era != calendar
        or (calendar == "hijri") != (year in HIJRI_YEARS and calendar != "unsaid")
    ):
        return None
    return _Written(calendar, year, readings)


def _told(written: list[_Written]) -> str | None:
    """Give the one day that dates side by side speak of."""
    gregorian = [each for each in written if each.calendar == "gregorian"]
    hijri = [day for each in written if each.calendar == "hijri" for day in each.days()]
    if not gregorian:
        return hijri[0].isoformat() if len(hijri) == 1 == len(written) else None
    days = {day for each in gregorian for day in each.days()}
    if len(days) > 1 and len(hijri) == 1:
        days = {day for day in days if abs((day - hijri[0]).days) <= APART}
    return days.pop().isoformat() if len(days) == 1 else None


def _from_hijri(year: int, month: int, day: int) -> date | None:
    """Give the day by the calendar of Umm al-Qura, known from 1343 to 1500; None of other years."""
    try:
        return date.fromisoformat(Hijri(year, month, day).to_gregorian().isoformat())
    except (ValueError, OverflowError):
        return None


def parse_timestamp(text: str) -> str | None:
    """Give the ISO date or date-time of what machines write: ISO 8601, RFC 2822; else as `parse_date`.

    A year, or a year and a month, stays what it is: `2010`, `2010-01`.
    """
    if len(text) > 3 * LONGEST:
        return None
    written = text.strip().translate(DIGITS)
    if coarse := _COARSE.fullmatch(written):
        real = FIRST_YEAR <= int(coarse["year"]) <= LAST_YEAR and 1 <= int(coarse["month"] or 1) <= 12
        return written if real else None
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", written):
            moment = datetime.fromisoformat(written)
            if not FIRST_YEAR <= moment.year <= LAST_YEAR:
                return None  # of another calendar
            return written[:10] if len(written) == 10 else moment.isoformat()
        if re.search(r"\d{2}:\d{2}", written) and (moment := parsedate_to_datetime(written)):
            return moment.isoformat() if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    except (ValueError, TypeError, IndexError):
        pass  # not such a date; it may be one in words
    return parse_date(text)


def from_epoch(seconds: float) -> str | None:
    """Give the ISO date-time, in UTC, of seconds (or milliseconds) since 1970."""
    if seconds > 1e11:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return None
