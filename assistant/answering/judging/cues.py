"""Cues: what in a sentence could be the thing a question of some kind asks for. Rules, Arabic and English.

The words stand in `assistant/language`, the names of months and weekdays in `index/text/calendars.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.language import compiled
from assistant.question.kinds import QuestionKind
from index.text.analysis import analyze
from index.text.folding import fold

_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_COUNTED = compiled(
    r"(?:\b{ar.how_many.asks} (?:{ar.how_many.reached} )?(?:ال)?(?:{ar.how_many.counted} )?"
    r"|عدد |how many )(\w+)"
)
_NUMBER = re.compile(r"\d+(?:[.,٫٬/]\d+)*")
_NUMBER_WORDS = compiled(r"\b(?:و|ب|ل|ال)?(?:{cardinal}|{ar.cue.numbers}|{en.cue.numbers})\b")
_UNIT = compiled(
    r"\d\s*(?:[%٪$€£]|{ar.cue.units}|{en.cue.units}|{en.cue.whole_units}\b)",
    r"[$€£]\s*\d",
)
_YEAR = compiled(
    r"(?<!\d)(?:1[0-9]{3}|20[0-9]{2}|[1-9][0-9]{2})(?!\d)\s*{ar.cue.eras}?", r"{ar.cue.years}\s+\d{1,4}"
)
_MONTH = compiled(r"\b(?:و|ب|ل|في )?(?:{calendar}|{ar.cue.months}|{en.cue.months})\b")
_REASON = compiled(r"\b[وف]?(?:{ar.cue.reasons}|{en.cue.reasons})\b")
_PLACE = compiled(r"\b[وف]?(?:{ar.cue.places}|{en.cue.places})\b")
_PERSON = compiled(r"(?<!\w)[وف]?(?:{ar.cue.persons}|{en.cue.persons})(?!\w)")
_NAME = re.compile(r"(?<![.!?\"“]\s)(?<!^)(?<=\s)[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*")
_CALLED = compiled(r"[\"“«]", r"\b[وف]?(?:ال)?(?:{ar.cue.names}|{en.cue.names})\b")
_DEFINES = compiled(r"^[^.،,؛]{2,80}?(?:\s{ar.cue.defines}\s|\)\s*[،,]?\s*(?:هو|هي)?|\s{en.cue.defines}\s)")
_MANNER = compiled(r"\b(?:و|ف|من )?(?:{ar.cue.manners}|{en.cue.manners})\b")
_SEPARATORS = re.compile(r"[،,؛;]| و(?=\w)| and | or |\n[^\S\n]*[-•*]")
_POINTING = compiled(r"^[وف]?(?:{ar.cue.leaning}|{en.cue.leaning})(?!\w)")


# An answer looks at a sentence several times, and readers ask of the same articles: some 200 bytes each.
@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Give text as the cues see it: without tashkeel, bare alefs, ASCII digits; Latin case is kept."""
    return fold(text).text


def new_numbers(sentence: str, question: str) -> int:
    """Count the numbers (in digits) that the sentence has and the question has not; both folded."""
    return len(set(_NUMBER.findall(sentence)) - set(_NUMBER.findall(question)))


def cue(kind: QuestionKind, sentence: str, question: str) -> float:
    """Rate from 0 to 1 how much the (folded) sentence has of what a (folded) question of `kind` asks for."""
    lower = sentence.lower()
    numbers = new_numbers(sentence, question)
    if kind == "how_many":
        return _amount(lower, question.lower(), numbers)
    if kind == "when":
        year = any(match.group() not in question for match in _YEAR.finditer(lower))
        return 1.0 if year else 0.7 if _MONTH.search(lower) else 0.3 if numbers else 0.0
    if kind == "who":
        named = min(1.0, 0.5 * len([name for name in _NAME.findall(sentence) if name not in question]))
        return max(named, 0.7 if _PERSON.search(lower) else 0.0)
    if kind == "where":
        return max(0.7 if _PLACE.search(lower) else 0.0, 0.5 if _NAME.search(sentence) else 0.0)
    if kind == "why":
        return 1.0 if _REASON.search(lower) else 0.0
    if kind == "how":
        return 1.0 if _MANNER.search(lower) else 0.0
    if kind == "name":
        return 1.0 if _CALLED.search(lower) else 0.4 if _NAME.search(sentence) else 0.0
    if kind == "definition":
        return 1.0 if _DEFINES.search(lower) else 0.0
    if kind == "list":
        return min(1.0, len(_SEPARATORS.findall(lower)) / 4)
    return 0.0


def _amount(sentence: str, question: str, numbers: int) -> float:
    """Rate an amount: a number of what is counted, then of some unit, any number, in digits or in words."""
    counted = _COUNTED.search(question)
    if counted and _stands_at_number(sentence, counted.group(1)):
        return 1.0
    if numbers:
        return 0.75 if _UNIT.search(sentence) else 0.6
    return 0.45 if _NUMBER_WORDS.search(sentence) else 0.0


def _stands_at_number(sentence: str, thing: str) -> bool:
    """Tell whether a form of the word `thing` stands beside a number: at most one word between them."""
    stems = set(analyze(thing, grams=False))
    words = _WORD.findall(sentence)
    for position, word in enumerate(words):
        if _is_number(word):
            near = words[max(0, position - 2) : position] + words[position + 1 : position + 3]
            if any(stems & set(analyze(neighbour, grams=False)) for neighbour in near):
                return True
    return False


def numbered(words: Sequence[str], question: str) -> list[int]:
    """Find the words that stand beside a number, at most one word between; give their positions.

    A number that the (folded) question names does not count.
    """
    plain = [folded(word).lower() for word in words]
    asked = set(_NUMBER.findall(question))
    numbers = [position for position, word in enumerate(plain) if _is_number(word) and word not in asked]
    near = {position + step for position in numbers for step in (-2, -1, 1, 2)} - set(numbers)
    return sorted(position for position in near if 0 <= position < len(words))


def _is_number(word: str) -> bool:
    """Tell whether a folded word is a number, in digits or letters."""
    return bool(_NUMBER.fullmatch(word) or _NUMBER_WORDS.fullmatch(word))


def points_back(sentence: str) -> bool:
    """Tell whether the (folded) sentence begins with a word that leans on the sentence before."""
    return _POINTING.match(sentence.lower()) is not None
