"""Dialects: what asks is put in the standard language, what is asked about stays; and follow-ups."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Turn
from assistant.conversation import standalone
from assistant.question.query import read
from assistant.question.spelling.dialects import standard
from index.text.phrase import Phrase
from tests.vowelling import vowelled

SPOKEN = [
    ("وين بتنعقد القمة؟", "أين تقام القمة؟"),
    ("مين بيدفع للمنصة؟", "من يدفع للمنصة؟"),
    ("القمة فين؟", "القمة أين؟"),
    ("شعار القمة ايه؟", "ما شعار القمة؟"),
    ("شحال ديال المدن اللي فازت؟", "كم المدن الذي فازت؟"),
    ("ليش فازت المدينة هالسنة؟", "لماذا فازت المدينة هذه السنة؟"),
    ("وقتاش باش يبدا المشروع؟", "متى يبدأ المشروع؟"),
]


@pytest.mark.parametrize(("spoken", "written"), SPOKEN)
def test_words_that_ask_are_put_in_the_standard_language(spoken, written):
    assert standard(Phrase(spoken)).text == written


@pytest.mark.parametrize(
    "question",
    [
        "أين تقع بيروت؟",
        "من بنى بيت الحكمة؟",
        "إلى أين ذهب الوزير؟",
        "كم بلغت تكلفة بيع البيت؟",
        "Where is it?",
    ],
)
def test_standard_language_stays_as_it_was_typed(question):
    phrase = Phrase(question)
    assert standard(phrase) is phrase


@pytest.mark.parametrize("spoken", [spoken for spoken, _written in SPOKEN])
def test_vowel_signs_change_no_kind_of_a_spoken_question(spoken):
    assert read(vowelled(spoken)).kind == read(spoken).kind


def test_question_in_dialect_says_what_was_searched(assistant):
    answer = assistant.ask("ايش هو شعار قمة البحرين؟")
    assert answer.searched_as == "ما هو شعار قمة البحرين؟" and answer.kind == "answer"


def after(question, follow_up):
    return standalone(follow_up, [Turn(question, Answer("1", question, "ar", "answer", True, 1.0, ""))])


@pytest.mark.parametrize(
    ("question", "follow_up", "expected"),
    [
        ("كم مشارك حضر القمة السابقة؟", "وأين ستقام هذه المرة؟", "وأين ستقام القمة؟"),
        ("ما شعار القمة؟", "متى تقام؟", "متى تقام القمة؟"),
        ("ما شعار القمة؟", "مين مول منصه المدن الزكيه", "مين مول منصه المدن الزكيه"),
        ("من رعى القمة؟", "وما شعارها؟", "وما شعار القمة؟"),
        ("من عين مديرا للمهرجان؟", "وماذا كان يعمل من قبل؟", "وماذا كان يعمل من قبل (مديرا للمهرجان)؟"),
    ],
)
def test_follow_up_takes_only_what_it_leaves_out(question, follow_up, expected):
    assert after(question, follow_up) == expected


def test_what_is_asked_of_a_thing_must_be_spoken_of_beside_it(assistant):
    refusal = assistant.ask("من صمم شعار القمة؟")
    assert refusal.kind == "refusal" and "صمم" in refusal.text
