"""Whether a span stands on its own: whole sentences, or a clause whose sentence takes nothing back.

A quote can be exact and still lie: `the plan works` out of `Nobody believes the plan works`. So a span
must be one of

- whole sentences;
- the beginning of a sentence up to a comma or semicolon, or a piece after a semicolon, of at least
  `CLAUSE_WORDS` words, where nothing that is left out of the sentence denies, restricts or turns.

Anything else is cut. Which words turn is a list (`assistant.citations.polarity`), deliberately long: a good
clause refused costs a longer quote, a bad one accepted costs the reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.citations.polarity import SUBORDINATING, is_turning
from index.text.folding import fold
from index.text.sentences import sentences_over

CLAUSE_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DIGIT_AFTER = re.compile(r"[,،]?\d")
_CLAUSE_ENDS = frozenset(",،;؛")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a span stands in its sentences, and the span of those sentences, `start` to `end`.

    `cut` has lost harmless words, `context` has lost words that may turn its meaning.
    """

    kind: Literal["whole", "clause", "cut", "context"]
    start: int
    end: int
    sentences: int


def words_of(text: str) -> list[str]:
    """Give the folded words of `text`; an inner apostrophe belongs to its word."""
    return _WORD.findall(fold(text).text)


def standing(text: str, start: int, end: int) -> Standing:
    """Tell how `text[start:end]` stands among the sentences of `text`."""
    touched = [
        span for span in sentences_over(text, start, end) if _has_words(text, *_overlap(span, (start, end)))
    ]
    if not touched:
        return Standing("cut", start, end, 0)
    first, last = min(start, touched[0][0]), max(end, touched[-1][1])
    before, after = text[first:start], text[end:last]
    if not _WORD.search(before) and not _WORD.search(after):
        return Standing("whole", first, last, len(touched))
    if any(map(is_turning, [*words_of(before), *words_of(after)])):
        return Standing("context", first, last, len(touched))
    is_clause = _begins_well(text, start, before) and _ends_well(text, start, end, after, touched)
    return Standing("clause" if is_clause else "cut", first, last, len(touched))


def is_cut(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Tell whether words of its sentences are left out before `text[start:end]`, and after it."""
    stands = standing(text, start, end)
    before, after = text[stands.start : start], text[end : stands.end]
    return _WORD.search(before) is not None, _WORD.search(after) is not None


def _begins_well(text: str, start: int, before: str) -> bool:
    """Tell whether a sentence begins, or a clause after a semicolon (an Arabic one that says `and`)."""
    if not _WORD.search(before):
        return True
    sign = before.rstrip()[-1:]
    return sign == ";" or sign == "؛" and text[start] == "و"


def _ends_well(text: str, start: int, end: int, after: str, touched: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the span ends at a sentence's or a clause's end, and its last clause says something."""
    clause = text[max(start, touched[-1][0]) : end]
    words = words_of(clause)
    if len(words) < CLAUSE_WORDS:
        return False
    if not _WORD.search(after):
        return True
    inner = clause.rstrip().rstrip("".join(_CLAUSE_ENDS))
    leans = words[0].lower() in SUBORDINATING and not any(mark in inner for mark in _CLAUSE_ENDS)
    edge = inner != clause.rstrip() or after.lstrip(" \t\u00a0\"'”»’)")[:1] in _CLAUSE_ENDS
    return edge and not leans and not _splits_number(inner, after)


def _splits_number(inner: str, after: str) -> bool:
    """Tell whether the comma at the edge stands inside a number, as in 1,200."""
    return inner[-1:].isdigit() and _DIGIT_AFTER.match(after) is not None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])


def _has_words(text: str, start: int, end: int) -> bool:
    return start < end and _WORD.search(text, start, end) is not None
