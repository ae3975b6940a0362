"""Candidates: runs of words in a quote that are of the sort a question asks for. Rules, Arabic and English.

A number with its unit, a date, a name, a place, what stands between quotation marks; the words that the rules
are made of stand in `assistant/language`. Which of them answers, if any, is weighed in `spans.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.judging.weighting import functional_of
from assistant.language import alternatives, calendar_names, compiled, entries, filled, words
from assistant.question.kinds import QuestionKind
from assistant.question.spelling.word_forms import place_keys
from index.text.folding import Folded, fold
from index.text.numbers import number_names
from index.text.phrase import Phrase, Spelling

NAMED = 0.5  # a word at least so like a name may be part of one
LONGEST_NAME = 7  # words
_CALENDAR = alternatives(calendar_names())
_ORDINAL = alternatives(
    (
        *(name for listed in number_names("ordinal", "ar").values() for name in listed),
        *entries("ar.span.ordinals"),
    )
)
_DAY = rf"(?:(?<!\d)[0-3]?\d(?!\d)(?:st|nd|rd|th)?|(?:ال)?{_ORDINAL}(?: عشر)?)"
_DIGIT_YEAR = r"(?<![\d.,])(?:1\d{3}|20\d{2})(?![\d]|[.,]\d)"
_WORDS_OF_YEAR = filled(r"(?:{ar.cue.years}|{ar.span.dated})")
_YEAR = rf"(?:{_WORDS_OF_YEAR} ){{0,3}}{_DIGIT_YEAR}(?:\s*(?:[-–]|الي|و)\s*{_DIGIT_YEAR})?" + filled(
    r"(?:\s*{ar.cue.eras}(?!\w))?"
)
_DATE = compiled(
    rf"(?:{_DAY}(?:\s*[-–]\s*{_DAY})?,?\s+(?:من\s+|of\s+)?(?:شهر\s+)?)?(?<!\w)[ولب]?{_CALENDAR}(?!\w)"
    rf"(?:\s*[/(]\s*{_CALENDAR}\)?)?(?:\s+{_DAY}(?![\d%]))?(?:(?:\s+من)?[\s,،]+{_YEAR})?",
    r"(?<!\d)\d{4}-\d\d?-\d\d?(?!\d)|(?<!\d)\d\d?/\d\d?/\d{4}(?!\d)",
    rf"(?:ال)?قرن\s+(?:ال)?{_ORDINAL}(?: عشر)?|(?<!\w)\d{{1,2}}(?:st|nd|rd|th) century|(?<!\d)\d{{3}}0s",
    r"(?<!\w)[ولب]?(?:ال)?{ar.span.decades}(?!\w)",
    _YEAR,
    r"{ar.cue.years} \d{1,4}",
)
_DIGITS = r"(?<![\w.])\d+(?:[.,٫٬]\d+)*"
_NUMBER_WORD = filled(r"(?:{cardinal}|{ar.cue.numbers}|{en.cue.numbers})")
_SCALE = filled(r"(?:{ar.span.scales}|{en.span.scales})")
_IN_WORDS = rf"(?<!\w)[وبل]?(?:ال)?{_NUMBER_WORD}(?!\w)(?:[ -]و?{_NUMBER_WORD}(?!\w))*"
_UNIT = filled(r"(?:{ar.cue.units}\w*|{en.cue.units}\b|{en.cue.whole_units}\b)")
_AMOUNT = compiled(
    rf"(?:[$€£]\s*)?(?:{_DIGITS}(?:[ -]و?{_SCALE}(?!\w))*|{_IN_WORDS})"
    rf"(?:\s*[%٪$€£°]|[ -]{_UNIT}(?!\w)){{0,3}}"
)
_SCALED = re.compile(rf"\d[ -]و?{_SCALE}\Z")
_A_YEAR = re.compile(_DIGIT_YEAR)
_PLAIN_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_ASKS_YEAR = compiled(r"(?<!\w)(?:ال)?{ar.cue.years}(?!\w)|\byear\b")
_ASKS_PERCENT = compiled(r"(?<!\w)(?:ال)?{ar.span.share_asked}|{en.span.share}|[%٪]")
_PERCENT = compiled(r"[%٪]|{ar.span.share}|{en.span.share}")
_DIGIT = re.compile(r"\d")
_THREE_DIGITS = re.compile(r"\d{3}")
_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[%٪$€£°]")
_THREE_LETTERS = re.compile(r"[^\W\d_]{3}")
_NEXT_WORD = re.compile(r"\s([^\W\d_]+)")
_WORD_BEFORE = re.compile(r"(?<!\w)([^\W\d_]+)\s+\Z")
_QUOTED = re.compile(r"[\"“«]\s*+([^\"”»“«\s][^\"”»“«]{0,78}[^\"”»“«\s])\s*+[\"”»]")
_LATIN = re.compile(
    r"[A-Z][\w&'’.-]*(?:\s+(?:(?:of|the|and|for|in|de|la|von|van|al|bin)\s+){0,2}[A-Z][\w&'’-]*)*"
)
_JOINING = words("ar.span.joining")
_TITLED = compiled(r"(?<!\w)[وفبل]?(?:{ar.cue.persons}|{en.cue.persons})\s+\Z")
_BODIES = compiled(r"(?<!\w)(?:[وفبل]|لل)?((?:ال)?{ar.span.bodies})\s+\Z")
_CALLED = compiled(r"(?<!\w)[وفبل]?(?:ال)?(?:{ar.cue.names}|{en.cue.names})\W{1,3}(?:\w+\W{1,3})?\Z")
_PLACED = compiled(
    r"(?<!\w)[وف]?(?:{ar.span.where}|{en.span.where})\s+(?:(?:{ar.cue.places}|the|{en.cue.places})\s+)?\Z"
)
_PLACE_HEAD = compiled(r"(?<!\w)(?:[وف]?(?:{ar.span.where}) |[وف]?ب)((?:ال)?{ar.span.sites}(?!\w))")
_PLACE_GOES_ON = re.compile(r"\s((?:ال|لل)\w+|[A-Z]\w+)")


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """A quote beside its question: what the rules look at.

    `text` is the quote; word i is `text[starts[i]:ends[i]]`, `named[i]` how like a name it is (0 to 1), and
    `products` float (tokens, words) its inner products with the question's tokens, of which `weights` tells
    what they are worth; `counted` are the tokens of the word for what a "how many" counts.
    """

    text: str
    language: str
    starts: Sequence[int]
    ends: Sequence[int]
    named: np.ndarray
    products: np.ndarray
    weights: np.ndarray
    counted: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of words that may answer, `text[start:end]` of the quote.

    `fit` is how well it is of the sort asked for, 0 to 1; `led` whether what stands before it says so.
    """

    start: int
    end: int
    fit: float
    led: bool = False


