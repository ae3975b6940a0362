"""The word lists that rules are made of: read, refused where they are miswritten, all of them used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.question.times.numerals import ordinals_in, values_in
from index.articles.drafts import bylines, dates, furniture, plain
from index.articles.html import headlines, masthead, trees
from index.errors import MustanadError
from index.text import abbreviations, calendars, language, numbers, sentences
from index.text.analysis.latin_stem import guess_language
from index.text.lexicon import FOLDER, any_of, read_lexicon

# File -> what was read of it where its rules are.
LEXICONS = {
    "abbreviations": abbreviations.LEXICON,
    "bylines": bylines.LEXICON,
    "calendars": calendars._LEXICON,
    "dates": dates._LEXICON,
    "furniture": furniture._LEXICON,
    "languages": language._LEXICON,
    "markup": trees._LEXICON,
    "numbers": numbers._LEXICON,
    "titles": read_lexicon("titles", "leaning"),
}


def _written(folder: Path, text: str) -> Path:
    (folder / "words.txt").write_text(text, encoding="utf-8")
    return folder


def test_lexicon_gives_words_by_kind_and_language_with_spaces(tmp_path):
    folder = _written(
        tmp_path, "# a comment\n[sign ar]\nدار دار_نشر\nبيت\n\n[sign en]\nhouse\n[mark en]\nx\n"
    )
    lexicon = read_lexicon("words", "sign", "mark", folder=folder)
    assert lexicon.words("sign") == ("دار", "دار نشر", "بيت", "house")
    assert lexicon.words("sign", "en") == ("house",)
    assert lexicon.lines("sign", "ar") == [("دار", "دار نشر"), ("بيت",)]
    assert lexicon.by_language("sign") == {"ar": ("دار", "دار نشر", "بيت"), "en": ("house",)}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("word\n[sign ar]\nx\n", r"line 1: words before any section; open one, as \[sign ar\]"),
        ("[sign]\nx\n", r"line 1: '\[sign\]' is no head of a section"),
        ("[sing ar]\nx\n", "line 1: no rule reads the kind 'sing'; one of sign is meant"),
        ("[sign ar]\nx\n[sign ar]\ny\n", r"line 3: \[sign ar\] stands there twice"),
        ("[sign ar]\nx y\nz x\n", "line 3: 'x' stands in its section twice"),
        ("[sign ar]\nx x\n", "line 2: 'x' stands in its section twice"),
        ("[sign ar]\nx ~x\n", "line 2: 'x' stands in its section twice"),
        ("[sign ar]\n# nothing\n", r"\[sign ar\] has no words"),
        ("# nothing\n", "no section is of the kind sign"),
        ("[sign ar]\ne\u0301\n", "line 2: .* is not in composed form"),
    ],
)
def test_lexicon_with_a_slip_is_refused_with_its_line(tmp_path, text, problem):
    with pytest.raises(MustanadError, match=rf"words\.txt.*{problem}"):
        read_lexicon("words", "sign", folder=_written(tmp_path, text))


def test_pattern_of_words_takes_the_longest_and_escapes():
    assert re.match(any_of(["a", "a.b"]), "a.bc")[0] == "a.b"
    assert re.match(any_of(["a b"], space=r"\s+"), "a  b")
    assert not re.match(any_of(["a.b"]), "axb")


def test_every_word_list_is_read_by_a_rule():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(LEXICONS)


@pytest.mark.parametrize("name", LEXICONS)
def test_every_word_is_written_as_texts_are_compared(name):
    # Small letters: rules lower a text or ignore case. `ı` and `İ` are no case of each other.
    words = {word for lines in LEXICONS[name].sections.values() for line in lines for word in line}
    assert {word for word in words if word != word.lower()} == set()


# What shows that a word is reached: (file, kind) -> whether the rules take it for what it is.
REACHED = {
    ("abbreviations", "never-last"): lambda word: _sentences(f"He saw {word}. The end of it came.") == 1,
    ("abbreviations", "rarely-last"): lambda word: _sentences(f"قال أحمد {word}. مدينة كبيرة") == 1,
    ("abbreviations", "starters"): lambda word: word in abbreviations.STARTERS,
    ("abbreviations", "going-on"): lambda word: _sentences(f"توفي سنة 1320 هـ. {word} مدينة مكة") == 1,
    ("abbreviations", "after-numbers"): lambda word: _sentences(f"كان ذلك سنة 1320 {word}. في مكة") == 1,
    ("abbreviations", "numbered"): lambda word: _sentences(f"{word} 2. The way") == 1,
    ("abbreviations", "clause"): lambda word: sentences._CLAUSE_START.search(f"نعم {word} لا"),
    ("abbreviations", "reported"): lambda word: sentences._CLAUSE_START.search(f"نعم {word} لا"),
    ("bylines", "agency"): lambda word: bylines.byline_of(f"القاهرة - {word}") is not None,
    ("bylines", "place"): lambda word: bylines.byline_of(f"{word} - رويترز") is not None,
    ("bylines", "organ"): lambda word: bylines._is_organ(f"{word} الغد"),
    ("bylines", "press"): lambda word: bylines._PRESS.match(f"{word} الغد"),
    ("bylines", "paper"): lambda word: headlines._PAPER.fullmatch(f"{word} الغد"),
    ("bylines", "desk"): lambda word: bylines._is_organ(word),
    ("bylines", "writer"): lambda word: bylines.byline_of(f"{word}: محمد علي").author == "محمد علي",
    ("bylines", "inline-writer"): lambda word: bylines._WRITER_INLINE.match(f"{word}: محمد علي - قال"),
    ("bylines", "of-writer"): lambda word: masthead.person(f"{word} محمد علي", "") == "محمد علي",
    ("bylines", "source"): lambda word: bylines.byline_of(f"{word}: الغد").source == "الغد",
    ("calendars", "gregorian"): lambda word: word.isdigit() or dates.parse_date(f"12 {met(word)} 2024"),
    ("calendars", "hijri"): lambda word: word.isdigit() or dates.parse_date(f"12 {met(word)} 1445"),
    ("calendars", "weekday"): lambda word: word.isdigit() or dates.parse_date(f"{met(word)} 12 مايو 2024"),
    ("dates", "day"): lambda word: word.isdigit() or dates.parse_date(f"{word} من مارس 2024"),
    ("dates", "label"): lambda word: dates.parse_date(f"{word}: 12 مايو 2024"),
    ("dates", "lead"): lambda word: dates.parse_date(f"{word} 12 مايو 2024"),
    ("dates", "joint"): lambda word: dates.parse_date(f"15 رمضان 1445 {word} 25 مارس 2024"),
    ("dates", "of-month"): lambda word: dates.parse_date(f"12 {word} مايو 2024"),
    ("dates", "of-year"): lambda word: dates.parse_date(f"12 مايو {word} 2024"),
    ("dates", "year"): lambda word: dates.parse_date(f"12 مايو {word} 2024"),
    ("dates", "hijri"): lambda word: dates.parse_date(f"15 رمضان 1445 {word}"),
    ("dates", "gregorian"): lambda word: dates.parse_date(f"12 مايو 2024 {word}"),
    ("dates", "clock"): lambda word: dates.parse_date(f"12 مايو 2024 {word} 10:30"),
    ("dates", "half"): lambda word: dates.parse_date(f"12 مايو 2024 10:30 {word}"),
    ("dates", "zone"): lambda word: dates.parse_date(f"12 مايو 2024 10:30 {word}"),
    ("furniture", "button"): lambda word: word in furniture._BUTTONS and furniture._TOKEN.fullmatch(word),
    ("furniture", "button-sign"): lambda word: furniture.is_furniture(word),
    ("furniture", "read"): lambda word: furniture.is_aside(f"{word} أيضا: خبر"),
    ("furniture", "also"): lambda word: furniture.is_aside(f"اقرأ {word} خبر"),
    ("furniture", "aside"): lambda word: furniture.is_aside(f"{word}: خبر"),
    ("furniture", "aside-start"): lambda word: furniture.is_aside(f"{word} خبر"),
    ("furniture", "aside-heading"): lambda word: furniture.is_aside(f"{word}: خبر"),
    ("furniture", "aside-alone"): furniture.is_aside,
    ("furniture", "edge"): lambda word: furniture.is_furniture(f"{word} خبر"),
    ("furniture", "edge-start"): lambda word: furniture.is_furniture(f"{word} خبر"),
    ("furniture", "edge-heading"): lambda word: furniture.is_furniture(f"{word}: خبر"),
    ("furniture", "follow"): lambda word: furniture.is_furniture(f"{word} قناتنا على يوتيوب"),
    ("furniture", "network"): lambda word: furniture.is_furniture(f"تابعونا في صفحة {word}"),
    ("furniture", "home"): lambda word: furniture.is_furniture(f"{word} > خبر"),
    ("furniture", "counted"): lambda word: furniture.is_furniture(f"12 {word}"),
    ("furniture", "related"): lambda word: furniture.strip_furniture(["نص.", word, "خبر"]) == ["نص."],
    ("languages", "common"): lambda word: word == word.lower() and language._WORD.fullmatch(word),
    ("languages", "letters"): lambda word: len(word) == 1,  # each is counted by itself
    ("languages", "second"): lambda word: language._LETTERS.match(word),
    ("languages", "function"): lambda word: guess_language([word.replace("ı", "i")]),
    ("markup", "comments-before"): lambda word: trees._COMMENTS.fullmatch(f"{word}-comments"),
    ("markup", "comments"): lambda word: trees._COMMENTS.fullmatch(f"{word}s"),
    ("markup", "comments-ending"): lambda word: trees._COMMENTS.fullmatch(f"comment{word}"),
    ("markup", "comments-whole"): lambda word: trees._COMMENTS.fullmatch(word),
    ("markup", "comments-part"): lambda word: trees._COMMENTS.fullmatch(f"comment{word}-{word}"),
    ("markup", "comments-beside"): lambda word: trees._COMMENTS.fullmatch(f"comment-{word}"),
    ("markup", "around-before"): lambda word: trees._AROUND.fullmatch(f"{word}-meta"),
    ("markup", "around"): lambda word: trees._AROUND.fullmatch(word.replace(" ", "-")),
    ("markup", "around-part"): lambda word: trees._AROUND.fullmatch(f"meta-{word}"),
    ("markup", "label-noun"): lambda word: trees._LABEL.match(f"ال{word}: خبر"),
    ("markup", "label"): lambda word: trees._LABEL.match(f"{word}: خبر"),
    ("numbers", "cardinal"): lambda word: word.isdigit() or values_in(met(word)),
    ("numbers", "ordinal"): lambda word: (
        word.isdigit() or ordinals_in(word) or dates.parse_date(f"{word} من مارس 2024")
    ),
    ("numbers", "short-ordinal"): lambda word: word.isdigit() or ordinals_in(word),
    ("titles", "leaning"): lambda word: word in plain._LEANING,
}


def met(name: str) -> str:
    """A name as it is met in a text."""
    return name.removeprefix("~")


def _sentences(text: str) -> int:
    return len(sentences.sentence_spans(text))


@pytest.mark.parametrize(("name", "kind"), REACHED)
def test_every_word_of_a_list_is_reached(name, kind):
    assert [word for word in LEXICONS[name].words(kind) if not REACHED[name, kind](word)] == []


def test_every_list_has_its_own_proof_of_being_reached():
    assert set(REACHED) == {
        (name, kind) for name, lexicon in LEXICONS.items() for kind, _ in lexicon.sections
    }
