"""Evidence: what is said around a passage, and whether a word is there in any of its forms.

By its letters, its stem, its name in the other language, its consonants in the other script.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.answering.retrieval import Retrieved
from assistant.question.names import Named
from assistant.question.spelling.skeletons import skeleton
from assistant.question.spelling.word_forms import (
    LATIN,
    SHORTEST_NAME,
    WordForms,
    bare,
    land,
    likeness,
    nationality,
    plain,
    weak_stems,
)
from assistant.question.times.numerals import ordinals_in, values_in, years_in
from index.text.analysis import analyze
from index.text.phrase import WORD

REACH = 1_200  # code points on both sides of a passage that belong to what is said of its matter
LOOKALIKE = 0.8  # of letters alike, in order: forms of a name, slips of the hand
LISTED_LOOKALIKE = 0.9  # the same for a place, whose spelling is listed: الألمانية is no العمانية
SAME_SOUND = 0.85  # of consonants alike, between scripts
TELLING = 4  # consonants that are a word's and no other's
LEAST_LETTERS = 4  # of a beginning that two forms of a Latin name share


@dataclass(frozen=True)
class Evidence:
    """What is said around a passage: text, title and date of publication."""

    text: str
    published: str

    @classmethod
    def around(cls, passage: Retrieved) -> Evidence:
        """Take the surroundings of a passage."""
        start, end = passage.passage.start - REACH, passage.passage.end + REACH
        text = f"{passage.source.title}\n{passage.text[max(0, start) : end]}"
        return cls(text, passage.source.published or "")

    @cached_property
    def words(self) -> frozenset[str]:
        """Give its words, plain."""
        return frozenset(plain(word) for word in WORD.findall(self.text))

    @cached_property
    def bare(self) -> frozenset[str]:
        """Give the same, and without particles, and without the endings of nationalities."""
        words = self.words | {bare(word) for word in self.words}
        return frozenset(words | {stem for word in words if (stem := nationality(word))})

    @cached_property
    def stems(self) -> frozenset[str]:
        """Give the stems of its words."""
        return frozenset(analyze(self.text, grams=False))

    @cached_property
    def weak_stems(self) -> frozenset[str]:
        """Give what is left of its words that end in a weak root letter."""
        return frozenset(stem for word in self.words for stem in weak_stems(word))

    @cached_property
    def skeletons(self) -> dict[bool, frozenset[str]]:
        """Give the consonants of its words: True those in Latin letters."""
        sounds: dict[bool, set[str]] = {True: set(), False: set()}
        for word in (word for word in self.words if len(word) >= SHORTEST_NAME):
            sounds[bool(LATIN.match(word))].update((skeleton(word), skeleton(bare(word))))
        return {latin: frozenset(some) for latin, some in sounds.items()}

    @cached_property
    def years(self) -> frozenset[int]:
        """Give the years it speaks of, its year of publication among them."""
        return years_in(self.text, published=self.published)

    @cached_property
    def values(self) -> frozenset[str]:
        """Give the numbers it speaks of."""
        return values_in(self.text)

    @cached_property
    def ordinals(self) -> frozenset[int]:
        """Give the ordinals it speaks of."""
        return ordinals_in(self.text)

    def speaks_of(self, name: Named) -> bool:
        """Tell whether it has what a question names, by its letters, numbers or consonants."""
        if name.sort == "year":
            # Where no year is spoken of, another question's answer cannot be told from this one's.
            return not self.years or int(name.text) in self.years
        if name.sort == "time":
            length = min(len(self.published), len(name.since))  # some dates are a month or a year
            return self.published[:length] >= name.since[:length]
        if name.sort == "number":
            return name.text.replace(",", "") in self.values
        if name.sort == "ordinal":
            return name.number in self.ordinals
        if name.sort == "place":
            return self.has_place(name.whole) or self.has_word(name.whole, listed=True)
        if any(map(self.has_word, name.words if name.whole.latin else name.words[-1:])):
            return True
        joined = "".join(word.plain for word in name.words)  # written as one: السوبربول
        return len(name.words) > 1 and any(joined in word for word in self.words)

    def has_place(self, forms: WordForms) -> bool:
        """Tell whether it speaks of a place or of its people."""
        if any(
            key in self.bare or key in self.words or nationality(key) in self.bare for key in forms.places
        ):
            return True
        # The land of a nationality and the other way round: ألمان is left of ألمانيا and of الألمانية.
        stems = {land(key) for key in forms.places if not key.isascii()}
        return any(land(word) in stems for word in self.bare)

    def has_word(self, forms: WordForms, *, listed: bool = False) -> bool:
        """Tell whether it has a word in some form; one whose spelling is `listed` not by its sound alone."""
        if forms.plain in self.words or forms.bare in self.bare or forms.stems & self.stems:
            return True
        least = LISTED_LOOKALIKE if listed else LOOKALIKE
        if any(_are_forms(forms.bare, other, latin=forms.latin, least=least) for other in self.bare):
            return True
        return not listed and any(self._has_sound(sound, latin=forms.latin) for sound in forms.sounds)

    def has_weak_root(self, forms: WordForms) -> bool:
        """Tell whether it has another word of the same weak root: برعاية for رعى."""
        return not self.weak_stems.isdisjoint(forms.weak_stems)

    def surely_has(self, forms: WordForms) -> bool:
        """Tell it by letters, or by consonants enough: a string without meaning has a few of some word."""
        if self.has_word(forms, listed=True):
            return True
        sound = forms.sounds[0]
        return len(sound) >= TELLING and self._has_sound(sound, latin=forms.latin)

    def _has_sound(self, sound: str, *, latin: bool) -> bool:
        """Tell whether a word has these consonants: in the other script, or a name spelt otherwise."""
        if len(sound) >= TELLING and sound in self.skeletons[latin]:
            return True
        others = self.skeletons[not latin]
        if len(sound) < 2:
            return bool(others)  # too little to tell it by
        if len(sound) < TELLING:
            return sound in others
        return any(likeness(sound, other, least=SAME_SOUND) >= SAME_SOUND for other in others)


def _are_forms(one: str, other: str, *, latin: bool, least: float) -> bool:
    if bool(LATIN.match(other)) != latin or one[:1] != other[:1]:
        return False
    if latin and len(one) >= LEAST_LETTERS and one[:LEAST_LETTERS] == other[:LEAST_LETTERS]:
        return True
    return min(len(one), len(other)) > LEAST_LETTERS and likeness(one, other, least=least) >= least
