"""Suggested questions: made from articles, asked before they are shown, never in the reader's way."""

from __future__ import annotations

import pytest

from assistant.answering.road import decide
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.suggesting.proposals import candidates
from assistant.answering.suggesting.suggestions import FURTHER, MOST_ASKED, Suggestions
from assistant.question.query import read
from index.articles import Article
from index.search.searcher import open_searcher

ENDLESS_S = 3600.0


@pytest.fixture(scope="module")
def searcher(seed_index, encoder):
    with open_searcher(seed_index, encoder=encoder) as opened:
        yield opened


@pytest.fixture
def asking(searcher):
    """What asks a question, and the questions that were asked."""
    asked = []

    def ask(question):
        asked.append(question)
        return decide(read(question), searcher, Stopwatch())

    return ask, asked


def test_candidates_name_what_is_quoted_and_who_speaks():
    text = "وقال وزير الأشغال عصام خلف إن «جسر المدينة الجديد» يفتتح غدا. وتحدث عن جسر المدينة الجديد طويلا."
    made = candidates(Article("a", "افتتاح جسر", text, language="ar"), language="ar")
    assert made == [
        "ماذا جاء في المقالات عن «جسر المدينة الجديد»؟",
        "ماذا قال وزير الأشغال عصام خلف؟",
        "لخص مقالة «افتتاح جسر»",
    ]


@pytest.mark.parametrize(
    "spoken_to",
    [
        "للقائد المسؤول",
        "بالمجلس البلدي",
        "كالوزير السابق",
        "لوزير الأشغال",
        "لصحيفة الخليج",
        "في مؤتمر صحفي",
        "له مدير المشروع",
    ],
)
def test_who_is_spoken_to_is_no_speaker(spoken_to):
    text = f"حضر وزير الأشغال. وقالت {spoken_to} إن الجسر قريب. وقالت وزيرة الصحة جليلة السيد إن الموعد غدا."
    made = candidates(Article("a", "افتتاح جسر", text, language="ar"), language="ar")
    assert [question for question in made if question.startswith("ماذا قال")] == [
        "ماذا قالت وزيرة الصحة جليلة السيد؟"
    ]


@pytest.mark.parametrize(
    "speaker", ["لجنة التحقيق البرلمانية", "بلدية المنامة", "كلية الهندسة", "لطيفة القعود"]
)
def test_speaker_whose_name_begins_like_a_preposition_is_one(speaker):
    text = f"وقالت {speaker} إن الجسر يفتتح غدا."
    made = candidates(Article("a", "افتتاح جسر", text, language="ar"), language="ar")
    assert f"ماذا قالت {speaker}؟" in made


@pytest.mark.parametrize("language", ["ar", "en"])
def test_first_screen_shows_questions_that_were_asked_once(searcher, asking, language):
    ask, asked = asking
    suggestions = Suggestions()
    shown = suggestions.opening(searcher, ask, language=language)
    assert 0 < len(shown) <= 4 and set(shown) <= set(asked) and len(asked) <= MOST_ASKED
    before = len(asked)
    assert suggestions.opening(searcher, ask, language=language) == shown and len(asked) == before


def test_questions_after_an_answer_are_answered_from_its_articles(assistant, searcher, asking):
    ask, _asked = asking
    answer = assistant.ask("ما شعار قمة البحرين؟")
    further = Suggestions(enough_s=ENDLESS_S).further(searcher, ask, answer, language="ar")
    assert 2 <= len(further) <= FURTHER and answer.question not in further
    cited = {citation.source.article_id for citation in answer.citations}
    for question in further:
        composition = ask(question).composition
        assert composition is not None and composition.citations[0].source.article_id in cited


def test_questions_that_were_asked_already_are_not_suggested(assistant, searcher, asking):
    ask, _asked = asking
    suggestions, answer = Suggestions(enough_s=ENDLESS_S), assistant.ask("ما شعار قمة البحرين؟")
    first = suggestions.further(searcher, ask, answer, language="ar")
    later = suggestions.further(searcher, ask, answer, asked=first[:1], language="ar")
    assert first[0] not in later


def test_no_question_is_asked_without_time_for_it(assistant, searcher, asking):
    ask, asked = asking
    answer = assistant.ask("ما شعار قمة البحرين؟")
    assert Suggestions(enough_s=-1.0).further(searcher, ask, answer, language="ar") == () and asked == []
