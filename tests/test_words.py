"""The words of the interface: the same in both languages, numbers in the form that they take."""

import re

import pytest

from assistant.words import LANGUAGES, count, everything
from tests.conftest import ROOT


def placeholders(text):
    return sorted(re.findall(r"\{\w+\}", text))


def test_words_are_the_same_keys_with_the_same_places_in_both_languages():
    arabic, english = (everything(language) for language in LANGUAGES)
    assert list(arabic) == list(english)
    for key, words in arabic.items():
        if isinstance(words, str):
            assert placeholders(words) == placeholders(english[key]), key
        else:
            assert {"one", "two", "few", "many", "other"} <= words.keys() and "other" in english[key], key


def test_every_word_is_said_by_the_program():
    files = [path for path in (ROOT / "assistant").rglob("*") if path.suffix in (".py", ".js", ".html")]
    program = "\n".join(path.read_text(encoding="utf-8") for path in files)

    def is_said(key):
        """Whether a key stands in the program whole, or its beginning with the rest put in."""
        if re.search(rf"""["'`.]{re.escape(key)}\b""", program):
            return True
        beginnings = [key[: index + 1] for index, sign in enumerate(key) if sign in "._"]
        return any(f"{start}{{" in program or f"{start}${{" in program for start in beginnings)

    # Those of the editors' page are asked for without their first word.
    assert not [
        key for key in everything("ar") if not is_said(key) and not is_said(key.removeprefix("admin."))
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "ثانية واحدة"),
        (2, "ثانيتين"),
        (3, "3 ثوانٍ"),
        (10, "10 ثوانٍ"),
        (11, "11 ثانية"),
        (99, "99 ثانية"),
        (100, "100 ثانية"),
        (103, "103 ثوانٍ"),
    ],
)
def test_count_in_arabic_takes_the_plural_that_unicode_says(number, shown):
    assert count("seconds_count", number, "ar") == shown


def test_count_in_english_tells_one_from_more():
    assert [count("seconds_count", number, "en") for number in (0, 1, 2)] == [
        "0 seconds",
        "1 second",
        "2 seconds",
    ]
