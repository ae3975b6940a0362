"""What was typed: a question, words to search, nothing; and what is asked of the assistant itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.question.about import about, phrase
from assistant.question.form import form_of
from assistant.question.kinds import kind_of
from index.building import build

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
    assert form_of(typed, kind_of(typed)) == form


def test_no_question_gets_no_answer(assistant) -> None:
    for line in CASE.read_text("utf-8").splitlines():
        answer = assistant.ask(json.loads(line)["question"])
        assert (answer.kind, answer.citations) == ("refusal", ()), answer.question


def test_words_alone_are_searched_and_claim_no_answer(assistant) -> None:
    answer = assistant.ask("المدن الصناعية")
    assert answer.kind == "search" and answer.citations
    assert answer.text.startswith("أقرب ما في المقالات إلى هذه الكلمات:")


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("كم مقالة في الأرشيف؟", "count"),
        ("How many articles do you hold?", "count"),
        ("ما أحدث مقالاتك؟", "newest"),
        ("هل أنت برنامج؟", "machine"),
        ("What are your sources?", "sources"),
        ("كم مقالا نشر الوزير؟", None),
        ("من صنع الجهاز؟", None),
        ("كم خبر نشرت الصحيفة؟", None),
    ],
)
def test_about_itself_is_told_from_questions_to_the_articles(asked: str, kind: str | None) -> None:
    assert about(asked) == kind


def test_about_the_corpus_is_answered_from_facts(assistant) -> None:
    answer = assistant.ask("كم مقالة لديك؟")
    assert answer.kind == "small_talk" and "5 مقالات" in answer.text


@pytest.mark.parametrize(
    ("articles", "counted"), [(1, "مقالة واحدة"), (2, "مقالتان"), (10, "10 مقالات"), (1150, "1,150 مقالة")]
)
def test_phrase_counts_articles_as_arabic_does(articles: int, counted: str) -> None:
    text = phrase("count", language="ar", articles=articles, months={"2017-01": 1}, sources={}, updated="")
    assert counted in text and "2017-01" in text
