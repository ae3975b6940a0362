"""A phrase: what is known of the spelling of some words, found out once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.analysis import analyze
from index.text.folding import fold
from index.text.language import detect_language
from index.text.phrase import Phrase
from index.text.tashkeel import unvowelled

TEXTS = st.text(st.sampled_from("كَم مشروعًا ذكِيّ فِي ٢٠٢٥؟ How many? é«»\u200fـ\t,."), max_size=40)


@given(TEXTS)
def test_phrase_any_words_is_what_the_functions_give_of_them(text):
    phrase = Phrase(text)
    assert phrase.unvowelled == unvowelled(text)
    assert phrase.folded == fold(text).text
    assert phrase.language == detect_language(text)
    assert list(phrase.terms) == analyze(text)
    assert list(phrase.stems) == analyze(text, grams=False)
    assert phrase.plain == phrase.plain.lower().strip() and "  " not in phrase.plain
    assert bool(phrase) == bool(text)


@given(TEXTS)
def test_phrase_any_words_stand_where_they_say(text):
    words = Phrase(text).words
    assert all(text[word.start : word.end] == word.text for word in words)
    assert all(word.folded == fold(word.text).text.lower() for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


def test_phrase_is_analysed_once_and_compared_by_its_words():
    phrase = Phrase("كم مشروعًا تنافس؟")
    assert phrase.terms is phrase.terms and phrase.words[0].terms is phrase.words[0].terms
    assert phrase == Phrase("كم مشروعًا تنافس؟") != Phrase("كم مشروعا تنافس؟")


@pytest.mark.parametrize(("text", "words"), [("", []), ("؟!", []), ("2019. م", ["2019", "م"])])
def test_phrase_without_letters_has_no_words(text, words):
    assert [word.text for word in Phrase(text).words] == words
