"""Two questions in one: told apart, each made to stand alone, and both answered."""

from __future__ import annotations

import pytest

from assistant.question.halves import halves_of
from index.text.phrase import Phrase
from tests.vowelling import vowelled

ASKED = [
    ("من نظم القمة الخامسة وكم متحدثا فيها؟", ("من نظم القمة الخامسة؟", "كم متحدثا في القمة الخامسة؟")),
    ("متى وأين أقيم مؤتمر المدن؟", ("متى أقيم مؤتمر المدن؟", "أين أقيم مؤتمر المدن؟")),
    ("ما شعار القمة ومن راعيها؟", ("ما شعار القمة؟", "من راعي القمة؟")),
    ("كم ارتفاع الجبل ولماذا يعاد قياسه؟", ("كم ارتفاع الجبل؟", "لماذا يعاد قياس الجبل؟")),
    (
        "Who runs the Bahrain summit and what is its slogan?",
        ("Who runs the Bahrain summit?", "what is the Bahrain summit's slogan?"),
    ),
    ("Who runs the summit and what is its slogan?", ("Who runs the summit?", "what is the summit's slogan?")),
    ("When and where was it held?", ("When was it held?", "where was it held?")),
]


@pytest.mark.parametrize(("question", "parts"), ASKED)
def test_two_questions_in_one_each_stand_alone(question, parts):
    found = halves_of(Phrase(question))
    assert found is not None and tuple(part.text for part in found) == parts


@pytest.mark.parametrize(
    "question",
    [
        "من رئيس تونس ورئيس مصر؟",
        "من استفاد من المشروع ومن المبادرة؟",
        "متى بدأت القمة وما زال المشروع قائما؟",
        "What is the slogan and the venue?",
        "وكم عدد المدن؟",
        "ومتى",
        "and when?",
    ],
)
def test_one_question_is_not_cut(question):
    assert halves_of(Phrase(question)) is None


@pytest.mark.parametrize("question", [question for question, _parts in ASKED if not question.isascii()])
def test_vowel_signs_cut_a_question_at_the_same_words(question):
    assert halves_of(Phrase(vowelled(question))) is not None


def test_both_questions_are_answered(assistant):
    answer = assistant.ask("Who runs the Bahrain summit and what is its slogan?")
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert answer.kind == "answer" and "شركة الطريق الذكي" in quotes and "اعادة تعريف المدن الذكية" in quotes
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
