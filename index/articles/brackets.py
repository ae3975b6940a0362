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
        places = [place for place, glyph in enumerate(shown) if glyph in (left, right)]
        if places:
            for place, points_left in zip(places, _directions(shown, places, left), strict=True):
                shown[place] = left if points_left else right
    return shown


def pairs_of(glyphs: Sequence[str]) -> list[tuple[int, int]]:
    """Give (first, last) places of brackets that belong together, innermost first; `glyphs` are as shown."""
    closing = {pair[0]: pair[1] for pair in _FAMILIES}
    waiting: list[int] = []
    pairs = []
    for place, glyph in enumerate(glyphs):
        if glyph in closing:
            waiting.append(place)
        elif waiting and glyph == closing[glyphs[waiting[-1]]]:
            pairs.append((waiting.pop(), place))
    return pairs


def _directions(glyphs: Sequence[str], places: Sequence[int], left: str) -> list[bool]:
    """Tell for each bracket of a kind whether it is a left one: by spaces, then as a pair, then as named."""
    named = [glyphs[place] == left for place in places]
    seen = [_by_spaces(glyphs, place) for place in places]
    for hypothesis in (named, [not each for each in named]):
        fits = all(known is None or known == each for known, each in zip(seen, hypothesis, strict=True))
        if fits and _balanced(hypothesis):
            return hypothesis
    directions: list[bool] = []
    depth = 0
    for number, known in enumerate(seen):
        if known is None:
            following = seen[number + 1] if number + 1 < len(seen) else None
            alone = len(places) == 1
            known = named[number] if alone else (depth == 0 if following is None else not following)
        directions.append(known)
        depth = depth + 1 if known else max(0, depth - 1)
    return directions


def _balanced(directions: Sequence[bool]) -> bool:
    depth = 0
    for points_left in directions:
        depth += 1 if points_left else -1
        if depth < 0:
            return False
    return depth == 0


def _by_spaces(glyphs: Sequence[str], place: int) -> bool | None:
    """Give True for a bracket with a space or the line's edge only on its left, False only on its right."""
    free = [_is_free(glyphs, place - 1), _is_free(glyphs, place + 1)]
    return free[0] if free[0] != free[1] else None


def _is_free(glyphs: Sequence[str], place: int) -> bool:
    if not 0 <= place < len(glyphs):
        return True
    return glyphs[place].isspace() or (
        glyphs[place] not in _TURNED
        and unicodedata.category(glyphs[place][0]) in ("Po", "Pd")
        and glyphs[place] not in "%٪#*&@"
    )
