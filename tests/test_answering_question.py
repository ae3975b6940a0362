"""A question made ready: which of its words say something, and what a "how many" counts."""

import numpy as np
import pytest

from assistant.answering.judging.comparison import least_known
from assistant.answering.judging.cues import numbered
from assistant.answering.judging.weighting import LEAST_IDF, weigh
from assistant.question.query import read as read_query
from index.encoder import TokenVectors
from index.text.phrase import WORD


def read(text):
    spans = np.array([found.span() for found in WORD.finditer(text)], dtype=np.int64).reshape(-1, 2)
    rows = np.eye(max(len(spans), 1), dtype=np.float32)[: len(spans)]
    return weigh(read_query(text), TokenVectors(rows, *spans.T), idf=lambda _term: 5.0)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("بأي جائزة تُوِّجت مدائن؟", ["جائزة", "تُوِّجت", "مدائن"]),
        ("وكم مشروعًا تنافس في المسابقة؟", ["مشروعًا", "تنافس", "المسابقة"]),
        ("How many projects compete for the prize?", ["projects", "compete", "prize"]),
        ("¿Quién ganó el premio?", ["ganó", "premio"]),
    ],
)
def test_read_question_function_words_weigh_least(text, telling):
    question = read(text)
    heavy = [
        word
        for word, weight in zip(WORD.findall(text), question.weights, strict=True)
        if weight > LEAST_IDF / 2
    ]
    assert heavy == telling
    assert question.weights.sum() == pytest.approx(1.0)
    assert set(question.terms.values()) == {LEAST_IDF, 5.0}


def test_read_question_of_function_words_alone_still_weighs_them():
    question = read("من هو؟")
    assert question.weights.tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("كم مشروعًا تنافس في المسابقة؟", "مشروعًا"),
        ("كم عدد المدن المشاركة؟", "المدن"),
        ("ما عدد سكان الرياض؟", "سكان"),
        ("How many projects compete?", "projects"),
        ("What is the number of cities?", "cities"),
        ("أين تقع الرياض؟", None),
        ("كم؟", None),
    ],
)
def test_read_question_knows_what_is_counted(text, counted):
    question = read(text)
    assert (WORD.findall(text)[question.counted] if question.counted >= 0 else None) == counted


def test_numbered_words_stand_beside_a_number_that_the_question_has_not():
    words = ["وتنافس", "في", "المسابقة", "هذا", "العام", "216", "مشروعًا", "من", "123", "مدينة", "في", "2025"]
    assert [words[place] for place in numbered(words, "كم مشروعا عام 2025")] == [
        "هذا",
        "العام",
        "مشروعًا",
        "من",
        "مدينة",
        "في",
    ]
    assert numbered(["ثلاثة", "مشاريع"], "كم مشروعا") == [1]
    assert numbered(["بلا", "عدد"], "كم مشروعا") == []


@pytest.mark.parametrize(
    ("best", "value"),
    [
        ([0.9, 0.9, 0.9], 0.9),
        ([0.9, 0.2, 0.9], 0.2),  # one word of three is a third of the weight
        ([0.2, 0.2, 0.9], 0.2),
    ],
)
def test_weakest_is_what_the_least_known_third_of_a_question_is_worth(best, value):
    assert least_known(read("funds Aqaba platform"), np.array(best)) == pytest.approx(value)


def test_weakest_hardly_heeds_a_function_word():
    best = np.array([-1.0, 0.9, 0.9, 0.9])
    assert least_known(read("who funds Aqaba platform"), best) > 0.8


def test_weakest_of_a_question_without_words_is_nothing():
    assert least_known(read("؟"), np.zeros(0)) == 0.0
