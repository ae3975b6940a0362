"""The words that rules are made of: one TOML file a language, mended by who knows the language and no Python.

ar.toml, en.toml -> lists by name, checked -> sets of words, and patterns with lists in them
"""

from __future__ import annotations

from assistant.language.lists import FILES, entries, keys, words
from assistant.language.patterns import (
    alternatives,
    calendar_names,
    calendar_words,
    cardinal_names,
    compiled,
    date_words,
    filled,
    number_words,
    spelt,
)

__all__ = [
    "FILES",
    "alternatives",
    "calendar_names",
    "calendar_words",
    "cardinal_names",
    "compiled",
    "date_words",
    "entries",
    "filled",
    "keys",
    "number_words",
    "spelt",
    "words",
]
