"""Lists of words by name, as they stand in the files, checked when they are read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from index.errors import MustanadError
from index.text.folding import fold

FILES = {language: Path(__file__).with_name(f"{language}.toml") for language in ("ar", "en")}
_BRACKETS = re.compile(r"[()\[\]]")
_CLOSED_BY = {"(": ")", "[": "]"}


class WordListError(MustanadError):
    """A file of words that the rules cannot be made of."""


def keys() -> list[str]:
    """Give the names of all lists, each with its language in front: `ar.when.asks`."""
    return [f"{language}.{name}" for language, path in FILES.items() for name in _read(path)]


def entries(key: str) -> tuple[str, ...]:
    """Give the entries of a list by its name, as they are written; raises WordListError for an unknown one.

    >>> entries("ar.when.asks")
    ('متى',)
    """
    language, _, name = key.partition(".")
    if language not in FILES:
        raise WordListError(f"no file of words for {key!r}; begin with one of: {', '.join(FILES)}")
    lists = _read(FILES[language])
    if name not in lists:
        raise WordListError(f"{FILES[language].name} has no list {name!r}; add it")
    return lists[name]


def words(*names: str) -> frozenset[str]:
    """Give the entries of lists as folded words in small letters, for looking words up.

    Raises WordListError for an entry that is no single word.

    >>> sorted(words("ar.follow_up.pronouns"))
    ['هم', 'هما', 'هن', 'هو', 'هي']
    """
    for key in names:
        for entry in entries(key):
            if not entry.replace("'", "").isalpha():
                language, _, name = key.partition(".")
                raise WordListError(
                    f"{FILES[language].name}: {name}: {entry!r} is no single word; write one word an entry"
                )
    return frozenset(fold(entry).text.lower() for key in names for entry in entries(key))


def checked(path: Path, text: str) -> Mapping[str, tuple[str, ...]]:
    """Give the lists of a file's text by name; raises WordListError with the file and the list at fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WordListError(f"{path.name} is no TOML: {error}; mend that line") from None
    lists = dict(_lists(table))
    for name, value in lists.items():
        if not isinstance(value, list) or not value:
            raise WordListError(f"{path.name}: {name} is no list of words; write at least one word in it")
        for fault in _faults(value):
            raise WordListError(f"{path.name}: {name}: {fault}")
    return {name: tuple(value) for name, value in lists.items() if isinstance(value, list)}


def _lists(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Walk the values of a table and of the tables in it, with their names joined by points."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _faults(values: Iterable[object]) -> Iterator[str]:
    """Tell what is wrong with the entries of a list, one line a fault."""
    seen: set[str] = set()
    for value in values:
        if not isinstance(value, str) or not value or value != " ".join(value.split()):
            yield f"{value!r} is no word; write words with single spaces between quotation marks"
        elif value in seen:
            yield f"{value!r} stands there twice; take one out"
        elif not _balanced(value):
            yield f"{value!r} has a bracket without its other half; close it"
        else:
            seen.add(value)


def _balanced(entry: str) -> bool:
    """Tell whether every bracket of an entry is closed by its own kind, in order."""
    open_brackets: list[str] = []
    for bracket in _BRACKETS.findall(entry):
        if bracket in _CLOSED_BY:
            open_brackets.append(_CLOSED_BY[bracket])
        elif not open_brackets or open_brackets.pop() != bracket:
            return False
    return not open_brackets


@cache
def _read(path: Path) -> Mapping[str, tuple[str, ...]]:
    return checked(path, path.read_text(encoding="utf-8"))
