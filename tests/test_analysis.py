"""Terms of texts: what is typed differently and means the same comes out the same."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.analysis import analyze
from index.text.analysis.arabic_stem import light_stem
from index.text.analysis.latin_stem import guess_language
from index.text.analysis.orthography import without_accents, words

ALPHABETS = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(min_codepoint=0x0020, max_codepoint=0x024F),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)
NUMBERS = st.text(alphabet="0123٠١۰۱.,٫٬-/ xع", max_size=16)


def stems(text):
    return analyze(text, grams=False)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("المُسْتَشْفَى", "المستشفى"),
        ("كتـــــاب", "كتاب"),
        ("أحمد إلى آخر", "احمد الى اخر"),
        ("مدرسة", "مدرسه"),
        ("ﻻﻣﻊ", "لامع"),
        ("\u202bالقاهرة\u202c\u200f", "القاهرة"),
        ("١٩٥٨", "1958"),
        ("۱۹۵۸", "1958"),
        ("کتاب", "كتاب"),
        ("علی", "علي"),
        ("٣٫٥", "3.5"),
        ("١٬٢٣٤", "1234"),
        ("1,234,567", "1234567"),
        ("２０２５", "2025"),
        ("CAFÉ", "cafe\u0301"),
        ("don’t", "don't"),
        ("09", "9"),
        ("٠٫٥", "0.5"),
        ("00.5", "0.5"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("000", "0"),
    ],
)
def test_analyze_two_spellings_give_the_same_terms(typed, plain):
    assert analyze(typed) == analyze(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("والمستشفيات", "المستشفى"),
        ("بالمدرسة", "مدرسة"),
        ("للرئيس", "الرئيس"),
        ("canciones", "canción"),
        ("organizations", "organization"),
        ("книги", "книга"),
    ],
)
def test_analyze_inflections_share_the_stem(one, other):
    language = "los las de que " if "canci" in one else ""
    assert stems(language + one)[-1] == stems(language + other)[-1]


@pytest.mark.parametrize(
    ("text", "findable"),
    [
        ("#كأس_العالم", ["كاس", "عالم"]),
        ("https://example.com/news?id=42", ["exampl", "42"]),
        ("COVID-19", ["covid", "19"]),
        ("2025-09-30", ["2025", "9", "30"]),
        ("3.5%", ["3.5"]),
        ("O'Neil", ["neil"]),
        ("10:30", ["10", "30"]),
    ],
)
def test_analyze_signs_part_words_that_stay_findable(text, findable):
    assert set(findable) <= set(stems(text))


def test_analyze_grams_join_a_broken_plural_to_its_singular():
    assert set(analyze("مستشفيات")) & set(analyze("مستشفى"))
    assert set(analyze("مدارسنا")) & set(analyze("مدارس"))


def test_analyze_scripts_without_spaces_give_pairs():
    assert analyze("日本語") == ["日本", "本語"]
    assert analyze("水") == ["水"]
    assert "東京" in analyze("私は東京に住む")


def test_analyze_devanagari_words_keep_their_vowel_signs():
    assert stems("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_analyze_empty_text_gives_no_term():
    assert analyze("") == analyze(" .,؟!\n") == []


@given(st.one_of(ALPHABETS, NUMBERS))
@example("0.0")
@example("\U0001e5f1")
def test_words_made_one_stay_as_they_are(text):
    found = words(text)
    assert words(" ".join(found)) == found


@given(ALPHABETS)
def test_analyze_is_the_same_for_composed_and_decomposed_text(text):
    assert analyze(unicodedata.normalize("NFC", text)) == analyze(unicodedata.normalize("NFD", text))


@given(ALPHABETS)
def test_analyze_gives_no_empty_term_and_no_white_space(text):
    assert all(term and not any(sign.isspace() for sign in term) for term in analyze(text))


@given(ALPHABETS)
def test_analyze_without_grams_gives_a_part_of_the_terms(text):
    full = analyze(text)
    assert [term for term in full if not term.startswith("#")] == stems(text)


@pytest.mark.parametrize(
    ("word", "stem"),
    [("والكتاب", "كتاب"), ("ال", "ال"), ("ولد", "ولد"), ("وولد", "ولد"), ("بيه", "بي"), ("معلمون", "معلم")],
)
def test_light_stem_takes_off_what_light10_takes_off(word, stem):
    assert light_stem(word) == stem


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When did the war begin?", "english"),
        ("¿Cuándo empezó la guerra?", "spanish"),
        ("Savaş ne zaman başladı ve kim kazandı?", "turkish"),
        ("Wann begann der Krieg und wo?", "german"),
        ("Panthers", "english"),
        ("", "english"),
    ],
)
def test_guess_language_follows_function_words(text, language):
    assert guess_language(words(text)) == language


def test_without_accents_leaves_other_scripts_alone():
    assert without_accents("señor") == "senor"
    assert without_accents("が") == "が"
    assert without_accents("й") == "й"
