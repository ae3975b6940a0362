"""Signatures and the finder of twins: copies are found, other stories and other numbers are not."""

from __future__ import annotations

import json
import random
from gzip import open as open_gzip

import pytest

from index.building.duplicates import SIGNATURE_BYTES, TwinFinder, likeness, signature

WORDS = [f"كلمة{number}" for number in range(3_000)]


def story(seed: int, words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words)) + "."


def test_signature_is_the_same_for_the_same_words():
    text = story(1)
    assert len(signature(text)) == SIGNATURE_BYTES
    assert signature(text) == signature("  " + text.replace(" ", "\n\n") + "\u200f")
    assert signature("وأكّد الوزيرُ أنّ العمل مستمر في المدينة وأن الخطة ماضية كما أُعلن عنها") == signature(
        "واكد الوزير ان العمل مستمر فى المدينه وان الخطة ماضية كما اعلن عنها"
    )


def test_signature_stays_what_it_was():
    """Signatures lie in indexes: another value here makes those of older indexes useless."""
    value = signature("one two three four five six seven eight nine ten eleven twelve 13")
    assert value[:8].hex() == "74f3550e5de2dc13"


def test_signature_of_a_short_text_is_empty_and_near_nothing():
    assert signature("") == signature("خبر عاجل من مسقط") == b""
    finder = TwinFinder()
    finder.add("a", b"")
    assert len(finder) == 0
    assert finder.query(b"") == []
    assert likeness(b"", b"") == 0.0


def test_likeness_estimates_the_share_of_shingles():
    words = story(2, 400).split()
    half = " ".join(words[:200] + story(3, 200).split())
    # 198 of 398 + 200 shingles are common: a third.
    assert likeness(signature(" ".join(words)), signature(half)) == pytest.approx(1 / 3, abs=0.12)
    assert likeness(signature(" ".join(words)), signature(" ".join(words))) == 1.0


def test_same_words_with_other_numbers_are_no_twins():
    text = story(4) + " بلغ السعر {} ريالا و{} بيسة وارتفع {} في المئة"
    finder = TwinFinder()
    finder.add("monday", signature(text.format(10, 200, 3)))
    assert finder.query(signature(text.format(11, 350, 4))) == []
    assert finder.query(signature("عاجل " + text.format(10, 200, 3))) == ["monday"]


def test_finder_gives_twins_most_alike_first():
    text = story(5)
    finder = TwinFinder()
    finder.add("near", signature(text + " " + story(6, 25)))
    finder.add("other", signature(story(7)))
    finder.add("same", signature(text))
    assert finder.query(signature(text)) == ["same", "near"]
    assert len(finder) == 3


def test_finder_asked_and_added_to_in_turns_finds_what_one_filled_at_once_does():
    texts = [story(seed // 2) + (" تحديث جديد" if seed % 2 else "") for seed in range(200)]
    signatures = [signature(text) for text in texts]
    whole, growing = TwinFinder(), TwinFinder()
    for number, value in enumerate(signatures):
        whole.add(number, value)
    for number, value in enumerate(signatures):
        expected = [other for other in whole.query(value) if other < number]
        assert sorted(growing.query(value)) == sorted(expected)
        assert expected == ([number - 1] if number % 2 else [])
        growing.add(number, value)


def test_finder_refuses_wrong_values():
    with pytest.raises(ValueError, match="no share"):
        TwinFinder(threshold=0)
    with pytest.raises(ValueError, match="bytes"):
        TwinFinder().add("a", b"abc")


def test_few_articles_of_a_news_archive_are_twins(evaluation_sets):
    """3,000 different news items: fewer than one in a hundred is taken for another."""
    with open_gzip(evaluation_sets / "antcorpus/articles.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(3_000), lines, strict=False)]
    finder, twins = TwinFinder(), 0
    for number, text in enumerate(texts):
        value = signature(text)
        twins += bool(finder.query(value))
        finder.add(number, value)
    assert twins < 30
