"""Days of a month in words."""

from __future__ import annotations

_UNITS = (
    ("الأول", "أول", "الحادي"),
    ("الثاني", "ثاني"),
    ("الثالث", "ثالث"),
    ("الرابع", "رابع"),
    ("الخامس", "خامس"),
    ("السادس", "سادس"),
    ("السابع", "سابع"),
    ("الثامن", "ثامن"),
    ("التاسع", "تاسع"),
)


def _days() -> dict[str, int]:
    days = {"العاشر": 10, "عاشر": 10}
    for number, forms in enumerate(_UNITS, start=1):
        days |= {form: number for form in forms if form != "الحادي"}
        definite = next(form for form in reversed(forms) if form.startswith("ال"))
        days[f"{definite} عشر"] = 10 + number
        for tens, value in (("العشرين", 20), ("العشرون", 20), ("الثلاثين", 30), ("الثلاثون", 30)):
            days[tens] = value
            if value + number <= 31:
                days[f"{definite} و{tens}"] = value + number
    return days


DAYS = _days()