def candidates(kind: QuestionKind, question: str, quoted: QuotedWords) -> list[Candidate]:
    """Give what in the quote is of the sort that a (folded) question of `kind` asks for, in order."""
    folded = fold(quoted.text)
    if kind == "how_many":
        spans: Iterable[Candidate] = _amounts(folded.text, question)
    elif kind == "when":
        spans = _dates(folded.text, question)
    elif kind == "name":
        spans = _names(quoted, folded, _CALLED)
    elif kind == "where":
        spans = [*_sites(folded.text), *_names(quoted, folded, _PLACED, places=True)]
    elif kind == "who":
        spans = _names(quoted, folded, _TITLED)
    else:
        return []
    said = set(_PLAIN_WORD.findall(question.lower()))
    new = [
        each
        for each in spans
        if not said.issuperset(_PLAIN_WORD.findall(folded.text[each.start : each.end].lower()))
    ]
    located = [Candidate(*folded.span(each.start, each.end), each.fit, each.led) for each in new]
    if kind == "name":
        located += _quotations(quoted.text)
    return sorted(located, key=lambda candidate: (candidate.start, -candidate.end))


def _amounts(text: str, question: str) -> Iterator[Candidate]:
    lower, counted = text.lower(), _stems(question)
    for match in _AMOUNT.finditer(lower):
        start, end = match.span()
        unit = bool(_LETTER_OR_SIGN.search(match[0])) and bool(_DIGIT.search(match[0]))
        after, before = _NEXT_WORD.match(lower, end), _WORD_BEFORE.search(lower, 0, start)
        led = False
        if after and _SCALED.search(match[0]) and _stems(after[1]):
            end, led = after.end(), bool(counted & _stems(after[1]))  # "23 million" of what is counted
        elif after and counted & _stems(after[1]):
            end, led = after.end(), True
        elif before and match[0].startswith("ال") and counted & _stems(before[1]):
            start, led = before.start(1), True
        elif before and counted & _stems(before[1]):
            led = True
        share = _PERCENT.search(match[0]) is not None
        if _ASKS_PERCENT.search(question.lower()):
            unit, led = share, led or share
        dated = _A_YEAR.fullmatch(match[0]) is not None and not led
        yield Candidate(
            start, end, 1.0 if unit else 0.1 if dated else 0.7 if _DIGIT.search(match[0]) else 0.4, led
        )


