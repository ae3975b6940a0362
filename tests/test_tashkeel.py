"""Text without tashkeel: what goes, what stays, and the way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.analysis import analyze
from index.text.folding import fold
from index.text.tashkeel import SIGNS, locate_unvowelled, unvowelled
from tests.vowelling import vowelled


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("الشَّمْسُ", "الشمس"),
        ("كـــتـاب", "كتاب"),
        ("كـَـتَبَ", "كتب"),
        ("ٱلۡكِتَٰبِ", "الكتب"),  # alef wasla and Quranic sukun
        ("هٰذا", "هذا"),
        ("إنَّهُۥ بِهِۦ", "إنه به"),  # small waw and ya
        ("ا\u0654حمد ا\u0655لى ا\u0653خر مو\u0654من بي\u0654ر", "أحمد إلى آخر مؤمن بئر"),
        ("ا\u064e\u0654ب", "أب"),  # as NFD orders the signs of أَب
        ("خانهٔ ما", "خانه ما"),
        ("دعویٰ", "دعوی"),
        ("عَلﱠم", "علم"),  # shadda and fatha in one presentation form
        ("ﹶﹷكتب", "كتب"),
        ("كتاباﱢ ﴼ", "كتابا ا"),
        ("שָׁלוֹם", "שלום"),
        ("שׁלוֹם בּית", "שלום בית"),  # letters with their points in one code point
        ("בְּרֵאשִׁ֖ית", "בראשית"),
        ("2ـ6", "2ـ6"),
        ("ـــ", "ـــ"),
        ("1445 هـ", "1445 ه"),
        ("café à", "café à"),
        ("हिन्दी", "हिन्दी"),
        ("الله ﷺ", "الله ﷺ"),
        ("", ""),
    ],
)
def test_signs_that_are_left_out_at_will_are_taken_off(written, plain):
    assert unvowelled(written) == plain
    bare = locate_unvowelled(written)
    assert (written if bare is None else bare.text) == plain


MARKED = st.text(
    alphabet=st.one_of(
        st.sampled_from("ابتيوهـلمٱאשׁ aé2.،\u200f\u200c\n"),
        st.sampled_from(sorted(set(unvowelled.__globals__["_SIGN"].findall(SIGNS)[0]))),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@given(MARKED)
def test_text_without_signs_stays_as_it_is(text):
    assert unvowelled(unvowelled(text)) == unvowelled(text)


@given(MARKED)
def test_every_letter_is_located_where_it_stands(text):
    bare = locate_unvowelled(text)
    if bare is None:
        return
    assert len(bare.text) == len(bare.places) and all(bare.places[1:] > bare.places[:-1])
    for character, place in zip(bare.text, bare.places.tolist(), strict=True):
        there = unicodedata.normalize("NFKD", text[place])
        assert unicodedata.normalize("NFKD", character)[0] in there + "\u0627"
    left = set(range(len(text))) - set(bare.places.tolist())
    assert all(text[place] in SIGNS + "ـ" or not text[place].isalnum() or place in left for place in left)


@given(MARKED)
def test_terms_are_those_of_the_text_without_signs(text):
    assert analyze(text) == analyze(unvowelled(text))


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئء .،؟2", max_size=40), st.randoms())
def test_vowelled_text_reads_as_the_plain_one(text, random):
    marked = vowelled(text, random=random)
    assert unvowelled(marked) == text
    assert analyze(marked) == analyze(text)
    assert fold(marked).text == fold(text).text
