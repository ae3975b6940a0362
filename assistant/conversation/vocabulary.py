"""The words that questions are made of, by language: what asks, what points back, what says nothing alone.

They stand in `assistant/language`, under `follow_up`. Arabic words are folded (`index.text.folding.fold`);
English ones are in small letters.
"""

from __future__ import annotations

import re

from assistant.language import entries, spelt, words
from index.text.folding import fold

ARABIC_ASKING = words("ar.follow_up.asking")
ARABIC_PRONOUNS = words("ar.follow_up.pronouns")
ARABIC_POINTING = words("ar.follow_up.pointing")
# Words that carry no topic: particles, light verbs, and what is asked *about* a topic rather than the topic.
ARABIC_EMPTY = words("ar.follow_up.empty")
ARABIC_RELATIONS = words("ar.follow_up.relations")
# Suffixes by which a word points back, longest first.
ARABIC_SUFFIXES = entries("ar.follow_up.suffixes")
# Particles with a pronoun; the article's letters in them are their own.
_PARTICLES = frozenset(
    fold(particle + suffix).text
    for particle in entries("ar.follow_up.particles")
    for suffix in ARABIC_SUFFIXES
)
_ENDS_LIKE_SUFFIX = words("ar.follow_up.like_suffixed")
ARABIC_ABOUT = spelt(r"^{ar.follow_up.joiners}?\s*+(?:[،,]\s*+)?[وف]?{ar.follow_up.about}\s*+(?P<new>.+)$")
_ARABIC_LISTED = ARABIC_ASKING | ARABIC_PRONOUNS | ARABIC_POINTING | ARABIC_EMPTY

ENGLISH_ASKING = words("en.follow_up.asking")
ENGLISH_AUXILIARIES = words("en.follow_up.auxiliaries")
ENGLISH_PRONOUNS = words("en.follow_up.pronouns")
ENGLISH_POSSESSIVES = words("en.follow_up.possessives")
ENGLISH_POINTING = words("en.follow_up.pointing")
ENGLISH_EMPTY = words("en.follow_up.empty")
ENGLISH_ABOUT = spelt(r"^{en.follow_up.joiners}?\s*+(?:,\s*+)?{en.follow_up.about}\s++(?P<new>.+)$")
_END = re.compile(r"(?<![\s?؟!.])[\s?؟!.]+$")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Give (folded word in small letters, start, end) for each word of `text`, in order."""
    folded = ((fold(match[0]).text.lower(), *match.span()) for match in _WORD.finditer(text))
    return [token for token in folded if token[0]]


def is_arabic(text: str) -> bool:
    """Tell whether most letters of `text` are Arabic."""
    letters = [character for character in text if character.isalpha()]
    return sum("\u0600" <= letter <= "\u06ff" for letter in letters) * 2 > len(letters)


def arabic_base(word: str) -> str:
    """Give a folded word without a conjunction, where that leaves a word that asks or points."""
    listed = _ARABIC_LISTED
    return word[1:] if word[:1] in "وفا" and word not in listed and word[1:] in listed else word


def suffix_of(word: str) -> str:
    """Give the pronoun that a folded Arabic word ends in, empty where it ends in none.

    A word with the definite article takes no pronoun.
    """
    bare = word[1:] if word[:1] in "وف" and len(word) > 2 and word not in _PARTICLES else word
    if bare in _PARTICLES:
        return next(suffix for suffix in ARABIC_SUFFIXES if bare.endswith(suffix))
    if bare.startswith(("ال", "لل", "بال", "كال")) or bare in _ENDS_LIKE_SUFFIX or word in _ENDS_LIKE_SUFFIX:
        return ""
    for suffix in ARABIC_SUFFIXES:
        if bare.endswith(suffix) and len(bare) - len(suffix) >= (1 if suffix != "ه" else 2):
            return suffix
    return ""


def ends_openly(word: str) -> bool:
    """Tell that a folded word is none of those whose last letters are their own: المياه, الوجه."""
    return not {word, word.removeprefix("و").removeprefix("ب").removeprefix("ال")} & _ENDS_LIKE_SUFFIX


def without_end(question: str) -> str:
    """Give the question without its question mark."""
    return _END.sub("", question)


# Words of a question that tell nothing of what it is about.
SILENT = (
    ARABIC_ASKING
    | ARABIC_PRONOUNS
    | ARABIC_POINTING
    | ARABIC_EMPTY
    | ENGLISH_ASKING
    | ENGLISH_AUXILIARIES
    | ENGLISH_PRONOUNS
    | ENGLISH_POINTING
    | ENGLISH_EMPTY
)
