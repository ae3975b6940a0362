"""What is asked of the assistant itself and of its corpus: told from facts, and told apart from questions."""

from __future__ import annotations

import pytest

from assistant.question.query import read


@pytest.mark.parametrize(
    ("question", "talk"),
    [
        ("قداش عندك من مقال؟", "count"),
        ("كم عدد المقالات اللي عندك", "count"),
        ("السلام عليكم، كم مقالة لديك؟", "count"),
        ("How many articles are in the archive?", "count"),
        ("من أين تأتي أخبارك؟", "outlets"),
        ("which newspapers do you use?", "outlets"),
        ("ما أقدم مقال لديك؟", "dates"),
        ("how up to date are your articles?", "dates"),
        ("عن ماذا تتحدث مقالاتك؟", "topics"),
        ("بأي لغة مقالاتك؟", "languages"),
        ("شكون صنعك؟", "maker"),
        ("who programmed you?", "maker"),
        ("وش تقدر تسوي؟", "abilities"),
        ("واش انت روبوت؟", "identity"),
    ],
)
def test_question_about_the_assistant_is_told_from_others(question, talk):
    assert read(question).talk == talk


@pytest.mark.parametrize(
    "question",
    [
        "كم مقالا كتب نجيب محفوظ؟",
        "متى نشر المقال؟",
        "What is the article about?",
        "من صنع السيارة؟",
        "who built it?",
        "ما لغة الكتاب؟",
        "How many articles did Dickens write?",
        "ما آخر أخبار قطر؟",
        "ما مصادر الطاقة في الأردن؟",
        "كم مقالا لديك عن العقبة؟",
    ],
)
def test_question_that_names_something_else_goes_to_the_articles(question):
    assert read(question).talk is None


def test_numbers_of_the_corpus_are_those_of_the_index(assistant):
    answer = assistant.ask("كم مقالة لديك؟")
    assert (answer.kind, answer.citations) == ("small_talk", ())
    assert "5 مقالات" in answer.text and "الرؤية" in answer.text
    assert "5 articles" in assistant.ask("How many articles do you have?").text


def test_newest_articles_are_named_when_topics_are_asked_for(assistant):
    assert "سفراء المدن الذكية" in assistant.ask("ما المواضيع التي تغطيها؟").text
