"""The language of a text."""

from __future__ import annotations

import gzip
import json

import pytest

from index.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ما هي عاصمة عمان؟", "ar"),
        ("مدائن", "ar"),
        ("پایتخت ایران کجاست؟", "fa"),
        ("پاکستان کا دارالحکومت کیا ہے؟", "ur"),
        ("What is the capital of Oman?", "en"),
        ("¿Cuál es la capital de Omán?", "es"),
        ("Umman'ın başkenti neresidir ve nüfusu kaç?", "tr"),
        ("Quelle est la capitale de la France ?", "fr"),
        ("Was ist die Hauptstadt von Deutschland?", "de"),
        ("Кто такой Пушкин и где он жил?", "ru"),
        ("日本の首都はどこですか", "ja"),
        ("中国的首都是哪里？", "zh"),
        ("대한민국의 수도는 어디입니까?", "ko"),
        ("בירת ישראל", "he"),
        ("123 !?", "und"),
        ("", "und"),
        ("Xyzzy", "und"),
        ("×", "und"),  # stands among the letters and is none
    ],
)
def test_language_is_told_by_script_and_words(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(("language", "at_least"), [("ar", 0.99), ("en", 0.99), ("es", 0.98), ("tr", 0.97)])
def test_language_of_questions_is_told(evaluation_sets, language, at_least):
    with gzip.open(evaluation_sets / f"xquad/questions.{language}.jsonl.gz", "rt", encoding="utf-8") as lines:
        told = [detect_language(json.loads(line)["question"]) == language for line in lines]
    assert sum(told) / len(told) >= at_least
