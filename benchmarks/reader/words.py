"""Answers compared by their words, as the sets' own scorers do."""

from __future__ import annotations

import re
from collections import Counter

from index.text.folding import fold

_MARKS = re.compile(r"[^\w\s]")
_ARTICLE = re.compile(r"\b(?:ال|the |a |an )")


def plain(text: str) -> str:
    """Give the folded words of an answer, without marks and articles."""
    return " ".join(_ARTICLE.sub("", _MARKS.sub(" ", fold(text).text)).split())


def overlap(one: str, other: str) -> float:
    """Give the F1 of the words of two answers, 0 to 1."""
    words, gold = plain(one).split(), plain(other).split()
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold)) if shared else 0.0
