"""Questions of many readers in one pass: each gets what it would get alone, whatever the others bring."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.encoder.running.gathering import Gathering

WITHIN_S = 20
QUESTIONS = [
    "ما عاصمة عُمان؟",
    "Which award did the project win in Shanghai, and who received it on behalf of the city?",
    "متى؟",
    "كم بلغ عدد المشاريع التي تنافست على جائزة المدينة الذكية في دورتها الأخيرة التي أقيمت في شنغهاي؟",
    "من سلّم الجائزة",
    "ماذا قال المدير عن المدن الصناعية العشر التي يخدمها المشروع، وكم سنة استغرق العمل عليها قبل الفوز بها؟",
]


class Noted:
    """Doubles numbers, a lot at a time, when it is let go; notes the lots."""

    def __init__(self):
        self.lots, self.let_go = [], threading.Event()

    def work(self, numbers):
        self.lots.append(list(numbers))
        self.let_go.wait(WITHIN_S)
        if 13 in numbers:
            raise ValueError("13")
        return [2 * number for number in numbers]


def asked_while_busy(noted, numbers, *, most):
    """Asks for 0, then for `numbers` from a thread each while 0 is under way; gives results or errors."""
    gathering = Gathering(noted.work, most=most)

    def ask(number):
        try:
            return gathering.ask(number)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(numbers) + 1) as pool:
        first = pool.submit(ask, 0)
        while not noted.lots:
            time.sleep(0.001)
        others = []
        for number in numbers:
            others.append(pool.submit(ask, number))
            while len(gathering._waiting) < len(others):
                time.sleep(0.001)
        noted.let_go.set()
        return first.result(WITHIN_S), [other.result(WITHIN_S) for other in others]


def test_what_comes_while_one_is_under_way_is_done_together_in_order():
    noted = Noted()
    assert asked_while_busy(noted, [1, 2, 3, 4, 5], most=3) == (0, [2, 4, 6, 8, 10])
    assert noted.lots == [[0], [1, 2, 3], [4, 5]]


def test_one_at_fault_is_told_alone():
    noted = Noted()
    assert asked_while_busy(noted, [1, 13, 3], most=8) == (0, [2, "13", 6])


def test_ask_when_nothing_is_under_way_waits_for_nobody():
    noted = Noted()
    noted.let_go.set()
    gathering = Gathering(noted.work, most=8)
    assert [gathering.ask(number) for number in (1, 2)] == [2, 4]
    assert noted.lots == [[1], [2]]


def test_many_threads_get_their_own():
    gathering = Gathering(lambda numbers: [number + 1 for number in numbers], most=4)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(gathering.ask, range(2000))) == list(range(1, 2001))


def test_questions_encoded_together_are_the_same_bits_as_alone(encoder):
    runtime = encoder._runtime
    if runtime.model.together is None:
        pytest.skip("torch lacks the fused products here: every question is encoded alone")
    encodings = runtime.encodings([encoder.prompts["query"] + question for question in QUESTIONS])
    assert runtime._gathers_exactly
    alone = [runtime._gathered([encoding])[0] for encoding in encodings]
    for lot in (encodings, encodings[::-1], encodings[:2]):
        together = runtime._gathered(lot)
        for encoding, done in zip(lot, together, strict=True):
            expected = alone[encodings.index(encoding)]
            assert np.array_equal(done.sentences, expected.sentences)
            assert np.array_equal(done.tokens, expected.tokens)


def test_questions_of_many_threads_are_encoded_as_of_one(encoder):
    def encode(question):
        vectors, (tokens,) = encoder.encode_with_tokens([question], kind="query")
        return vectors[0], tokens.vectors

    asked = [f"{question} {number}" for number in range(3) for question in QUESTIONS]
    encoder._remembered.clear()
    alone = [encode(question) for question in asked]
    encoder._remembered.clear()
    with ThreadPoolExecutor(8) as pool:
        for (vector, tokens), expected in zip(pool.map(encode, asked), alone, strict=True):
            assert np.array_equal(vector, expected[0]) and np.array_equal(tokens, expected[1])
