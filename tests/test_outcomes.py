"""Questions with expected behaviour: the file itself, and what an answer to one is worth."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.outcomes import outcome_of, summarised

DATA = Path(__file__).parent / "data"
SEEDS = Path(__file__).parent.parent / "seeds"


def _questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "asked_questions.jsonl").read_text("utf-8").splitlines()]


def _texts() -> dict[str, str]:
    with gzip.open(DATA / "news_slice.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = {row["id"]: row["text"] for row in map(json.loads, lines)}
    return {**news, **{path.stem: path.read_text("utf-8") for path in SEEDS.glob("*.txt")}}


def test_asked_questions_wanted_words_stand_verbatim_in_their_articles() -> None:
    texts = _texts()
    for question in _questions():
        articles = [texts[article_id] for article_id in question.get("article_ids", ())]
        if question["expected"] == "answer":
            for words in (*question["words"], *question.get("both", ())):
                assert any(words in text for text in articles), (question["id"], words)


def test_asked_questions_are_150_and_a_third_cannot_be_answered() -> None:
    questions = _questions()
    expected = Counter(question["expected"] for question in questions)
    assert len(questions) == len({question["id"] for question in questions}) == 150
    assert expected["refusal"] >= 50
    assert all(question["answerable"] == (question["expected"] == "answer") for question in questions)


def _answer(kind: str, text: str = "", *quotes: str, marked: str | None = None) -> dict[str, Any]:
    citations = [{"article_id": "a", "quote": quote, "answer": None} for quote in quotes]
    if marked is not None:
        citations[0]["answer"] = {"text": marked}
    return {"kind": kind, "text": text, "citations": citations}


LONG = "كلمة " * 50 + "في مسقط"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (_answer("answer", "", "عقد في مسقط"), "right"),
        (_answer("answer", "", LONG), "buried"),
        (_answer("answer", "", LONG, marked="مسقط"), "right"),
        (_answer("answer", "", "غيره", "عقد في مسقط"), "buried"),
        (_answer("answer", "", "عقد في صلالة"), "wrong"),
        (_answer("refusal"), "wrongly refused"),
    ],
)
def test_outcome_of_a_question_that_is_answered(answer: dict[str, Any], verdict: str) -> None:
    question = {"id": "1", "question": "أين عقد؟", "kind": "where", "expected": "answer", "words": ["مسقط"]}
    assert outcome_of(question, answer).verdict == verdict


def test_outcome_of_a_refusal_tells_whether_it_names_what_is_missing() -> None:
    question = {"id": "1", "question": "?", "kind": "year", "expected": "refusal", "missing": ["2019"]}
    named = outcome_of(question, _answer("refusal", "لا ذكر لسنة 2019؛ أقرب ما وجدت عن 2017"))
    other = outcome_of(question, _answer("refusal", "لم أجد جوابا؛ أقرب ما فيها: «جائزة 2019»"))
    answered = outcome_of(question, _answer("answer", "", "2017"))
    assert [(each.verdict, each.named) for each in (named, other, answered)] == [
        ("right", True), ("right", False), ("wrongly answered", False)
    ]  # fmt: skip
    assert summarised([named, other, answered])["refusals_that_name"] == 1


def test_outcome_without_an_expectation_raises() -> None:
    with pytest.raises(ValueError, match="no expectation"):
        outcome_of({"id": "1", "expected": "applause"}, _answer("answer"))
