"""Enclosures: what stands between quotation marks or brackets, in which no sentence and no clause ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque

QUOTED_AT_MOST = 240  # code points; a longer quotation is split like any text
DEEPEST = 8  # quotations and brackets open at once
_PAIR = re.compile(r"[\"“”„«»\(\)\[\]「」『』（）【】《》]")
_OPENS = dict(zip("“„«([「『（【《", ("”", "”“", "»", ")", "]", "」", "』", "）", "】", "》"), strict=True))


def enclosed(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Give outermost (open, close) places of balanced quotation marks and brackets, in order and disjoint.

    A pair longer than QUOTED_AT_MOST encloses nothing, nor does an odd straight quotation mark.
    """
    marks = [(found.start(), found.group()) for found in _PAIR.finditer(text, start, stop)]
    straight = [position for position, mark in marks if mark == '"']
    pairs = list(zip(straight[::2], straight[1::2], strict=True)) if len(straight) % 2 == 0 else []
    waiting: deque[tuple[int, str]] = deque(maxlen=DEEPEST)
    for position, mark in marks:
        depth = next((n for n, (_, closes) in enumerate(reversed(waiting)) if mark in closes), None)
        if depth is not None:
            for _ in range(depth):
                waiting.pop()
            pairs.append((waiting.pop()[0], position))
        elif mark in _OPENS:
            waiting.append((position, _OPENS[mark]))
    outermost: list[tuple[int, int]] = []
    for opened, closed in sorted(pairs):
        if closed - opened > QUOTED_AT_MOST:
            continue
        if not outermost or opened > outermost[-1][1]:
            outermost.append((opened, closed))
        elif closed > outermost[-1][1]:
            outermost[-1] = (outermost[-1][0], closed)
    return outermost


def within(position: int, pairs: list[tuple[int, int]]) -> int | None:
    """Tell where the pair around `position` closes; None when there is none."""
    before = bisect_left(pairs, (position,)) - 1
    return pairs[before][1] if before >= 0 and pairs[before][1] > position else None
