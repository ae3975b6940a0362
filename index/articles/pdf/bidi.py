"""Lines read off a page from left to right, put into the order in which they are spoken.

A PDF places glyphs; it does not say in which order they are read. This undoes what the Unicode
bidirectional algorithm (UAX 9) did to show a line: the line is turned round, then every run of Latin
letters and numbers is turned back. Positional forms of Arabic letters become the letters. Where two
texts look the same on the page ("Windows 11" and "11 Windows" in an Arabic line), the likelier is taken.
Libraries (python-bidi, FriBidi) go the other way, from the order that is spoken to the one that is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from index.articles.pdf.brackets import as_shown, mirrored, pairs_of

_FORMS = re.compile("[\ufb00-\ufdfb\ufdfd-\ufdff\ufe70-\ufefc]+")
_RIGHT = frozenset(["R", "AL"])
_SEPARATORS = frozenset(".,:/٫٬،")  # between two digits part of the number
_SIGNS = frozenset("+-−")  # between two digits part of it in Hebrew and Latin lines, not after Arabic letters
_TERMINATORS = frozenset("%٪$€£#°‰")  # beside a number part of it in Hebrew and Latin lines


def is_right_to_left(text: str) -> bool:
    """Tell whether most letters of `text` are of a script written from right to left."""
    right, left = letter_counts(text)
    return right > left


def letter_counts(text: str) -> tuple[int, int]:
    """Tell how many letters of `text` are of a script written from right to left, and from left to right."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    return sum(kind in _RIGHT for kind in kinds), kinds.count("L")


def logical_line(glyphs: Sequence[str], *, right_to_left: bool) -> str:
    """Give the text of glyphs that are given from left to right as they stand on the page.

    A glyph may stand for several characters, which are in order already.

    >>> logical_line(["2", "5", " ", "ﺔ", "ﻨ", "ﺳ"], right_to_left=True)
    'سنة 25'
    """
    glyphs = [glyph for glyph in glyphs if glyph]
    kinds = [_kind(glyph) for glyph in glyphs]
    if "R" not in kinds and not right_to_left:
        return plain_forms("".join(glyphs))
    shown = as_shown(glyphs)
    _settle_numbers(kinds, shown)
    _settle_brackets(kinds, shown, base="R" if right_to_left else "L")
    _settle_others(kinds, base="R" if right_to_left else "L")
    return plain_forms("".join(_read(shown, kinds, right_to_left=right_to_left)))


def plain_forms(text: str) -> str:
    """Give `text` with positional forms and ligatures as the letters they stand for, signs in NFC's order."""
    return unicodedata.normalize(
        "NFC", _FORMS.sub(lambda forms: unicodedata.normalize("NFKC", forms[0]), text)
    )


def _kind(glyph: str) -> str:
    """Give R for right-to-left letters, L for left-to-right ones, N for digits, - for what goes with both."""
    kinds = {unicodedata.bidirectional(char) for char in glyph}
    if kinds & _RIGHT:
        return "R"
    if "L" in kinds:
        return "L"
    return "N" if kinds & {"EN", "AN"} else "-"


def _settle_numbers(kinds: list[str], glyphs: Sequence[str]) -> None:
    """Make N of signs that belong to a number, by the letters on the right of it (UAX 9, W2 to W5)."""
    arabic = _after_arabic(glyphs)
    for position in range(1, len(kinds) - 1):
        between = kinds[position - 1] == kinds[position + 1] == "N" and kinds[position] == "-"
        joins = glyphs[position] in _SEPARATORS or (glyphs[position] in _SIGNS and not arabic[position])
        if between and joins:
            kinds[position] = "N"
    for places in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        last = "-"
        for position in places:
            beside = kinds[position] == "-" and last == "N" and glyphs[position] in _TERMINATORS
            if beside and not arabic[position]:
                kinds[position] = "N"
            last = kinds[position]


def _after_arabic(glyphs: Sequence[str]) -> list[bool]:
    """Tell for each place whether the nearest letter on its right is Arabic, or may be on the line before."""
    after = [False] * len(glyphs)
    arabic = any(unicodedata.bidirectional(char) == "AL" for glyph in glyphs for char in glyph)
    for position in range(len(glyphs) - 1, -1, -1):
        kinds = {unicodedata.bidirectional(char) for char in glyphs[position]}
        if kinds & {"AL", "R", "L"}:
            arabic = "AL" in kinds
        after[position] = arabic
    return after


