"""Dates as articles and machines write them."""

from __future__ import annotations

import pytest

from index.articles.dates import parse_date, parse_timestamp


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
        ("03/04/2025", None),
        ("31 فبراير 2025", None),
        ("5 رمضان 1445", None),
        ("30/09/1445", None),
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
        ("2025-09-30", "2025-09-30"),
        ("2025-09-30T08:00:00+03:00", "2025-09-30T08:00:00+03:00"),
        ("Tue, 30 Sep 2025 08:00:00 GMT", "2025-09-30T08:00:00+00:00"),
        ("2025-13-30", None),
        ("2010-01", "2010-01"),
        ("2010", "2010"),
        ("2010-13", None),
        ("1445", None),
        ("soon", None),
    ],
)
def test_timestamp_of_a_machine_is_read(written_date, iso):
    assert parse_timestamp(written_date) == iso
