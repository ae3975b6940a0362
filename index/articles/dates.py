"""Dates as articles write them, to ISO 8601; what is ambiguous or of another calendar stays unread.

>>> parse_date("الثلاثاء 30 أيلول/سبتمبر 2025")
'2025-09-30'
>>> parse_date("03/04/2025") is None   # March or April?
True
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = """
1 يناير كانون_الثاني جانفي january jan enero janvier januar ocak janeiro gennaio ژانویه جنوری
2 فبراير شباط فيفري february feb febrero février fevrier februar şubat fevereiro febbraio فوریه فروری
3 مارس آذار march mar marzo mars märz mart março مارچ
4 أبريل ابريل إبريل نيسان أفريل افريل april apr abril avril nisan aprile آوریل اپریل
5 مايو أيار ايار ماي may mayo mai mayıs maio maggio مه مئی
6 يونيو يونيه حزيران جوان june jun junio juin juni haziran junho giugno ژوئن جون
7 يوليو يوليه تموز جويلية july jul julio juillet juli temmuz julho luglio ژوئیه جولائی
8 أغسطس اغسطس آب أوت اوت غشت august aug agosto août aout ağustos اگست
9 سبتمبر أيلول ايلول شتنبر september sep sept septiembre septembre eylül setembro settembre سپتامبر
  ستمبر
10 أكتوبر اكتوبر تشرين_الأول تشرين_الاول october oct octubre octobre oktober ekim outubro ottobre اکتبر
  اکتوبر
11 نوفمبر تشرين_الثاني نونبر november nov noviembre novembre kasım novembro نوامبر نومبر
12 ديسمبر كانون_الأول كانون_الاول دجنبر december dec diciembre décembre decembre dezember aralık
  dezembro dicembre دسامبر
"""
MONTHS = {
    name.replace("_", " "): int(entry[1])
    for entry in re.finditer(r"(\d+)([^\d]+)", _MONTHS)
    for name in entry[2].split()
}
_DAYS = (
    "الأحد|الاحد|الإثنين|الاثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|"
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\\.?|"
    "lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    "pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar"
)
_LABELS = (
    "تاريخ النشر|تاريخ الإضافة|تاريخ|نُشر في|نشر في|نشر يوم|نشرت في|نشر بتاريخ|بتاريخ|"
    "published(?: on| at)?|posted(?: on)?|date|publié le|publicado(?: el)?|veröffentlicht(?: am)?|"
    "yayınlanma(?: tarihi)?"
)
_TIME = (
    r"(?:[,،\s|\-–—T]|الساعة|at|à|um|saat|Uhr)*\d{1,2}[:.]\d{2}(?::\d{2})?\s*"
    r"(?:ص|م|صباحا|صباحًا|مساء|مساءً|am|pm|a\.m\.|p\.m\.|uhr|h)?\s*"
    r"(?:\(?(?:gmt|utc|est|edt|cet|بتوقيت \S+|[+-]\d{2}:?\d{2})\)?)?"
)
_NAME = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_MONTH = rf"(?P<month>{_NAME})\.?(?:\s*[/\-(]\s*(?:{_NAME})\)?)?"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})\s*[-/.]\s*(?P<number>\d{1,2})\s*[-/.]\s*(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s\-/,،]*(?:de\s+|من\s+)?{_MONTH}"
        r"[\s\-/,،]*(?:de\s+|del\s+|عام\s+|سنة\s+)?(?P<year>\d{4})",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*[,،]?\s*(?P<year>\d{{4}})",
        r"(?P<one>\d{1,2})\s*[-/.]\s*(?P<two>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})",
    )
]
_WHOLE = [
    re.compile(
        rf"(?:(?:{_LABELS})\s*[:：]?\s*)?(?:(?:{_DAYS})\s*[,،:\-–]?\s*)?"
        rf"{form.pattern}\s*(?:م\b\.?)?(?:{_TIME})?[.\s]*",
        re.IGNORECASE,
    )
    for form in _FORMS
]
_COARSE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?", re.ASCII)
_DIGITS = {ord(digit): str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_INVISIBLE = dict.fromkeys(
    [0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF]
)


def parse_date(text: str) -> str | None:
    """The ISO date of a string that is one whole, unambiguous date, perhaps with a weekday and a time.

    Of `03/04/2025` nobody can tell the month, so it gives None, as a year of another calendar does.
    """
    plain = " ".join(text.translate(_INVISIBLE).translate(_DIGITS).split())
    if not 6 <= len(plain) <= 90:
        return None
    for form in _WHOLE:
        if found := form.fullmatch(plain):
            return _iso(found)
    return None


def parse_timestamp(text: str) -> str | None:
    """The ISO date or date-time of what machines write: ISO 8601, RFC 2822; else as `parse_date`.

    A year, or a year and a month, stays what it is: `2010`, `2010-01`.
    """
    plain = text.strip().translate(_DIGITS)
    if found := _COARSE.fullmatch(plain):
        known = 1600 <= int(found["year"]) <= 2199 and 1 <= int(found["month"] or 1) <= 12
        return plain if known else None
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}", plain):
            moment = datetime.fromisoformat(plain)
            if moment.year < 1000:
                return None
            return plain[:10] if len(plain) == 10 else moment.isoformat()
        if re.search(r"\d{2}:\d{2}", plain) and (moment := parsedate_to_datetime(plain)):
            return moment.isoformat()
    except (ValueError, TypeError, IndexError):
        pass  # not such a date; it may be one in words
    return parse_date(plain)


def from_epoch(seconds: float) -> str | None:
    """The ISO date-time, in UTC, of seconds (or milliseconds) since 1970."""
    if seconds > 1e11:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return None


def _iso(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    year = int(parts["year"])
    if "one" in parts:
        one, two = int(parts["one"]), int(parts["two"])
        if one == two or two > 12:
            month, day = one, two
        elif one > 12:
            month, day = two, one
        else:
            return None
    else:
        month = int(parts["number"]) if parts.get("number") else MONTHS[_month_name(parts["month"])]
        day = int(parts["day"])
    try:
        # Hijri and Persian years are far below; an article is not from the future's next century.
        return date(year, month, day).isoformat() if 1600 <= year <= 2199 else None
    except ValueError:
        return None


def _month_name(written: str) -> str:
    small = written.lower()
    return small if small in MONTHS else written
