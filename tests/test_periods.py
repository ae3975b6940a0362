"""Times in questions: what days they are, and whether they limit the articles."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question.kinds import kind_of
from assistant.question.query import read
from assistant.question.times.days import Clock
from assistant.question.times.moments import moments_in
from assistant.question.times.periods import timing_of
from index.articles.filters import Filters
from index.building import build
from index.text.folding import fold
from index.text.phrase import Phrase
from tests.vowelling import vowelled

CLOCK = Clock(date(2025, 10, 8), frozenset({"2017-03", "2017-06", "2025-09"}))


def _folded(said):
    return fold(said).text.lower()


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("في الأسبوع الماضي", "2025-09-29", "2025-10-05"),
        ("الشهر اللي فات", "2025-09-01", "2025-09-30"),
        ("خلال الأيام الثلاثة الماضية", "2025-10-05", "2025-10-08"),
        ("منذ شهرين", "2025-08-08", "2025-10-08"),
        ("قبل أسبوعين", "2025-09-22", "2025-09-28"),
        ("الثلاثاء الماضي", "2025-10-07", "2025-10-07"),
        ("في جوان 2017", "2017-06-01", "2017-06-30"),
        ("يوم 5 يونيو 2017", "2017-06-05", "2017-06-05"),
        ("في رمضان 1446", "2025-03-01", "2025-03-29"),
        ("عام 1446هـ", "2024-07-07", "2025-06-25"),
        ("في رمضان", "2017-05-27", "2017-06-24"),  # the last that has articles
        ("رمضان الماضي", "2025-03-01", "2025-03-29"),
        ("في شهر مارس", "2017-03-01", "2017-03-31"),
        ("two weeks ago", "2025-09-22", "2025-09-28"),
        ("in the past 3 days", "2025-10-05", "2025-10-08"),
        ("on September 30, 2025", "2025-09-30", "2025-09-30"),
        ("during march", "2017-03-01", "2017-03-31"),
    ],
)
def test_moment_of_some_words_is_these_days(said, first, last):
    moments = moments_in(_folded(said), CLOCK)
    assert [(str(moment.start), str(moment.end)) for moment in moments] == [(first, last)]


@pytest.mark.parametrize(
    "said",
    ["ما صفر؟", "what may happen", "أكثر من سنة", "كم من شهر", "موسم 2016-2017", "2+2"],
)
def test_words_that_are_no_time_name_no_days(said):
    assert moments_in(_folded(said), CLOCK) == ()


@pytest.mark.parametrize(
    ("question", "first", "last", "rest"),
    [
        ("ما أخبار العقبة هذا الأسبوع؟", "2025-10-06", "2025-10-12", "ما أخبار العقبة؟"),
        ("ماذا كُتب عن قطر في جوان 2017؟", "2017-06-01", "2017-06-30", "ماذا كُتب عن قطر؟"),
        (
            "what was reported about Qatar in June 2017?",
            "2017-06-01",
            "2017-06-30",
            "what was reported about Qatar?",
        ),
        ("شو صار بالعقبة امبارح؟", "2025-10-07", "2025-10-07", "ما صار بالعقبة؟"),
        ("أخبار قطر بين مارس 2017 ويونيو 2017", "2017-03-01", "2017-06-30", "أخبار قطر"),
        ("articles from 2017 about Qatar", "2017-01-01", "2017-12-31", "articles about Qatar"),
    ],
)
def test_time_of_publication_limits_the_articles(question, first, last, rest):
    query = read(question, clock=CLOCK)
    assert query.period is not None and query.filters is not None
    assert (query.period.start, query.period.end) == (first, last)
    assert (query.filters.published_from, query.filters.published_to) == (first, last)
    assert query.searched == rest and query.period.text in question


@pytest.mark.parametrize(
    "question",
    [
        "كم كان التضخم في سبتمبر 2016؟",
        "Who won in 2017?",
        "ماذا سيحدث في 30 سبتمبر 2025؟",
        "Who wrote the book published in 2017?",
        "من مدير وكالة الأخبار في 2017؟",
        "كم ارتفع الإنتاج عن العام الماضي؟",
        "من فاز أمس؟",
        "ما سعر الدولار اليوم؟",
    ],
)
def test_time_of_an_event_limits_no_articles(question):
    query = read(question, clock=CLOCK)
    assert (query.period, query.filters, query.searched) == (None, None, question)


def test_period_that_was_taken_off_limits_nothing():
    assert read("أخبار العقبة أمس", clock=CLOCK, period="off").filters is None
    chosen = Filters(published_from="2020")
    assert read("أخبار العقبة أمس", clock=CLOCK, filters=chosen).filters == chosen


@pytest.mark.parametrize(
    "question", ["أخبار العقبة في الأسبوع الماضي", "ماذا حدث في العقبة أمس؟", "من فاز أمس؟"]
)
def test_timing_of_a_vowelled_question_is_the_same(question):
    plain, signed = (timing_of(said, kind_of(Phrase(said)), CLOCK) for said in (question, vowelled(question)))
    for one, other in ((plain.period, signed.period), (plain.recency, signed.recency)):
        assert (one and (one.start, one.end)) == (other and (other.start, other.end))


WORDS = [
    "في",
    "من",
    "الأسبوع",
    "الماضي",
    "سبتمبر",
    "2017",
    "31",
    "-",
    "هـ",
    "last",
    "week",
    "in",
    "may",
    "ago",
    "3",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_timing_of_any_words_has_its_days_in_order(words):
    question = " ".join(words)
    timing = timing_of(question, "news", CLOCK)
    if timing.period is not None:
        assert timing.period.start <= timing.period.end


COUNTED = [
    "what happened {} ago?",
    "ماذا حدث قبل {}؟",
    "news of the last {}",
    "أخبار آخر {}",
    "منذ {}",
    "in the past {}",
    "{} الماضية",
]
UNITS = ["days", "weeks", "months", "years", "يوما", "أسبوعا", "شهرا", "سنة", "عاما", "hours", "قرنا"]


@given(
    st.sampled_from(COUNTED), st.integers(0, 10**6), st.sampled_from(UNITS), st.sampled_from(["2025", "0900"])
)
def test_timing_of_however_many_units_has_its_days_in_order(form, count, unit, year):
    for question in (form.format(f"{count} {unit}"), f"في 31 فبراير {year}", f"in {count}"):
        timing = timing_of(question, "news", CLOCK)
        for period in (timing.period, timing.recency):
            assert period is None or period.start <= period.end


def test_three_hundred_years_ago_is_no_period_and_no_fault():
    for question in ("what happened 300 years ago?", "ماذا حدث قبل 136 عاما؟"):
        timing = timing_of(question, "news", CLOCK)
        assert timing.period is None and timing.recency is None


ARTICLES = [
    (
        "old",
        "2017-06-05",
        "سعر الدولار",
        "بلغ سعر الدولار 2.45 دينار في تونس بحسب ما أعلنه البنك المركزي في بيان له.",
    ),
    (
        "new",
        "2025-10-01",
        "جسر العقبة",
        "افتتح رئيس بلدية العقبة خالد السالم جسر المدينة الجديد بحضور مئة مدعو من الأهالي.",
    ),
]


@pytest.fixture(scope="module")
def dated(tmp_path_factory, encoder):
    """An assistant over two dated articles, on the 8th of October 2025."""
    folder = tmp_path_factory.mktemp("dated")
    keys = ("id", "published", "title", "text")
    lines = [json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in ARTICLES]
    (folder / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build([folder / "articles.jsonl"], folder / "index", encoder=encoder, progress=False)
    with contextlib.closing(
        Assistant(folder / "index", encoder=encoder, today=lambda: CLOCK.today)
    ) as opened:
        yield opened


def test_news_of_a_stretch_of_days_is_what_was_published_then(dated):
    answer = dated.ask("ما أخبار شهر يونيو 2017؟")
    assert {citation.source.article_id for citation in answer.citations} == {"old"}
    assert answer.period is not None and (answer.period.start, answer.period.end) == (
        "2017-06-01",
        "2017-06-30",
    )


def test_news_of_days_without_articles_says_of_when_the_newest_is(dated):
    answer = dated.ask("what happened last week?")
    assert answer.kind == "answer" and [one.source.article_id for one in answer.citations] == ["new"]
    refusal = dated.ask("what happened yesterday?")
    assert (refusal.kind, refusal.citations) == ("refusal", ())
    assert "7 October 2025" in refusal.text and "October 2025" in refusal.text


def test_answer_about_today_says_of_what_day_it_is(dated):
    answer = dated.ask("كم سعر الدولار اليوم؟")
    assert answer.kind == "answer" and answer.text.startswith("كما نُشر في 5 يونيو 2017")
    assert "كما نُشر" not in dated.ask("كم سعر الدولار؟").text


def test_question_about_yesterday_is_not_answered_from_another_day(dated):
    refusal = dated.ask("من افتتح جسر العقبة أمس؟")
    assert refusal.kind == "refusal" and "«أمس»" in refusal.text
    assert dated.ask("من افتتح جسر العقبة الأسبوع الماضي؟").kind == "answer"