def _stems(question: str) -> set[str]:
    """Give the stems of the words that say something."""
    functional = functional_of("ar"), functional_of("en")
    spelt = [word for word in Phrase(question).words if not any(common(word) for common in functional)]
    return {stem for word in spelt for stem in word.stems}


def _dates(text: str, question: str) -> Iterator[Candidate]:
    lower, year_only = text.lower(), _ASKS_YEAR.search(question.lower()) is not None
    for match in _DATE.finditer(lower):
        if year_only and (only := _A_YEAR.search(match[0])):
            yield Candidate(match.start() + only.start(), match.start() + only.end(), 1.0)
            continue
        year, letters = bool(_THREE_DIGITS.search(match[0])), bool(_THREE_LETTERS.search(match[0]))
        start = match.start() + (match[0][0] in "ولب" and not lower.startswith(("ليل",), match.start()))
        yield Candidate(
            start if year or letters else match.start(),
            match.end(),
            1.0 if year and letters else 0.8 if year else 0.5,
        )


def _quotations(text: str) -> Iterator[Candidate]:
    """Find what stands between quotation marks, in text as it is: folded text has none."""
    for match in _QUOTED.finditer(text):
        yield Candidate(
            *match.span(1), 1.0, _CALLED.search(fold(text[: match.start()]).text.lower() + " ") is not None
        )


def _sites(text: str) -> Iterator[Candidate]:
    """Find a site with what it is called: "في مركز الخليج للمؤتمرات"."""
    for match in _PLACE_HEAD.finditer(text):
        end = match.end(1)
        while after := _PLACE_GOES_ON.match(text, end):
            end = after.end()
        if end > match.end(1):
            yield Candidate(match.start(1), end, 1.0, True)


def _names(
    quoted: QuotedWords, folded: Folded, leading: re.Pattern[str], *, places: bool = False
) -> Iterator[Candidate]:
    """Find runs of words that are like names: capitalised, or in Arabic by their vectors."""
    text = folded.text
    if quoted.language != "ar":
        spans = [match.span() for match in _LATIN.finditer(text)]
        spans = [span for span in spans if not (span[0] == 0 and _is_common(text[slice(*span)]))]
    else:
        spans = [span for span in _like_names(quoted, folded) if _is_name(folded, *span)]
        spans += [match.span() for match in _LATIN.finditer(text) if match.end() - match.start() > 2]
    for start, end in spans:
        before = text[:start].lower()
        led = leading.search(before) is not None
        body = None if places else _BODIES.search(before)
        start = body.start(1) if body else start
        listed = places and any(place_keys(word) for word in text[start:end].split())
        yield Candidate(start, end, 1.0 if listed else 0.6, led)


def _is_common(words: str) -> bool:
    return " " not in words and functional_of("en")(Spelling(words, 0, len(words)))


def _like_names(quoted: QuotedWords, folded: Folded) -> Iterator[tuple[int, int]]:
    position_at = {start: at for at, start in reversed(list(enumerate(folded.starts)))}
    functional = functional_of("ar")
    run: list[tuple[int, int]] = []
    for first, last, named in zip(quoted.starts, quoted.ends, quoted.named, strict=True):
        word = quoted.text[first:last]
        start = next((position_at[at] for at in range(int(first), int(last)) if at in position_at), None)
        if start is None:
            continue
        end = start + len(fold(word).text)
        joins = bool(run) and folded.text[run[-1][1] : start] in (" ", "-") and len(run) < LONGEST_NAME
        like = (
            (named >= NAMED or (run and joins and fold(word).text in _JOINING))
            and not (functional(Spelling(word, 0, len(word))) and named < 0.9)
            and not word[0].isdigit()
        )
        if like and joins:
            run.append((start, end))
            continue
        if run:
            yield run[0][0], run[-1][1]
        run = [(start, end)] if like else []
    if run:
        yield run[0][0], run[-1][1]


def _is_name(folded: Folded, start: int, end: int) -> bool:
    """Tell a run that may be a name: no single letter, no particle at its end."""
    return end - start > 1 and folded.text[start:end].split()[-1] not in _JOINING
