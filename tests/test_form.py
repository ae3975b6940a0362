"""What was typed: a question, words to search, nothing; and what is asked of the assistant itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.question.form import form_of
from assistant.question.kinds import kind_of
from index.building import build
from index.text.phrase import Phrase

ROOT = Path(__file__).parent.parent
CASE = Path(__file__).parent / "data" / "cases" / "47-no-question.jsonl"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, encoder):
    folder = tmp_path_factory.mktemp("form") / "index"
    build([ROOT / "seeds"], folder, encoder=encoder, progress=False)
    with Assistant(folder, encoder=encoder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("2+2", "nothing"),
        ("What is 2+2?", "nothing"),
        ("متى", "nothing"),
        ("؟!", "nothing"),
        ("مدينة العقبة الذكية", "search"),
        ("smart city", "search"),
        ("أين تقع العقبة", "question"),
        ("العقبة؟", "question"),
        ("لخص المقال", "question"),
        ("ماذا حدث في 2019", "question"),
    ],
)
def test_form_is_told_by_the_words(typed: str, form: str) -> None:
    assert form_of(Phrase(typed), kind_of(Phrase(typed))) == form


def test_no_question_gets_no_answer(assistant) -> None:
    for line in CASE.read_text("utf-8").splitlines():
        answer = assistant.ask(json.loads(line)["question"])
        assert (answer.kind, answer.citations) == ("refusal", ()), answer.question


def test_words_alone_are_searched_and_claim_no_answer(assistant) -> None:
    answer = assistant.ask("المدن الصناعية")
    assert answer.kind == "search" and answer.citations
    assert answer.text.startswith("أقرب ما في المقالات إلى هذه الكلمات:")
