"""Answers in a terminal: lines, marks, sources."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import SURE, AnswerSpan
from assistant.commands.one_question import turns_lines
from assistant.rendering import to_text
from assistant.rendering.terminal import years_since
from tests.test_rendering import make_answer, make_citation

CODE = re.compile(r"\x1b\[\d+m")


def long_answer():
    quote = "أعلنت المؤسسة أن المشروع يضم مئتي وخمسين مشاركا من خمسين مدينة في العالم كله"
    span = AnswerSpan(3 + 26, 3 + 26 + 14, quote[26:40])
    citation = replace(make_citation(quote=quote), start=3, end=3 + len(quote), answer=span)
    text = f"جاء في «عنوان»:\n\n«{quote}» [1]"
    return make_answer(text=text, citations=(citation,), confidence=SURE)


def test_to_text_for_a_terminal_breaks_lines_and_marks_what_answers():
    answer = long_answer()
    shown = to_text(answer, styled=True, width=40)
    assert f"\x1b[4m{answer.citations[0].answer.text}\x1b[24m" in " ".join(shown.split())
    assert "\x1b[32m[1]\x1b[39m" in shown
    assert all(len(CODE.sub("", line)) <= 40 for line in shown.splitlines())


def test_to_text_puts_the_short_answer_above_only_where_it_is_sure():
    answer = long_answer()
    said = f"{answer.citations[0].answer.text} [1]\n"
    assert to_text(answer).startswith(said)
    assert not to_text(replace(answer, confidence=SURE - 0.01)).startswith(said)


def test_to_text_tells_outlet_and_day_and_ids_only_when_asked():
    shown = to_text(long_answer())
    assert "\x1b" not in shown and "الرؤية · 30 سبتمبر 2025" in shown and "a/1" not in shown
    assert "a/1 [3:" in to_text(long_answer(), verbose=True)


@given(st.text(max_size=120), st.integers(0, 60))
def test_to_text_of_any_text_sends_no_control_character(text, width):
    shown = to_text(make_answer(text=text, citations=()), width=width)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)


@pytest.mark.parametrize(
    ("published", "years"),
    [("2017-06-19", 8), ("2017-06-18", 9), ("2026-06-19", 0), ("2027", 0), (None, 0), ("soon", 0)],
)
def test_years_since_counts_whole_years(published, years):
    assert years_since(published, date(2026, 6, 18)) == years


@pytest.mark.parametrize(("version", "turns"), [("6800", True), ("5200", False), ("", False), ("x", False)])
def test_only_terminals_that_turn_lines_are_asked_to(version, turns):
    assert turns_lines({"VTE_VERSION": version}) is turns
