"""Terms of one word, by its script: its stem, and the runs of four letters in it.

A light stem joins the inflections that it knows; runs of letters join the rest (broken plurals, clitics
that no rule takes off, derived forms, spellings of names) at the price of more postings. Both are terms
of the same bag, so that no weight has to be chosen between them.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from index.text.analysis.arabic_stem import light_stem
from index.text.analysis.latin_stem import Language, snowball_stem
from index.text.analysis.orthography import without_accents

GRAM = 4  # letters; measured against 3 and 5

_CHARACTER = regex.compile(r"\X")
_SCRIPTS = regex.compile(
    r"(?P<arabic>\p{Arabic}+)"
    r"|(?P<latin>[\p{Latin}\u0300-\u036f]+)"
    r"|(?P<unspaced>[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)"
    r"|(?P<cyrillic>\p{Cyrillic}+)"
    r"|(?P<greek>\p{Greek}+)"
)


def word_terms(word: str, language: Language, *, grams: bool = True) -> tuple[str, ...]:
    """Give the terms of a word; `language` is that of the Latin words around it.

    >>> word_terms("مدارس", None)
    ('مدارس', '#_مدا', '#مدار', '#دارس', '#ارس_')
    """
    terms = all_terms(word, language)
    return terms if grams else tuple(term for term in terms if not term.startswith("#"))


@lru_cache(maxsize=200_000)
def all_terms(word: str, language: Language) -> tuple[str, ...]:
    """Give what `word_terms` gives: the stem and the grams; remembered."""
    script = _SCRIPTS.fullmatch(word)
    match script.lastgroup if script else None:
        case "unspaced":
            return _pairs(word)
        case "arabic":
            stem = light_stem(word)
        case "latin":
            stem = snowball_stem(word, language or "english")
        case "cyrillic":
            stem = snowball_stem(word, "russian")
        case "greek":
            stem = snowball_stem(word, "greek")
        case _:
            stem = word
    return (stem, *_grams(word))


def _grams(word: str) -> list[str]:
    """Give runs of GRAM letters of a word between marks of its ends, told from stems by a `#`."""
    marked = f"_{without_accents(word)}_"
    return [f"#{marked[at : at + GRAM]}" for at in range(max(1, len(marked) - GRAM + 1))]


def _pairs(word: str) -> tuple[str, ...]:
    """Give pairs of neighbouring characters; a character alone where there is one only."""
    characters = _CHARACTER.findall(word)
    if len(characters) == 1:
        return (word,)
    return tuple(one + other for one, other in zip(characters, characters[1:], strict=False))
