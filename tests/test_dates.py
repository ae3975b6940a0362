"""Dates as articles and machines write them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st

from index.articles import read_articles
from index.articles.drafts.dates import parse_date, parse_timestamp
from index.text.calendars import names
from tests.vowelling import vowelled

CASES = Path(__file__).with_name("data") / "cases"


@pytest.mark.parametrize(
    ("written_date", "iso"),
    [
        ("30 سبتمبر 2025", "2025-09-30"),
        ("٣٠ أيلول ٢٠٢٥", "2025-09-30"),
        ("الأحد، 5 تشرين الأول/أكتوبر 2025م", "2025-10-05"),
        ("18 جانفي 2017", "2017-01-18"),
        ("18 غشت 2017", "2017-08-18"),
        ("نشر في: 2025/09/30 10:30", "2025-09-30"),
        ("Tuesday, September 30th, 2025", "2025-09-30"),
        ("30. September 2025", "2025-09-30"),
        ("30 de septiembre de 2025", "2025-09-30"),
        ("30 Eylül 2025", "2025-09-30"),
        ("30/09/2025", "2025-09-30"),
        ("09-30-2025", "2025-09-30"),
        ("05/05/2025", "2025-05-05"),
        ("10:30 - 5 مارس 2024", "2024-03-05"),
        ("5 مارس 2024، الساعة 10:30 صباحا", "2024-03-05"),
        ("يوم الثلاثاء الموافق 5 مارس 2024", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("25.03.2024", "2024-03-25"),
        ("التاريخ: 25/3/2024", "2024-03-25"),
        ("الموافق لـ25 مارس 2024", "2024-03-25"),
        ("25 mars 2024 à 10h30", "2024-03-25"),
        ("5 במרץ 2024", "2024-03-05"),
        ("5 مارچ 2024", "2024-03-05"),
        ("03/04/2025", None),
        ("31 فبراير 2025", None),
        ("30/09/1445", None),
        ("1445/09/15", None),
        ("۱۴۰۲/۱۲/۱۵", None),
        ("5 مارس/أبريل 2024", None),
        ("في 30 سبتمبر 2025 وقع ذلك", None),
        ("سبتمبر 2025", None),
        ("2025", None),
    ],
)
def test_date_is_read_when_it_is_whole_and_unambiguous(written_date, iso):
    assert parse_date(written_date) == iso


@pytest.mark.parametrize(
    ("written_date", "iso"),
    [
        ("3 يناير 2023", "2023-01-03"),
        ("5 ماي 2021", "2021-05-05"),
        ("3 يوليوز 2023", "2023-07-03"),
        ("٢٥ شتنبر ٢٠٢٣", "2023-09-25"),
        ("1 نونبر 2020", "2020-11-01"),
        ("12 دجنبر 2020", "2020-12-12"),
        ("8 فيفري 2019", "2019-02-08"),
        ("9 أفريل 2019", "2019-04-09"),
        ("1 جوان 2019", "2019-06-01"),
        ("14 جويلية 2011", "2011-07-14"),
        ("20 أوت 2019", "2019-08-20"),
        ("2 كانون 2 2024", "2024-01-02"),
        ("2 كانون2 2024", "2024-01-02"),
        ("2 ك2 2024", "2024-01-02"),
        ("17 كانون الثاني 2024", "2024-01-17"),
        ("17 كانون ثاني 2024", "2024-01-17"),
        ("17 تشرين أول 2019", "2019-10-17"),
        ("17 ت1 2019", "2019-10-17"),
        ("6 تشرين الثاني (نوفمبر) 2024", "2024-11-06"),
        ("3 نيسان\\أبريل 2024", "2024-04-03"),
        ("6 حُزَيْرَان ٢٠٢٤", "2024-06-06"),
        ("الثلاثاء الخامس من مارس 2024", "2024-03-05"),
        ("الخامس والعشرين من آذار/مارس 2024", "2024-03-25"),
        ("أول مايو 2024", "2024-05-01"),
    ],
)
def test_months_of_arabic_countries_are_read(written_date, iso):
    assert parse_date(written_date) == iso


@pytest.mark.parametrize(
    ("written_date", "iso"),
    [
        ("15 رمضان 1445 هـ الموافق 25 مارس 2024", "2024-03-25"),
        ("الاثنين 15 رمضان 1445هـ - 25 مارس 2024م", "2024-03-25"),
        ("١٥ رمضان ١٤٤٥ هـ (٢٥ مارس ٢٠٢٤ م)", "2024-03-25"),
        ("25 مارس 2024 الموافق 15 رمضان 1445", "2024-03-25"),
        ("15/9/1445هـ الموافق 25/3/2024م", "2024-03-25"),
        ("1445/9/15هـ - 2024/3/25م", "2024-03-25"),
        ("الإثنين 7 ذي القعدة 1445 ه الموافق ل 15 ماي 2024", "2024-05-15"),
        ("الخامس عشر من رمضان 1445 هـ الموافق للخامس والعشرين من مارس 2024", "2024-03-25"),
        ("4/10/1446 هـ - 2/4/2025", "2025-04-02"),  # the Hijri date tells day from month
        ("15 رمضان 1445هـ | 25 مارس 2024م | 10:30 م", "2024-03-25"),
        ("Monday, 15 Ramadan 1445 AH - March 25, 2024", "2024-03-25"),
        ("15 رمضان 1445 - 16 رمضان 1445", None),
        ("25 مارس 2024 - 26 مارس 2024", None),
    ],
)
def test_of_two_calendars_side_by_side_the_gregorian_counts(written_date, iso):
    assert parse_date(written_date) == iso


@pytest.mark.parametrize(
    ("written_date", "iso"),
    [
        ("5 رمضان 1445", "2024-03-15"),
        ("الجمعة 1 محرم 1446هـ", "2024-07-07"),
        ("15 شعبان 1445 هجري", "2024-02-25"),
        ("15 رمضان سنة 1445 هـ", "2024-03-25"),
        ("15/9/1445 هـ", "2024-03-25"),
        ("1445-09-15 هـ", "2024-03-25"),
        ("5 ربيع الثاني 1446 هـ", "2024-10-08"),
        ("5 جمادى الآخرة 1445", "2023-12-18"),
        ("20 ذو الحجة 1446", "2025-06-16"),
        ("10 مارس 1445", None),
        ("10 مارس 1445 هـ", None),
        ("15 رمضان 2024", None),
        ("15 رمضان 1320 هـ", None),  # before the calendar of Umm al-Qura is known
        ("31 رمضان 1445", None),
    ],
)
def test_hijri_date_is_turned_into_the_gregorian_one(written_date, iso):
    assert parse_date(written_date) == iso


DAYS = st.dates(min_value=date(1925, 1, 1), max_value=date(2076, 1, 1))


@given(DAYS, st.sampled_from(sorted(names("gregorian", "ar").items())))
def test_any_day_is_read_in_any_month_name(day, month):
    written = f"{day.day} {month[0]} {day.year}"
    try:
        expected = day.replace(month=month[1]).isoformat()
    except ValueError:
        expected = None
    assert parse_date(written) == parse_date(vowelled(written)) == expected


@given(DAYS, st.sampled_from(sorted(names("hijri", "ar").items())))
def test_any_hijri_day_is_read_and_agrees_with_its_gregorian_one(day, month):
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    if hijri.month != month[1]:
        day += timedelta(days=29 * (month[1] - hijri.month))
        hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    if hijri.month == month[1]:
        written = f"{hijri.day} {month[0]} {hijri.year} هـ"
        assert parse_date(written) == day.isoformat()
        assert parse_date(f"{written} الموافق {day.day}/{day.month}/{day.year}") == day.isoformat()


@given(st.text(alphabet="0123456789٣ /-.،:()هـم مارسرمضان1445الموافق", max_size=40))
def test_no_text_makes_the_reading_of_dates_fail(text):
    assert parse_date(text) is None or parse_timestamp(parse_date(text)) == parse_date(text)


@pytest.mark.parametrize(
    ("written_date", "iso"),
    [
        ("2025-09-30", "2025-09-30"),
        ("2025-09-30T08:00:00+03:00", "2025-09-30T08:00:00+03:00"),
        ("Tue, 30 Sep 2025 08:00:00 GMT", "2025-09-30T08:00:00+00:00"),
        ("2025-13-30", None),
        ("2010-01", "2010-01"),
        ("2010", "2010"),
        ("2010-13", None),
        ("1445", None),
        ("1445-09-15", None),
        ("1445-09-15T10:00:00", None),
        ("1445-09-15 هـ", "2024-03-25"),
        ("soon", None),
    ],
)
def test_timestamp_of_a_machine_is_read(written_date, iso):
    assert parse_timestamp(written_date) == iso


@pytest.mark.parametrize(
    "line",
    [
        None,
        "الاثنين 15 رمضان 1445هـ - 25 مارس 2024م",
        "الرياض - الاثنين 15 رمضان 1445 هـ الموافق 25 مارس 2024 م",
        "الرياض، 25 مارس 2024",
        "٢٥ آذار ٢٠٢٤",
        "15 رمضان 1445",
    ],
)
def test_line_of_two_calendars_is_the_date_and_no_text(tmp_path, line):
    text = (CASES / "42-two-calendars.txt").read_text(encoding="utf-8")
    if line is not None:
        text = text.replace("15 رمضان 1445 هـ الموافق 25 مارس 2024 م", line)
    path = tmp_path / "article.txt"
    path.write_text(text, encoding="utf-8")
    [article] = read_articles([path])
    assert article.published == "2024-03-25"
    assert article.text.startswith("افتتحت البلدية") and "رمضان" not in article.text


PAGE = (CASES / "33-date-in-words.html").read_text(encoding="utf-8")
TIME = '<time class="date">الثلاثاء ٥ آذار ٢٠٢٤</time>'


@pytest.mark.parametrize(
    ("element", "iso"),
    [
        (TIME, "2024-03-05"),
        ('<span class="post-date">نشر في: 5 مارس 2024</span>', "2024-03-05"),
        ('<div class="article-date"><span>الثلاثاء</span> <span>5 ماي 2024</span></div>', "2024-05-05"),
        ('<p class="published">15 رمضان 1445 هـ الموافق 25 مارس 2024</p>', "2024-03-25"),
        ('<time>25 شتنبر 2023 - 10:30</time>', "2023-09-25"),
        ('<time datetime="2024-03-05T10:30:00+03:00">أمس</time>', "2024-03-05"),
        ('<div id="date">٢ كانون الثاني ٢٠٢٤</div>', "2024-01-02"),
        ('<div class="entry-meta-time">5 رمضان 1445</div>', "2024-03-15"),
        ('<span class="created-date">8 فيفري 2019</span>', "2019-02-08"),
        ('<span class="tarikh" itemprop="datePublished">٣ يوليوز ٢٠٢٣</span>', "2023-07-03"),
        ('<a href="/x"><time>الثلاثاء ٥ آذار ٢٠٢٤</time></a>', None),
        ('<div class="comments"><time>الثلاثاء ٥ آذار ٢٠٢٤</time></div>', None),
        ('<time>منذ ساعتين</time>', None),
    ],
)  # fmt: skip
def test_date_that_a_page_shows_in_words_is_read(tmp_path, element, iso):
    pytest.importorskip("trafilatura")
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace(TIME, element), encoding="utf-8")
    [article] = read_articles([path])
    assert article.published == iso
    assert "افتتحت البلدية" in article.text
