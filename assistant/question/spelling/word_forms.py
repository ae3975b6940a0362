"""Forms of a word: in which it may be written, with particles or without, in the other language or script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property, lru_cache
from pathlib import Path

from assistant.language import date_words, words
from assistant.question.spelling.skeletons import skeleton
from index.text.analysis import analyze
from index.text.folding import LETTERS, TASHKEEL

_PLACES = Path(__file__).with_name("places.txt")
_CLITICS = re.compile(r"^(?:[وف]?(?:لل|[بلك]?ال)|[وف]?[بلك]|[وف])")
_NISBA = re.compile(r"(?:ي|ي[ةه]|يين|يون|يات)$")
_DATES = date_words() | words("ar.time.calendars")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_BARE_LETTERS = dict.fromkeys(map(ord, TASHKEEL))
_PLAIN = str.maketrans(dict(LETTERS) | {"ة": "ه", "ى": "ي"})
# ى of a verb, or اية, اء, ية, ي of its noun, with an ending: رعى and رعايته, أجرى and إجراءات.
_WEAK = re.compile(r"(\w{2,}?)(?:ا?ي|ا[ءئؤ]?)(?:[هت]|ات|ين|ون)?(?:هم|ها|هن|ه|نا)?")
LEAST_STEM = 2  # letters
_OF_A_LAND = re.compile(r"(?:يا|ا|ه)$")
SHORTEST_PLACE = 3
SHORTEST_NAME = 3  # letters
KEPT = 1 << 14  # words: those around the passages of a question, which come again in the next
HALF_SOUND = 0.5  # of the consonants of two words alike


@dataclass(frozen=True)
class WordForms:
    """A word that is looked for, and the forms in which it may stand in a text.

    >>> WordForms("والقاهرة").bare, sorted(WordForms("Cairo").places)
    ('قاهره', ['cairo', 'القاهره', 'قاهره'])
    """

    word: str

    @cached_property
    def plain(self) -> str:
        """Give it in lower case, without tashkeel, its letters made one."""
        return plain(self.word)

    @cached_property
    def bare(self) -> str:
        """Give it without the particles before it."""
        return bare(self.word)

    @cached_property
    def latin(self) -> bool:
        """Tell whether it is in Latin letters."""
        return bool(LATIN.match(self.word))

    @property
    def is_date(self) -> bool:
        """Tell the name of a month or of a day of the week in Arabic."""
        return self.plain in _DATES or self.bare in _DATES

    @property
    def has_article(self) -> bool:
        """Tell a word behind the Arabic article."""
        return self.plain.startswith("ال")

    @property
    def may_be_name(self) -> bool:
        """Tell a word that may be a name: not short, no number, no adjective with the article (العربية)."""
        text = self.plain.removeprefix("ال")
        adjective = self.has_article and text.endswith("يه")
        return len(text) >= SHORTEST_NAME and not text[0].isdigit() and not adjective

    @cached_property
    def stems(self) -> frozenset[str]:
        """Give its stem."""
        return frozenset(analyze(self.word, grams=False))

    @cached_property
    def weak_stems(self) -> frozenset[str]:
        """Give what is left of it without a weak last root letter; none where it has none."""
        return weak_stems(self.word)

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """Give its consonants: of the bare word, and of the plain one where that is another."""
        return tuple(dict.fromkeys((skeleton(self.bare), skeleton(self.plain))))

    @cached_property
    def places(self) -> frozenset[str]:
        """Give what it is called as a place, in both languages; what is left of a nationality."""
        keys = place_keys(self.word) or {nationality(self.word)}
        return frozenset(key for key in keys.union(*(place_keys(key) for key in keys)) if key)

    def sounds_like(self, other: str) -> bool:
        """Tell whether half of its consonants are those of another word, in order."""
        return likeness(self.sounds[0], WordForms(other).sounds[0], least=HALF_SOUND) >= HALF_SOUND


def likeness(one: str, other: str, *, least: float) -> float:
    """Rate from 0 to 1 how many letters are alike, in order; 0 at once where it cannot be `least`."""
    if not one or not other or 2 * min(len(one), len(other)) < least * (len(one) + len(other)):
        return 0.0  # no more letters can be alike
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def place_keys(word: str) -> frozenset[str]:
    """Give what a place is called in both languages, plain; none when the word is no place that is listed.

    >>> sorted(place_keys("Cairo")), place_keys("والقاهرة") == place_keys("Cairo")
    (['cairo', 'القاهره', 'قاهره'], True)
    """
    return _places().get(plain(word)) or _places().get(bare(word)) or frozenset()


def without_particle(place: str) -> str:
    """Take off the particle that is written onto a listed place, so that it can be named.

    >>> without_particle("لتونس"), without_particle("والقاهرة"), without_particle("بيروت")
    ('تونس', 'القاهرة', 'بيروت')
    """
    if plain(place) in _places():
        return place
    return next((place[size:] for size in (1, 2) if plain(place[size:]) in _places()), place)


def plain(word: str) -> str:
    """Write a word in lower case without tashkeel, with bare alefs, and ta marbuta as ha.

    >>> plain("الإسكندريّة")
    'الاسكندريه'
    """
    return word.translate(_BARE_LETTERS).lower().translate(_PLAIN)


@lru_cache(KEPT)
def bare(word: str) -> str:
    """Take the particles off that Arabic writes in front of a word, where three letters are left."""
    text = plain(word)
    shorter = _CLITICS.sub("", text, count=1)
    return shorter if len(shorter) >= SHORTEST_PLACE else text


def weak_stems(word: str) -> frozenset[str]:
    """Give what is left of an Arabic word without a weak last root letter and what stands behind it.

    The verb and the noun of its doing share it; there is none where no such letter is seen.

    >>> weak_stems("رعى") & weak_stems("برعايته"), weak_stems("أجرى") & weak_stems("إجراءات")
    (frozenset({'رع'}), frozenset({'جر'}))
    >>> weak_stems("كتب")
    frozenset()
    """
    written = {plain(word), bare(word)}
    written |= {text[1:] for text in written if text.startswith(("ي", "ت", "ن"))}  # of the present tense
    matches = [match for text in written if (match := _WEAK.fullmatch(text))]
    return frozenset(stem for match in matches if len(stem := match[1].replace("ا", "")) >= LEAST_STEM)


@lru_cache(KEPT)
def nationality(word: str) -> str:
    """Take the ending of a nationality off an Arabic word; empty when it has none."""
    text = bare(word)
    shorter = _NISBA.sub("", text)
    return shorter if shorter != text and len(shorter) >= SHORTEST_PLACE else ""


def land(word: str) -> str:
    """Take off what a land's name has more than its people's: ألمان of ألمانيا, كويت."""
    return _OF_A_LAND.sub("", word)


def is_nationality(word: str) -> bool:
    """Tell a nationality with the article or in the plural: الألمانية, الكوريين. Many words end alike."""
    stem = nationality(word)
    return bool(stem) and plain(word) != bare(word) and stem in _nationalities()


@cache
def _places() -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for line in _PLACES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        english, arabic = line.split("\t")
        # The article alone: bare() would make نما of بنما.
        keys = {plain(english), plain(arabic), plain(arabic).removeprefix("ال")}
        for key in keys.copy():
            names.setdefault(key, set()).update(keys)
    return {key: frozenset(values) for key, values in names.items()}


@cache
def _nationalities() -> frozenset[str]:
    """Give what is left of the places' Arabic names without يا, ا and ه: ألمان of ألمانيا, كويت."""
    return frozenset(stem for key in _places() if not key.isascii() and len(stem := land(key)) >= 3)
