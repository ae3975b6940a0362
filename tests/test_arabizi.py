"""Arabizi: Arabic in Latin letters, told from other languages, spelt by what the index knows, answered."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question.spelling.arabizi import MOST_WORDS, in_arabic, is_arabizi
from assistant.question.spelling.spellings import MOST_SPELLINGS, arabic_spellings
from index.text.phrase import Phrase

ASKED = [  # a question, and what of the answer's quotes shows that it was understood
    ("chnou cho3ar 9immat el modon el thakiya?", "تعريف المدن الذكية"),
    ("shu shi3ar el qimma?", "تعريف المدن الذكية"),
    ("9addech kan 3adad el mashari3 fi el mosaba9a?", "216 مشروع"),
    ("chkoun hiya hoda el batashiya?", "البطاشية"),
    ("wa9tech yebda tanfidh el machrou3 fel 3a9aba?", "كانون الثاني 2026"),
    ("meen tara2as el ijtima3 fel 3aqaba?", "المعتصم الهنداوي"),
]
READ = [
    ("Meen ra2is 7okoumet el ma8reb?", "من رئيس حكومة المغرب؟"),
    ("emta yebda el mo2tamar?", "متى يبدأ المؤتمر؟"),
    ("feen kan mashrou3 el madina", "أين كان مشروع المدينة"),
    ("kam 3adad el mosharikin fil 2emma?", "كم عدد المشاركين في القمة؟"),
    ("cho3ar el qimma eih?", "ما شعار القمة؟"),
]
OTHERS = [
    "Who hosted the G20 in 2020?",
    "is a 4K screen better than 3d",
    "What does meen mean?",
    "win el clasico tickets",
    "Wer ist der Minister?",
    "Qui est le ministre des travaux ?",
    "comment va el clasico",
    "¿Quién ganó el partido?",
    "Bakan kim?",
    "2nd 3rd covid19",
    "ps5 iphone7",
    "من وزير el ashghal",
]


def knowing(text):
    stems = Phrase(text).stems
    return lambda terms: [term in stems for term in terms]


@pytest.mark.parametrize(("typed", "arabic"), READ)
def test_arabizi_is_spelt_by_what_the_index_knows(typed, arabic):
    assert in_arabic(Phrase(typed), knowing(arabic)).folded == Phrase(arabic).folded


def test_name_that_the_index_knows_in_latin_letters_stays():
    assert in_arabic(Phrase("feen moqarr iphone?"), knowing("مقر iphone")).text == "أين مقر iphone؟"


@pytest.mark.parametrize("typed", OTHERS)
def test_question_of_another_language_is_no_arabizi(typed):
    assert not is_arabizi(Phrase(typed))
    assert in_arabic(Phrase(typed), knowing("")) is None


@pytest.mark.parametrize("language", ["en", "es", "tr"])
def test_no_question_of_the_development_sets_is_taken_for_arabizi(evaluation_sets, language):
    lines = gzip.decompress((evaluation_sets / f"xquad/questions.{language}.jsonl.gz").read_bytes())
    asked = [json.loads(line)["question"] for line in lines.splitlines()]
    assert len(asked) > 1_000
    assert [text for text in asked if is_arabizi(Phrase(text))] == []


@pytest.mark.parametrize(("typed", "words"), ASKED)
def test_arabizi_is_answered_in_arabic(assistant, typed, words):
    answer = assistant.ask(typed)
    assert (answer.kind, answer.language, answer.question) == ("answer", "ar", typed)
    assert re.search("[ء-ي]", answer.searched_as)
    assert any(words in citation.quote for citation in answer.citations)


def test_arabizi_about_what_no_article_says_is_refused_in_arabic(assistant):
    answer = assistant.ask("meen ra2is 7okoumet fransa?")
    assert (answer.kind, answer.language) == ("refusal", "ar")


@given(st.text("abeikoshtw23579 '?", max_size=80))
@settings(max_examples=50, deadline=None)
def test_any_letters_are_read_or_left(text):
    read = in_arabic(Phrase("meen " + text), knowing("ربح"))
    assert read is None or read.text


@pytest.mark.parametrize("word", ["a" * 4_000, "a2" * 2_000, "3'" * 2_000, "aeiou2" * 4, "a" * 4_000 + "é1"])
def test_hostile_word_has_few_spellings(word):
    assert len(arabic_spellings(word)) <= MOST_SPELLINGS
    assert in_arabic(Phrase(f"meen {word}"), knowing("ربح")) is not None


def test_many_words_are_looked_up_once_and_no_more_than_bounded():
    asked = []

    def frequencies(terms):
        asked.append(len(terms))
        return [0] * len(terms)

    in_arabic(
        Phrase("meen " + " ".join(f"bat{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(600))),
        frequencies,
    )
    assert len(asked) == 1 and asked[0] <= MOST_WORDS * (MOST_SPELLINGS + 1)
