"""Passages are slices of their article, of the right size, cut where sentences end."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article, read_articles
from index.passages import Passage, split_article
from index.passages.splitting import count_words
from index.text.sentences import sentence_spans
from tests.conftest import SEEDS


def article(text: str, title: str = "عنوان") -> Article:
    return Article("a/1", title, text)


PIECES = st.sampled_from(
    [
        "كلمة ",
        "وقال الوزير إن العمل مستمر. ",
        "Sentence one. ",
        "word ",
        "\n",
        "\n\n",
        "عنوان فرعي\n",
        "👨‍👩‍👧‍👦",
        "🇴🇲🇯🇴",
        "e\u0301\u0323",
        "مُدَرِّسٌ ",
        "漢字",
        "ภาษา",
        "\ud83d",
        "\u00a0",
        "x" * 400,
        "ـ" * 300,
        "،",
        "؟ ",
        "«",
        "» ",
        "3.5 ",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=120).map("".join)


def assert_passages_hold(text: str, passages: list[Passage]) -> None:
    place = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.passage_id == f"a/1#{passage.start}-{passage.end}"
        assert passage.text == passage.text.strip() != ""
        assert not text[place : passage.start].strip()
        place = max(place, passage.end)
    assert not text[place:].strip()


@settings(max_examples=150)
@given(TEXTS, st.sampled_from([(120, 60), (20, 10), (3, 1), (1, 1)]))
def test_passages_are_slices_and_leave_out_only_white_space(text, size):
    most, least = size
    passages = split_article(article(text), max_words=most, min_words=least)
    assert_passages_hold(text, passages)
    for passage in passages:
        assert count_words(passage.text) <= 1.25 * most + 2


@settings(max_examples=150)
@given(TEXTS)
def test_sentence_that_fits_is_never_cut(text):
    passages = split_article(article(text), max_words=20, min_words=10)
    cuts = {passage.start for passage in passages[1:]}
    for start, end in sentence_spans(text):
        if count_words(text[start:end]) <= 20:
            assert not any(start < cut < end for cut in cuts)


@pytest.mark.parametrize("letter", ["ا", "x", "漢", "مُ", "e\u0301", "👨‍👩‍👧‍👦", "🇴🇲", "👍🏽", "क्षि"])
def test_unbroken_text_is_cut_between_letters(letter):
    text = letter * 6_000
    passages = split_article(article(text))
    assert len(passages) > 1
    assert_passages_hold(text, passages)
    if letter != "क्षि":  # a cluster only by rules of its own script
        assert all(passage.start % len(letter) == 0 for passage in passages)
    assert not any(unicodedata.category(passage.text[0]) == "Mn" for passage in passages)


def test_half_of_a_surrogate_pair_is_not_parted_from_the_other():
    text = "\ud83d\ude00" * 3_000
    assert all(passage.start % 2 == 0 for passage in split_article(article(text)))


def test_heading_stays_with_what_follows():
    body = "وهذه جملة من عشر كلمات تملأ الفقرة حتى تكتمل. " * 10
    text = "\n".join(f"العنوان الفرعي رقم {number}\n{body.strip()}" for number in range(6))
    passages = split_article(article(text))
    assert len(passages) >= 4
    assert all(not passage.text.rsplit("\n", 1)[-1].startswith("العنوان") for passage in passages)


def test_short_tail_is_merged():
    body = "وهذه جملة من ثماني كلمات تملأ الفقرة. " * 16
    passages = split_article(article(body + "انتهى."))
    assert len(passages) == 1


def test_seed_passages_are_of_the_size_asked():
    for each in read_articles(SEEDS):
        passages = split_article(each)
        sizes = [count_words(passage.text) for passage in passages]
        assert max(sizes) <= 150
        assert sum(60 <= size <= 120 for size in sizes) >= len(sizes) // 2
        assert all(each.text[passage.start : passage.end] == passage.text for passage in passages)


def test_blank_article_has_no_passage():
    assert split_article(article("")) == split_article(article(" \n\u00a0")) == []


@pytest.mark.parametrize("sizes", [(0, 1), (10, 20), (10, 0)])
def test_sizes_that_make_no_passages_are_refused(sizes):
    most, least = sizes
    with pytest.raises(ValueError, match="make no passages"):
        split_article(article("نص"), max_words=most, min_words=least)
