"""Words that turn the meaning of a sentence, and words that are numbers; all of them folded.

The words stand in `assistant/language`, under `polarity`.
"""

from __future__ import annotations

import re

from assistant.language import calendar_words, number_words, words

NEGATIONS = words("ar.polarity.negations", "en.polarity.negations")
# Exceptions, conditions, contrast, and verbs by which someone else says it is not so.
TURNING = words("ar.polarity.turning", "en.polarity.turning")
SUBORDINATING = words("ar.polarity.subordinating", "en.polarity.subordinating")
_NUMBERS = words("ar.polarity.numbers", "en.polarity.numbers") | number_words() | calendar_words()
# و and ف, "and", "so", are written onto the next word; ب، ل، ك، ال too.
_PREFIXES = re.compile(r"^[وفا]?(?:ب?ال|لل|[بلك])?(?=..)")
_SHORT = 2  # letters: `ما` is a cue and `كما`, `بما`, `لما` are none: to short words only و and ف attach


def _is_in(word: str, listed: frozenset[str]) -> bool:
    """Tell whether a word is listed, by itself or behind what Arabic writes onto it."""
    word = word.lower()
    if word in listed or word[:1] in "وف" and word[1:] in listed:
        return True
    bare = _PREFIXES.sub("", word)
    return len(bare) > _SHORT and bare in listed


def is_negation(word: str) -> bool:
    """Tell whether a folded word denies: `لم`, `وليس`, `not`, `didn't`."""
    return word.lower().endswith("n't") or _is_in(word, NEGATIONS)


def is_turning(word: str) -> bool:
    """Tell whether a folded word may turn what stands beside it: negation, exception, condition, denial."""
    return is_negation(word) or _is_in(word, TURNING)


def is_number(word: str) -> bool:
    """Tell whether a folded word is a number, a month or a day, in digits or letters."""
    return any(map(str.isdigit, word)) or _is_in(word, _NUMBERS)
