"""Brackets as a page shows them: which way each points, whatever the file says.

A PDF may name a bracket by its shape or by its part in the text, and programs differ, some within one line.
White space tells them apart: an opening bracket stands against what follows it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_FAMILIES = ("()", "[]", "{}", "«»", "‹›", "﴾﴿")
_TURNED = {"<": ">", ">": "<"}
_TURNED |= {pair[0]: pair[1] for pair in _FAMILIES} | {pair[1]: pair[0] for pair in _FAMILIES}
_MIRROR = str.maketrans(_TURNED)


def mirrored(text: str) -> str:
    """Give `text` with every bracket turned round."""
    return text.translate(_MIRROR)


def as_shown(glyphs: Sequence[str]) -> list[str]:
    """Give glyphs from left to right, every bracket as it points on the page.

    >>> as_shown(["(", "3", "(", " ", "ا"])
    ['(', '3', ')', ' ', 'ا']
    """
    shown = list(glyphs)
    for family in _FAMILIES:
        left, right = family[0], family[1]
        places = [position for position, glyph in enumerate(shown) if glyph in (left, right)]
        if places:
            for position, points_left in zip(places, _directions(shown, places, left), strict=True):
                shown[position] = left if points_left else right
    return shown


def pairs_of(glyphs: Sequence[str]) -> list[tuple[int, int]]:
    """Give (first, last) places of brackets that belong together, innermost first; `glyphs` are as shown."""
    closing = {pair[0]: pair[1] for pair in _FAMILIES}
    waiting: list[int] = []
    pairs = []
    for position, glyph in enumerate(glyphs):
        if glyph in closing:
            waiting.append(position)
        elif waiting and glyph == closing[glyphs[waiting[-1]]]:
            pairs.append((waiting.pop(), position))
    return pairs


def _directions(glyphs: Sequence[str], places: Sequence[int], left: str) -> list[bool]:
    """Tell for each bracket of a kind whether it is a left one: by spaces, then as a pair, then as named."""
    named = [glyphs[place] == left for place in places]
    seen = [_by_spaces(glyphs, place) for place in places]
    for hypothesis in (named, [not each for each in named]):
        fits = all(
            points_left is None or points_left == each
            for points_left, each in zip(seen, hypothesis, strict=True)
        )
        if fits and _balanced(hypothesis):
            return hypothesis
    directions: list[bool] = []
    depth = 0
    for number, points_left in enumerate(seen):
        if points_left is None:
            following = seen[number + 1] if number + 1 < len(seen) else None
            alone = len(places) == 1
            points_left = named[number] if alone else (depth == 0 if following is None else not following)
        directions.append(points_left)
        depth = depth + 1 if points_left else max(0, depth - 1)
    return directions


def _balanced(directions: Sequence[bool]) -> bool:
    depth = 0
    for points_left in directions:
        depth += 1 if points_left else -1
        if depth < 0:
            return False
    return depth == 0


def _by_spaces(glyphs: Sequence[str], position: int) -> bool | None:
    """Give True for a bracket with a space or the line's edge only on its left, False only on its right."""
    free = [_is_free(glyphs, position - 1), _is_free(glyphs, position + 1)]
    return free[0] if free[0] != free[1] else None


def _is_free(glyphs: Sequence[str], position: int) -> bool:
    if not 0 <= position < len(glyphs):
        return True
    return glyphs[position].isspace() or (
        glyphs[position] not in _TURNED
        and unicodedata.category(glyphs[position][0]) in ("Po", "Pd")
        and glyphs[position] not in "%٪#*&@"
    )
