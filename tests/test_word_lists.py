"""The lists of words that rules are made of: every list has a rule, every word is met where it should be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.answering.judging.cues import cue, folded
from assistant.citations.polarity import is_number
from assistant.language import (
    FILES,
    alternatives,
    calendar_names,
    cardinal_names,
    compiled,
    entries,
    keys,
    words,
)
from assistant.language.lists import WordListError, checked
from assistant.llm.support import doubt
from index.text.phrase import WORD
from tests import words_of_questions, words_of_talk_and_answers
from tests.word_rules import cued, forms

ROOT = Path(__file__).resolve().parent.parent
REACHED = {**words_of_questions.REACHED, **words_of_talk_and_answers.REACHED}
# Lists that are looked up in whole: their rules are tried in tests of their own.
LOOKED_UP = {
    "ar": {
        "earlier",
        "times",
        "auxiliaries",
        "bound",
        "before_nouns",
        "subject_first",
        "relations",
        "late",
        "new_place",
    },
    "en": {"possessives", "persons", "before_that", "said_of_it", "counted", "late", "measures"}
    | {"clauses", "subject_after", "articles", "no_subject"},
}


@pytest.mark.parametrize("key", REACHED)
def test_every_word_of_a_list_is_met_by_its_rule(key):
    sentence, is_met = REACHED[key]
    assert [form for form in forms(key) if not is_met(sentence.replace("~", form))] == []


def test_every_list_has_a_rule_that_names_it():
    sources = [path.read_text("utf-8") for path in (ROOT / "assistant").rglob("*.py")]
    unnamed = [
        key for key in keys() if not any(f'"{key}"' in text or f"{{{key}}}" in text for text in sources)
    ]
    assert unnamed == []


def test_every_list_is_tried():
    followups = {f"{language}.follow_up.{name}" for language, names in LOOKED_UP.items() for name in names}
    others = {"ar.summary.empty", "en.summary.empty", "ar.claim.common", "en.claim.common"}
    others |= {"ar.matter.frame"}
    others |= {"ar.talk.next", "en.talk.next", "ar.talk.peace", "en.talk.peace"}
    assert set(keys()) - set(REACHED) == followups | others


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[when]\nasks = []", "ar.toml: when.asks is no list of words; write at least one word in it"),
        ('[when]\nasks = "متى"', "ar.toml: when.asks is no list of words; write at least one word in it"),
        ('[when]\nasks = ["متى", "متى"]', "ar.toml: when.asks: 'متى' stands there twice; take one out"),
        (
            '[when]\nasks = ["(متى"]',
            "ar.toml: when.asks: '(متى' has a bracket without its other half; close it",
        ),
        (
            '[when]\nasks = ["[متى)"]',
            "ar.toml: when.asks: '[متى)' has a bracket without its other half; close it",
        ),
        ("[when]\nasks = [7]", "ar.toml: when.asks: 7 is no word; write words with single spaces between "),
        ('[when]\nasks = [" متى"]', "ar.toml: when.asks: ' متى' is no word; write words with single spaces "),
        ("[when\nasks = ", "ar.toml is no TOML: "),
    ],
)
def test_file_of_words_that_is_written_wrongly_is_refused_with_the_list(text, message):
    with pytest.raises(WordListError) as refused:
        checked(FILES["ar"], text)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("ar.when.nothing", "ar.toml has no list 'when.nothing'; add it"),
        ("fr.when.asks", "no file of words for 'fr.when.asks'; begin with one of: ar, en"),
    ],
)
def test_list_that_is_unknown_is_refused(key, message):
    for reading in (lambda: entries(key), lambda: words(key)):
        with pytest.raises(WordListError, match=re.escape(message)):
            reading()


def test_pattern_with_an_unknown_list_is_refused():
    with pytest.raises(WordListError, match="en.toml has no list 'when.nothing'; add it"):
        compiled(r"\b{en.when.nothing}\b")


def test_words_of_a_list_of_phrases_are_refused():
    with pytest.raises(WordListError, match='en.toml: news.asks: "what\'s new" is no single word'):
        words("en.news.asks")


@pytest.mark.parametrize(
    ("entry", "matched", "missed"),
    [
        ("سنة", ["سنة", "سنه"], ["سن"]),
        ("آخر الأخبار", ["اخر الاخبار"], ["اخر"]),
        ("good (old )day(s)", ["good day", "good old days"], ["good old", "goodday"]),
        ("[can/may] i", ["can i", "may i"], ["i", "cani"]),
        ("(يا )[أهلا/هلا]( بك/ والله)*", ["هلا", "يا اهلا بك والله بك"], ["يا", "بك"]),
        ("تفعل*", ["تفعل", "تفعله"], ["تفع"]),
        ("hi+", ["hi", "hiii"], ["h", "hihi"]),
        ("are you a bot( ...)", ["are you a bot", "are you a bot or a man"], ["are you a robot"]),
        ("د.", ["د."], ["دم"]),
    ],
)
def test_entry_means_what_the_head_of_the_files_says(entry, matched, missed):
    pattern = re.compile(alternatives([entry]))
    assert all(pattern.fullmatch(text) for text in matched)
    assert not any(pattern.fullmatch(text) for text in missed)


@pytest.mark.parametrize("name", calendar_names())
def test_every_month_and_weekday_is_a_time_and_a_number(name):
    assert cue("when", folded(f"بدأ {name} منه"), "") == 0.7
    first = folded(name).split()[0]
    assert is_number(first) or first in ("ذو", "ذي")


@pytest.mark.parametrize("name", cardinal_names())
def test_every_number_in_words_is_one_and_counts(name):
    assert is_number(folded(name)) and cued("how_many")(f"باع {name} قلما")


def test_claim_of_common_words_alone_bears_nothing_out():
    assert doubt("كان هذا من تلك التي كانت", "فازت البحرين") == "words"
    assert WORD.findall("كان") == ["كان"]
