"""Dates of filters: one reading of them, whoever gives them."""

from __future__ import annotations

import argparse
import re
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from assistant.api.mcp.model_context import Day
from assistant.api.routes.finding import From, To
from assistant.ui.browsing.quote_search import read_filters
from assistant.web.shapes.requests import FiltersIn
from assistant.web.shapes.shape_base import DATE
from index.articles.filters import Filters, filter_date
from index.commands.filter_options import add_filter_options, filters_from
from index.errors import QueryError

NO_DATES = [
    "2025-13", "2025-00", "2025-1", "2025-02-30", "2025-04-31", "2023-02-29", "2025-9-5", "0000", "25",
    "yesterday", "2025-09-30T10:00", "2025/09/30", "2025-09-", "-2025", "2025 09", "٢٠٢٥-١٣", "۲۰۲۵-۰۰",
    "2025-09-30-01", "x" * 5_000,
]  # fmt: skip
DATES = [
    ("2025", "2025"),
    ("2025-09", "2025-09"),
    ("2025-09-30", "2025-09-30"),
    ("2024-02-29", "2024-02-29"),
    ("٢٠٢٥-٠٩", "2025-09"),
    ("۲۰۲۵-۰۹-۳۰", "2025-09-30"),
    (" 2025 ", "2025"),
]


def by_command_line(written):
    parser = argparse.ArgumentParser()
    add_filter_options(parser)
    return filters_from(parser.parse_args([f"--from={written}"]))


def by_http_body(written):
    return FiltersIn(published_from=written).to_filters()


def by_page(written):
    return read_filters({"from": written})


def by_address(written):
    return Filters(published_from=TypeAdapter(From).validate_python(written))


def by_tool(written):
    return Filters(published_from=TypeAdapter(Day).validate_python(written))


WAYS = [by_command_line, by_http_body, by_page, by_address, by_tool]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("written", NO_DATES)
def test_filter_date_that_is_none_is_refused_whoever_gives_it(way, written):
    with pytest.raises((QueryError, ValidationError)) as caught:
        way(written)
    said = str(caught.value)
    assert "is no date; write 2025, 2025-09 or 2025-09-30" in said or "at most 40 characters" in said


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("written", "meant"), DATES)
def test_filter_date_is_read_alike_whoever_gives_it(way, written, meant):
    assert way(written).published_from == meant


@pytest.mark.parametrize("written", [20250930, ["2025"], {"year": 2025}, True])
def test_filter_date_of_another_type_is_refused_by_the_page(written):
    with pytest.raises(QueryError):
        by_page(written)


def test_empty_filter_date_is_no_filter():
    assert not Filters(published_from="", published_to=None)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_and_only_days_are_filter_dates(day):
    assert filter_date(day.isoformat()) == day.isoformat()
    assert date.fromisoformat(filter_date(day.isoformat())) == day


@given(st.from_regex(DATE, fullmatch=True) | st.text(alphabet="0123456789-", max_size=10))
def test_schema_of_the_interface_says_which_dates_are_taken(written):
    try:
        taken = filter_date(written) == written
    except QueryError:
        taken = False
    assert taken == bool(re.fullmatch(DATE, written))


def test_address_with_no_date_answers_422():
    application = FastAPI()

    @application.get("/")
    def read(since: From = None, until: To = None) -> str:
        return f"{since} {until}"

    client = TestClient(application)
    assert client.get("/", params={"from": "2025-13"}).status_code == 422
    assert client.get("/", params={"to": "2025-02-30"}).status_code == 422
    assert client.get("/", params={"from": "٢٠٢٥"}).json() == "2025 None"
