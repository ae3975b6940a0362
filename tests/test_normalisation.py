"""Folding: what it takes away, what it keeps, and the way back to the original's code points."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text.folding import fold

ALPHABET = (
    "ابتثكلمنهويىةأإآؤئءپکی" + "abcDEéüß" + "0123456789٠١٢٣۴۵²½" + " \t\n\u00a0\u2009" + "\"'“”«»‘’`"
    ".,;:!?()[]%-–…،؛؟٪٫٬" + "\u0640\u064b\u064e\u0651\u0654\u0670\u0301\u0308" + "\u200b\u200d"
    "\u200f\u202b\u2067ﷺﻻﻼﺍﭐﹷﬁＡ１＂＇"
)  # fmt: skip
texts = st.text(alphabet=st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("تُوِّجَت المؤسّسةُ", "توجت الموسسة"),
        ("الـــمدن الذكيـة", "المدن الذكية"),
        ("أن إن آن ٱلله", "ان ان ان الله"),
        ("مؤتمر هيئة", "موتمر هيية"),
        ("التى", "التي"),
        ("٢٠٢٥ و۲۰۲۵", "2025 و2025"),
        ("١٬٢٣٤٫٥ ٪", "1,234.5%"),
        ("قمة  المدن\n\nالذكية\u00a0اليوم", "قمة المدن الذكية اليوم"),
        ("قمة “المدن”، و«الغد»", "قمة المدن,والغد"),
        ('قمة " المدن "في', "قمة المدن في"),
        ("\u200fقمة\u202b المدن\u202c", "قمة المدن"),
        ("ﻣﺪﻥ ذكية", "مدن ذكية"),
        ("don’t ‘stop’ it", "don't stop it"),
        ("cafe\u0301 ﬁrst Ｆｕｌｌ", "café first Full"),
        ("\u110b\u1175\u1100\u1165\u11ab", "이건"),
        ("2 – 6", "2 - 6"),
        ("2ـ6", "2-6"),
        ("سبتمبر ، ثم", "سبتمبر,ثم"),
        ("1441هـ", "1441ه"),
    ],
)
def test_fold_takes_away_what_may_differ(text, folded):
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.5", "35"),
        ("3.5", "3,5"),
        ("in 2019. 30 people", "in 2019.30 people"),
        ("3 .5", "3.5"),
        ("2 6", "26"),
        ("-5", "5"),
        ("50%", "50"),
        ("10²", "102"),
        ("6½", "61/2"),
        ("2ـ6", "26"),
        ("2-6", "26"),
        ("كتابة", "كتابه"),
        ("شيء", "شي"),
        ("its", "it's"),
        ("US", "us"),
        ("resume", "résumé"),
        ("a, b", "a b"),
        ("لا يعود", "لايعود"),
    ],
)
def test_fold_keeps_what_makes_another_word_or_number(one, other):
    assert fold(one).text != fold(other).text


def test_fold_span_holds_the_signs_of_its_letters():
    text = "قال: «كتابٌ» جديدٌ."
    folded = fold(text)
    first = folded.text.index("كتاب")
    assert text[slice(*folded.span(first, first + 4))] == "كتابٌ"


def test_fold_span_leaves_controls_after_a_word_outside():
    text = "مدن\u200f ذكية"
    folded = fold(text)
    assert text[slice(*folded.span(0, 3))] == "مدن"


@settings(max_examples=500)
@given(texts)
@example("e\u0640\u0301ب")
@example("\u200b\u0301")
@example("ｅ\u0301")
def test_fold_twice_is_fold_once(text):
    once = fold(text).text
    assert fold(once).text == once


@settings(max_examples=500)
@given(texts)
def test_fold_map_is_monotone_and_inside_the_original(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)


@settings(max_examples=500)
@given(texts, st.data())
def test_fold_of_a_slice_is_the_slice_of_the_fold(text, data):
    folded = fold(text)
    positions = [at for at, character in enumerate(folded.text) if character.isalnum()]
    whole_source = [
        (first, last + 1)
        for first in positions[:6]
        for last in positions[-6:]
        if first <= last
        and (first == 0 or folded.starts[first - 1] != folded.starts[first])
        and (last + 1 == len(folded.text) or folded.starts[last + 1] != folded.starts[last])
    ]
    if not whole_source:
        return
    first, last = data.draw(st.sampled_from(whole_source))
    start, end = folded.span(first, last)
    assert fold(text[start:end]).text == folded.text[first:last]


@settings(max_examples=300)
@given(texts)
@example("\u0995\u09cb")  # a Bengali vowel sign of two halves
@example("\U000115ba")
def test_fold_does_not_see_canonical_composition(text):
    assert fold(unicodedata.normalize("NFD", text)).text == fold(unicodedata.normalize("NFC", text)).text
