"""Lines read off a page from left to right, put into the order in which they are spoken.

A PDF places glyphs; it does not say in which order they are read. This undoes what the Unicode
bidirectional algorithm did to show a line: the line is turned round, then every run of Latin letters and
numbers is turned back. Positional forms of Arabic letters become the letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_PAIRS = {"(": ")", "[": "]", "{": "}", "«": "»"}
_FORMS = re.compile("[\ufb50-\ufdfb\ufdfd-\ufdff\ufe70-\ufefc\ufb00-\ufb06]+")
_RIGHT = frozenset(["R", "AL"])


def is_right_to_left(text: str) -> bool:
    """Whether most letters of `text` are of a script written from right to left."""
    right = sum(unicodedata.bidirectional(char) in _RIGHT for char in text)
    return right > sum(unicodedata.bidirectional(char) == "L" for char in text)


def logical_line(glyphs: Sequence[str], *, right_to_left: bool) -> str:
    """The text of glyphs that are given from left to right as they stand on the page.

    A glyph may stand for several characters, which are in order already.

    >>> logical_line(["2", "5", " ", "ﺔ", "ﻨ", "ﺳ"], right_to_left=True)
    'سنة 25'
    """
    kinds = [_kind(glyph) for glyph in glyphs]
    if "R" not in kinds:
        return plain_forms("".join(glyphs))
    base, other = ("R", "L") if right_to_left else ("L", "R")
    _settle_numbers(kinds, glyphs)
    runs = _runs(kinds, base, other)
    if right_to_left:
        runs.reverse()
    pieces = []
    for first, last, kind in runs:
        run = glyphs[first:last]
        pieces.append("".join(run) if kind == "L" else "".join(_turned(run, kinds[first:last])))
    return plain_forms("".join(pieces))


def plain_forms(text: str) -> str:
    """`text` with positional forms and ligatures as the letters that they stand for."""
    return _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _kind(glyph: str) -> str:
    """R for right-to-left letters, L for left-to-right ones, N for digits, - for what goes with both."""
    kinds = {unicodedata.bidirectional(char) for char in glyph}
    if kinds & _RIGHT:
        return "R"
    if "L" in kinds:
        return "L"
    return "N" if kinds & {"EN", "AN"} else "-"


def _settle_numbers(kinds: list[str], glyphs: Sequence[str]) -> None:
    """Digits, and the signs inside numbers, are read from left to right."""
    for place, kind in enumerate(kinds):
        inside = 0 < place < len(kinds) - 1 and glyphs[place] in tuple(".,:/٫٬")
        if kind == "-" and inside and kinds[place - 1] == "N" and kinds[place + 1] == "N":
            kinds[place] = "N"


def _runs(kinds: list[str], base: str, other: str) -> list[tuple[int, int, str]]:
    """(first, last, kind) of runs; signs between two of the same direction go with them, else with the line.

    In a line from right to left a number alone is a run of its own; next to Latin letters it goes with them.
    """
    solid = ["L" if kind == "N" else kind for kind in kinds]
    settled = list(solid)
    place = 0
    while place < len(solid):
        if solid[place] != "-":
            place += 1
            continue
        end = place
        while end < len(solid) and solid[end] == "-":
            end += 1
        before = solid[place - 1] if place else base
        after = solid[end] if end < len(solid) else base
        numbers = place and end < len(kinds) and kinds[place - 1] == "N" and kinds[end] == "N"
        # Two numbers with signs between stand in the line's order, but Latin words keep theirs.
        kind = before if before == after and not (numbers and base == "R") else base
        settled[place:end] = [kind] * (end - place)
        place = end
    runs: list[tuple[int, int, str]] = []
    for place, kind in enumerate(settled):
        if runs and runs[-1][2] == kind:
            runs[-1] = (runs[-1][0], place + 1, kind)
        else:
            runs.append((place, place + 1, kind))
    return runs


def _turned(run: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """A run read from the right; brackets show mirrored there, unless the file says which are which."""
    turned = list(reversed(run))
    mirrored = [glyph.translate(_MIRRORED) for glyph in turned]
    return mirrored if _matched(mirrored) >= _matched(turned) else turned


def _matched(glyphs: Sequence[str]) -> int:
    """Brackets that open and close, less those that close what was never opened."""
    waiting: list[str] = []
    score = 0
    for glyph in glyphs:
        if glyph in _PAIRS:
            waiting.append(_PAIRS[glyph])
        elif waiting and glyph == waiting[-1]:
            waiting.pop()
            score += 1
        elif glyph in _PAIRS.values():
            score -= 1
    return score
