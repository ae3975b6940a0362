"""Lexicons: lists of words by kind and language, read from the text files beside this module.

An editor mends them without a word of Python. In such a file `[kind language]` opens a section, the words
below it are parted by white space, a space inside one is written as `_`, `~` stands before one that is seldom
met, and `#` opens a line of comment. A section without words, a word twice in one, and a kind that no rule
reads are refused when the file is read: they are slips.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import MustanadError

FOLDER = Path(__file__).parent
SELDOM = "~"
_HEAD = re.compile(r"\[([a-z-]+) ([a-z]{2,3})\]")

WordLine = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The sections of one file: (kind, language) -> its lines, each the words on it."""

    sections: Mapping[tuple[str, str], tuple[WordLine, ...]]

    def lines(self, kind: str, *languages: str, seldom: bool = True) -> list[WordLine]:
        """Give the lines of a kind in the order of the file; of all languages unless some are named.

        `seldom` words, those behind `~` in the file, may be left out.
        """
        return [
            tuple(word.removeprefix(SELDOM) for word in line if seldom or not word.startswith(SELDOM))
            for (named, language), lines in self.sections.items()
            if named == kind and (not languages or language in languages)
            for line in lines
        ]

    def words(self, kind: str, *languages: str) -> tuple[str, ...]:
        """Give the words of a kind, each once; of all languages unless some are named."""
        return tuple(dict.fromkeys(word for line in self.lines(kind, *languages) for word in line))

    def by_language(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Give language -> the words of a kind in it."""
        return {language: self.words(kind, language) for named, language in self.sections if named == kind}


def read_lexicon(name: str, *kinds: str, folder: Path = FOLDER) -> Lexicon:
    """Read `name`.txt, in which every section is of one of the `kinds`, and every kind has a section.

    Raises MustanadError, naming file and line, where it is not written as it must be.
    """
    path = folder / f"{name}.txt"
    sections: dict[tuple[str, str], list[WordLine]] = {}
    section: tuple[str, str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        where = f"{path.name}, line {number}"
        if line.startswith("["):
            section = _section_named(line, kinds, where)
            if section in sections:
                raise MustanadError(f"{where}: {line} stands there twice; join the two sections")
            sections[section] = []
        elif section is None:
            raise MustanadError(f"{where}: words before any section; open one, as [{kinds[0]} ar]")
        else:
            sections[section].append(_words_on(line, sections[section], where))
    for kind, language in sections:
        if not sections[kind, language]:
            raise MustanadError(f"{path.name}: [{kind} {language}] has no words; fill it or leave it out")
    if lacking := sorted(set(kinds) - {kind for kind, _language in sections}):
        raise MustanadError(f"{path.name}: no section is of the kind {lacking[0]}; add [{lacking[0]} ar]")
    return Lexicon({section: tuple(lines) for section, lines in sections.items()})


def any_of(words: Iterable[str], *, space: str = " ") -> str:
    """Give a pattern of any of the words, the longest first; `space` is the pattern of a space inside one.

    >>> any_of(["دار", "دار نشر"], space=r"\\s+")
    '(?:دار\\\\s+نشر|دار)'
    """
    escaped = (
        re.escape(word).replace(r"\ ", space) for word in sorted(words, key=lambda word: (-len(word), word))
    )
    return f"(?:{'|'.join(escaped)})"


def _section_named(line: str, kinds: tuple[str, ...], where: str) -> tuple[str, str]:
    head = _HEAD.fullmatch(line.rstrip())
    if head is None:
        raise MustanadError(f"{where}: {line!r} is no head of a section; write it as [{kinds[0]} ar]")
    if head[1] not in kinds:
        raise MustanadError(
            f"{where}: no rule reads the kind {head[1]!r}; one of {', '.join(kinds)} is meant"
        )
    return head[1], head[2]


def _words_on(line: str, lines: list[WordLine], where: str) -> WordLine:
    words = tuple(word.replace("_", " ") for word in line.split())
    before = {word.removeprefix(SELDOM) for other in lines for word in other}
    for word in words:
        name = word.removeprefix(SELDOM)
        if name in before:
            raise MustanadError(f"{where}: {name!r} stands in its section twice; take one out")
        before.add(name)
        if not unicodedata.is_normalized("NFC", word):
            raise MustanadError(f"{where}: {word!r} is not in composed form (NFC); type it again")
    return words