def _settle_brackets(kinds: list[str], glyphs: Sequence[str], *, base: str) -> None:
    """Settle brackets: around Latin words after Latin words with them, others with the line (UAX 9, N0)."""
    before = _letters_before(kinds)
    rights, lefts = _sums(kinds, "R"), _sums(kinds, "L")
    numbers = _sums(kinds, "N")
    for first, last in pairs_of(glyphs):
        holds_right = rights[last] > rights[first]
        holds_left = lefts[last] > lefts[first] or numbers[last] > numbers[first]
        if base == "R":
            kind = "L" if holds_left and not holds_right and before[first] == "L" else "R"
        else:
            kind = "R" if holds_right and not holds_left and _between_right(kinds, first, last) else "L"
        kinds[first] = kinds[last] = {"L": "(", "R": ")"}[kind]


def _between_right(kinds: Sequence[str], first: int, last: int) -> bool:
    sides = [kinds[place] for place in (first - 2, last + 2) if 0 <= place < len(kinds)]
    return len(sides) == 2 and set(sides) == {"R"}


def _letters_before(kinds: Sequence[str]) -> list[str]:
    """Tell for each place the direction of the nearest letter on its left, "-" where there is none."""
    before, last = [], "-"
    for kind in kinds:
        before.append(last)
        if kind in "LR":
            last = kind
    return before


def _sums(kinds: Sequence[str], wanted: str) -> list[int]:
    sums, total = [], 0
    for kind in kinds:
        total += kind == wanted
        sums.append(total)
    return sums


def _settle_others(kinds: list[str], *, base: str) -> None:
    """Settle what is left: with its neighbours where they agree, else with the line (UAX 9, N1 and N2).

    A number goes with Latin letters beside it; between two numbers a sign stands in the line's order.
    """
    position = 0
    while position < len(kinds):
        if kinds[position] != "-":
            position += 1
            continue
        end = position
        while end < len(kinds) and kinds[end] == "-":
            end += 1
        before = _side(kinds[position - 1]) if position else base
        after = _side(kinds[end]) if end < len(kinds) else base
        if base == "R":
            kind = "L" if {before, after} in ({"L"}, {"L", "N"}) else "R"
        else:
            kind = "R" if {before, after} in ({"R"}, {"R", "N"}) and "R" in (before, after) else "L"
            if kind == "R" and before != after:
                kind = "R" if _number_inside(kinds, position, end) else "L"
        kinds[position:end] = [kind] * (end - position)
        position = end
    for position, kind in enumerate(kinds):
        kinds[position] = {"(": "L", ")": "R"}.get(kind, kind)


def _number_inside(kinds: Sequence[str], first: int, last: int) -> bool:
    """Tell whether the number beside a sign has right-to-left letters on both its sides."""
    left, right = first - 1, last
    while left >= 0 and kinds[left] in "N-":
        left -= 1
    while right < len(kinds) and kinds[right] in "N-":
        right += 1
    return left >= 0 and right < len(kinds) and kinds[left] == kinds[right] == "R"


def _side(kind: str) -> str:
    return {"(": "L", ")": "R"}.get(kind, kind)


def _read(glyphs: Sequence[str], kinds: Sequence[str], *, right_to_left: bool) -> list[str]:
    """Give the glyphs in the order in which they are spoken, brackets in their part of the text."""
    runs: list[tuple[int, int, str]] = []
    for position, kind in enumerate(kinds):
        if runs and runs[-1][2] == kind:
            runs[-1] = (runs[-1][0], position + 1, kind)
        else:
            runs.append((position, position + 1, kind))
    outer = _merged(runs, right_to_left=right_to_left)
    pieces: list[str] = []
    for part, turned in reversed(outer) if right_to_left else outer:
        for first, last, kind in reversed(part) if turned else part:
            run = list(glyphs[first:last])
            pieces += [_in_text(glyph) for glyph in reversed(run)] if kind == "R" else run
    return pieces


def _in_text(glyph: str) -> str:
    """Give a bracket shown in a part read from the right, by its part in the text.

    Other glyphs as they are.
    """
    return mirrored(glyph) if len(glyph) == 1 else glyph


def _merged(
    runs: Sequence[tuple[int, int, str]], *, right_to_left: bool
) -> list[tuple[list[tuple[int, int, str]], bool]]:
    """Give runs that are read as one: Latin with its numbers, and in a Latin line Arabic with its own."""
    outer: list[tuple[list[tuple[int, int, str]], bool]] = []
    for number, run in enumerate(runs):
        kind = run[2]
        if right_to_left:
            joins = bool(outer) and kind in "LN" and outer[-1][0][-1][2] in "LN"
            if joins:
                outer[-1][0].append(run)
            else:
                outer.append(([run], False))
            continue
        inside = (
            kind == "N" and 0 < number < len(runs) - 1 and runs[number - 1][2] == runs[number + 1][2] == "R"
        )
        turned = kind == "R" or inside
        if outer and turned and outer[-1][1]:
            outer[-1][0].append(run)
        else:
            outer.append(([run], turned))
    return outer
