"""Vowel signs: each goes behind the letter that it stands over or under."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index.articles.pdf.letters import NAMELESS, Glyph

_NEAR = 0.15  # of the size; further from the ink of its letter stands no sign
_BEARING = 0.3  # of the size; ink begins no further from where the pen stood


def mark_of(text: str) -> str:
    """Give the vowel signs that a glyph is, "" when it is something else; some fonts set two as one form."""
    if text < "\u0300":
        return ""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\u0640", "")
    return plain if plain and all(unicodedata.category(char) == "Mn" for char in plain) else ""


def with_marks(bases: Sequence[Glyph], marks: Sequence[Glyph]) -> list[Glyph]:
    """Give glyphs of a row, each mark put behind the letter that it stands over or under."""
    letters = [number for number, glyph in enumerate(bases) if not glyph.text.isspace()]
    if not letters:
        return list(bases)
    starts = [start_of(bases[number]) for number in letters]
    drawn = _drawn_beside([*(bases[number] for number in letters), *marks])
    places = {bases[number].number: number for number in letters}
    signs: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for mark in marks:
        position = bisect_left(starts, middle_of(mark))
        near = letters[max(0, position - 4) : position + 4]
        best = min(near, key=lambda number: _distance(bases[number], mark))
        beside = drawn.get(mark.number)
        if beside is not None and _distance(beside, mark) < _NEAR * mark.size:
            best = places[beside.number]
        signs[best].append((middle_of(mark), mark_of(mark.text)))
    marked = list(bases)
    for number, of_letter in signs.items():
        marked[number] = replace(bases[number], text=_marked(bases[number], of_letter))
    return marked


def middle_of(glyph: Glyph) -> float:
    """Give where the middle of the ink is across the page, in points."""
    return (glyph.left + glyph.right) / 2


def start_of(glyph: Glyph) -> float:
    """Tell where the pen stood, or where the ink begins when that is far from it."""
    return glyph.x if glyph.left - _BEARING * glyph.size <= glyph.x <= glyph.right else glyph.left


def _drawn_beside(glyphs: Sequence[Glyph]) -> dict[int, Glyph]:
    """Tell for each mark the letter that its file draws next to it, the right one of two, as shaping does."""
    order = sorted(glyphs, key=lambda glyph: glyph.number)
    beside: dict[int, list[Glyph]] = defaultdict(list)
    for part in (order, order[::-1]):
        letter: Glyph | None = None
        for glyph in part:
            if not mark_of(glyph.text):
                letter = glyph
            elif letter is not None and letter.run == glyph.run:
                beside[glyph.number].append(letter)
    return {number: max(letters, key=middle_of) for number, letters in beside.items()}


def _distance(glyph: Glyph, mark: Glyph) -> float:
    """Tell how far the ink of a letter is from the middle of a mark."""
    middle = middle_of(mark)
    outside = max(glyph.left - middle, middle - glyph.right, 0.0)
    # Only letters bear signs; a digit or a full stop beside one never does.
    foreign = 0.0 if any(map(_bears_marks, glyph.text)) else 10 * glyph.size
    return outside + foreign + abs(middle_of(glyph) - middle) / 1000


def _bears_marks(char: str) -> bool:
    return char == NAMELESS or unicodedata.category(char) in ("Lo", "Lm", "Ll", "Lu")


def _marked(glyph: Glyph, signs: Sequence[tuple[float, str]]) -> str:
    """Give the letters of a glyph, each followed by the signs that stand over its part."""
    letters = re.findall(
        r".[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]*", unicodedata.normalize("NFKC", glyph.text)
    )
    width = max(glyph.right - glyph.left, 1e-6)
    for middle, text in signs:
        share = (glyph.right - middle) / width
        number = min(len(letters) - 1, max(0, int(share * len(letters))))
        letters[number] += text
    return "".join(letters)
