"""Terms of one word, by its script."""

from __future__ import annotations

import regex

from index.analysis.arabic import light_stem
from index.analysis.latin import Language, snowball_stem

_SCRIPTS = regex.compile(
    r"(?P<arabic>\p{Arabic}+)|(?P<latin>[\p{Latin}\u0300-\u036f]+)"
    r"|(?P<unspaced>[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)"
    r"|(?P<cyrillic>\p{Cyrillic}+)|(?P<greek>\p{Greek}+)"
)


def word_terms(word: str, language: Language) -> list[str]:
    """The terms of a word; `language` is that of the Latin words around it."""
    found = _SCRIPTS.fullmatch(word)
    script = found.lastgroup if found else None
    if script == "arabic":
        return [light_stem(word)]
    if script == "latin":
        return [snowball_stem(word, language or "english")]
    if script == "cyrillic":
        return [snowball_stem(word, "russian")]
    if script == "greek":
        return [snowball_stem(word, "greek")]
    if script == "unspaced":
        return _bigrams(word)
    return [word]


def _bigrams(word: str) -> list[str]:
    """Pairs of neighbouring characters; a character alone where there is one only."""
    characters = regex.findall(r"\X", word)
    if len(characters) == 1:
        return characters
    return [a + b for a, b in zip(characters, characters[1:], strict=False)]
