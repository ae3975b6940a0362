"""Arabizi: Arabic that is typed in Latin letters and digits, told from other languages and read as Arabic.

    "meen wazir el ashghal?" -> words with their likeliest Arabic spellings -> those that the index knows

What asks and joins stands under `[arabizi]` in `assistant/language/ar.toml`; the rest is spelt by the rules
of `assistant.question.spelling.spellings`, and of several spellings the one is taken that passages have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.language import entries
from assistant.question.spelling.spellings import arabic_spellings
from assistant.question.spelling.word_forms import place_keys
from index.text.analysis import analyze
from index.text.phrase import Phrase

Frequencies = Callable[[Sequence[str]], Sequence[int]]  # distinct stems -> passages that have them

MOST_WORDS = 24  # of a question whose spellings are looked up; people ask with fewer
WORTH_OF_DOUBLE = 0.08  # of a spelling's cost, which a word in twice as many passages makes up for

_MEANT: Mapping[str, str] = {
    word: meant
    for name, meant in {
        "ar.arabizi.who": "من",
        "ar.arabizi.what": "ما",
        "ar.arabizi.late_what": "ما",
        "ar.arabizi.when": "متى",
        "ar.arabizi.where": "أين",
        "ar.arabizi.how_many": "كم",
        "ar.arabizi.why": "لماذا",
        "ar.arabizi.how": "كيف",
        "ar.arabizi.whether": "هل",
        "ar.arabizi.which": "أي",
        "ar.arabizi.in": "في",
        "ar.arabizi.or": "أم",
        "ar.arabizi.of": "",
        "ar.arabizi.that": "الذي",
        "ar.arabizi.he": "هو",
        "ar.arabizi.she": "هي",
    }.items()
    for word in entries(name)
}
# What is written onto the word that follows.
_JOINED: Mapping[str, str] = {
    word: meant
    for name, meant in {
        "ar.arabizi.article": "ال",
        "ar.arabizi.in_the": "في ال",
        "ar.arabizi.by_the": "بال",
        "ar.arabizi.to_the": "لل",
        "ar.arabizi.and_the": "وال",
        "ar.arabizi.on_the": "على ال",
        "ar.arabizi.and": "و",
    }.items()
    for word in entries(name)
}
_LATE = frozenset(entries("ar.arabizi.late_what"))
_ASKS = ("ما", "من", "متى", "أين", "كم", "لماذا", "كيف", "هل", "أي")
_ASKING = frozenset(word for word, meant in _MEANT.items() if meant in _ASKS)
_SHARED = frozenset(entries("ar.arabizi.shared"))
_DOUBTFUL = frozenset(entries("ar.arabizi.doubtful"))
_ARTICLES = frozenset(entries("ar.arabizi.article"))
_FOREIGN = frozenset(entries("ar.arabizi.foreign"))
_WORD = re.compile(r"[^\W_]+")
_OTHER_SCRIPT = re.compile(r"(?=[^\W\d_])[^A-Za-zÀ-ɏ]")
_WITH_DIGIT = re.compile(r"(?=[2356789]?[a-z])(?:[a-z]|[2356789](?![0-9]))+")
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th|am|pm|d|g|k|m|x|s)")
_GHAYN, _KHA = re.compile(r"3['’](?=\w)"), re.compile(r"[57]['’](?=\w)")
LEAST_LETTERS = 3  # beside a digit: ma3 with two is left to the words around it


def is_arabizi(question: Phrase) -> bool:
    """Tell Arabic in Latin letters from what other languages ask.

    >>> [is_arabizi(Phrase(text)) for text in ("meen wazir el ashghal?", "Who hosted the G20 in 2020?")]
    [True, False]
    """
    text = question.text.lower()
    if _OTHER_SCRIPT.search(text):
        return False
    spelt = _WORD.findall(text)
    if not spelt:
        return False
    plainly = any(word in _ASKING - _SHARED - _DOUBTFUL for word in spelt)
    digits = [word for word in spelt if _has_digit(word)]
    foreign = any(word in _FOREIGN for word in spelt)
    if plainly and (digits or not foreign):
        return True
    if foreign or len(spelt) < 2:
        return False
    ends = {spelt[0], spelt[-1]}
    if ends & _ASKING and digits:
        return True
    article = any(word in _ARTICLES for word in spelt[1:-1])
    inside = any(word[0].isalpha() and word[-1].isalpha() for word in digits)
    return bool(ends & _DOUBTFUL and article) or (len(digits) > 1 and inside)


def in_arabic(question: Phrase, frequencies: Frequencies) -> Phrase | None:
    """Give Arabizi in Arabic letters, by what the index knows; None for a question that is none.

    >>> indexed = Phrase("وزير العدل").stems
    >>> in_arabic(Phrase("meen wazir el 3adl?"), lambda stems: [stem in indexed for stem in stems]).text
    'من وزير العدل؟'
    """
    if not is_arabizi(question):
        return None
    text = _KHA.sub("kh", _GHAYN.sub("gh", question.text.lower()))
    spelt = _WORD.findall(text)
    chosen = _chosen(dict.fromkeys(word for word in spelt if word not in _MEANT), frequencies)
    pieces, front, joined = [], "", ""
    for number, word in enumerate(spelt):
        last = number == len(spelt) - 1
        if word in _LATE and number and last:
            front = "ما "
        elif word in _JOINED and not last:
            joined += _JOINED[word] if not joined.endswith("ال") else ""
        elif word in _MEANT:
            pieces.append(joined.removesuffix("ال") + _MEANT[word])
            joined = ""
        else:
            arabic = chosen[word]
            pieces.append(_with(joined, arabic))
            joined = ""
    mark = "؟" if "?" in text else ""
    return Phrase(front + " ".join(" ".join(pieces).split()) + mark)


def _has_digit(word: str) -> bool:
    """Tell a word as only Arabizi has them: mo2tamar, 3aqaba, rba7; neither g20 nor 4k nor 3rd."""
    letters = sum(letter.isalpha() for letter in word)
    return (
        LEAST_LETTERS <= letters < len(word)
        and _WITH_DIGIT.fullmatch(word) is not None
        and _ORDINAL.fullmatch(word) is None
    )


def _with(joined: str, word: str) -> str:
    """Write particles onto a word, a name in Latin letters stays apart; the article stands once."""
    if word[:1].isascii():
        return f"{joined.removesuffix('ال')} {word}"
    return joined.removesuffix("ال") + word if word.startswith("ال") else joined + word


def _chosen(distinct: Iterable[str], frequencies: Frequencies) -> dict[str, str]:
    """Choose for every word one of its spellings, with one look-up for all."""
    spellings = {word: _spellings(word) for word in distinct}
    looked_up = list(spellings)[:MOST_WORDS]
    stems = {spelling: _stem(spelling) for word in looked_up for spelling in (*(dict(spellings[word])), word)}
    terms = list(dict.fromkeys(stem for stem in stems.values() if stem))
    passages = dict(zip(terms, frequencies(terms), strict=True)) if terms else {}
    counts = {spelling: passages.get(stem, 0) for spelling, stem in stems.items()}
    return {word: _best(word, options, counts) for word, options in spellings.items()}


def _spellings(word: str) -> list[tuple[str, float]]:
    if word.isdigit() or (any(map(str.isdigit, word)) and not _WITH_DIGIT.fullmatch(word)):
        return []
    places = sorted((key for key in place_keys(word) if not key.isascii()), key=len)
    return [*((place, 0.0) for place in places[:1]), *arabic_spellings(word)]


def _stem(word: str) -> str:
    stems = analyze(word, grams=False)
    return stems[0] if len(stems) == 1 else ""


def _best(word: str, options: Sequence[tuple[str, float]], counts: Mapping[str, int]) -> str:
    """Take the spelling of the least cost that passages have; else the word as typed, else the likeliest."""
    if not options:
        return word
    indexed = [(spelling, cost) for spelling, cost in options if counts.get(spelling)]
    if not indexed:
        return word if counts.get(word) else options[0][0]
    return min(indexed, key=lambda one: one[1] - WORTH_OF_DOUBLE * math.log2(1 + counts[one[0]]))[0]
