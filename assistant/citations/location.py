"""Locating a claimed quote in its article: exact on folded text, at word boundaries, standing on its own.

Literal text is tried first, then text folded by `index.text.folding.fold`, whose map leads back to the
article. What comes back is a span of the article; the quote to show is that slice and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from assistant.citations.context import Standing, standing, words_of
from assistant.citations.diagnosis import diagnose
from assistant.citations.reasons import Reason
from index.text.folding import (
    BIDI_CONTROLS,
    DOUBLE_QUOTATION_MARKS,
    SINGLE_QUOTATION_MARKS,
    TATWEEL,
    ZERO_WIDTH,
    Folded,
    fold,
)

QUOTE_WORDS = 2  # least words of a whole sentence that may be quoted
FRAGMENT_WORDS = 3  # least words by which a sentence may be pointed at (`widen`)
EDGE = 40  # code points beside a span in which its quotation marks and brackets are looked for
MOST_PLACES = 100  # of a claim in one text: what occurs more often is no quote of anything
LONGEST_CLAIM = 4_000  # code points; a reply is bounded, a quote in it is far shorter
_EDGE = re.compile(r"^[\s,;:.!?\-]+|(?<![\s,;:.!?\-])[\s,;:.!?\-]+$")
_UNSEEN = BIDI_CONTROLS | ZERO_WIDTH
_EITHER_END = DOUBLE_QUOTATION_MARKS | SINGLE_QUOTATION_MARKS | _UNSEEN
_OPENING = _EITHER_END | frozenset("([")
_CLOSING = _EITHER_END | frozenset(")]")
_ASKING = frozenset("?؟")
_FULL_STOPS = _ASKING | frozenset(".!…۔")


@dataclass(frozen=True, slots=True)
class Located:
    """A span of the article, in code points; `widened` when it is more than what was claimed."""

    start: int
    end: int
    widened: bool = False


@dataclass(frozen=True, slots=True)
class NotLocated:
    """Why a claimed quote was rejected; `reasons.explain` words it."""

    reason: Reason


def locate(
    quote: str, text: str, *, within: tuple[int, int] | None = None, widen: bool = False
) -> Located | NotLocated:
    """Find where the article's `text` says `quote`, or why it does not.

    `within` is the span of the cited passage: where the words occur more than once, there first. A piece
    cut out of a sentence is rejected; with `widen` it points at its whole sentence instead, unless what
    was left out denies, restricts or turns what was kept.
    """
    if len(quote) > LONGEST_CLAIM:
        return NotLocated("not_in_article")
    claimed = fold(quote)
    words = words_of(quote)
    if not words:
        return NotLocated("empty")
    if len(words) < QUOTE_WORDS:
        return NotLocated("too_short")
    spans = list(_occurrences(quote.strip(), claimed.text, text, within or (0, len(text))))
    if not spans:
        return NotLocated(diagnose(claimed.text, folded(text).text))
    if within is not None:
        inside = [span for span in spans if within[0] <= span[0] and span[1] <= within[1]]
        spans = inside or spans
    judged = [(span, standing(text, *span)) for span in spans]
    for kind in ("whole", "clause"):
        for span, stands in judged:
            if stands.kind == kind:
                return Located(*span)
    return _widened(judged, len(words)) if widen else NotLocated(_worst(judged))


def occurrences(quote: str, text: str) -> list[tuple[int, int]]:
    """Give the spans where `text` says the words of `quote`, however they stand in their sentences."""
    if len(quote) > LONGEST_CLAIM or not words_of(quote):
        return []
    return list(_occurrences(quote.strip(), fold(quote).text, text, (0, len(text))))


def _widened(judged: list[tuple[tuple[int, int], Standing]], words: int) -> Located | NotLocated:
    if words < FRAGMENT_WORDS:
        return NotLocated("too_short")
    if any(stands.kind == "context" for _, stands in judged):
        return NotLocated("context")
    sentences = {(stands.start, stands.end) for _, stands in judged}
    if len(sentences) > 1:
        return NotLocated("ambiguous")
    return Located(*sentences.pop(), widened=True)


def _worst(judged: list[tuple[tuple[int, int], Standing]]) -> Reason:
    return "context" if any(stands.kind == "context" for _, stands in judged) else "cut"


@lru_cache(maxsize=64)
def folded(text: str) -> Folded:
    """Fold a text, kept for the few articles that one answer looks into again and again."""
    return fold(text)


def _occurrences(quote: str, claimed: str, text: str, within: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Find the spans of `text` that say the claim, those `within` first; literal ones alone if any."""
    literal = _nearest(
        [span for span in _occurrences_of(quote, text) if at_word_boundaries(text, *span)], within
    )
    if literal:
        yield from ((start, end + (text[end : end + 1] in _ASKING)) for start, end in literal)
        return
    source = folded(text)
    core = _EDGE.sub("", claimed)
    for wanted in dict.fromkeys((claimed, _other_case(claimed), core, _other_case(core))):
        spans = []
        for first, last in _occurrences_of(wanted, source.text):
            start, end = _with_edges(quote, text, *source.span(first, last))
            if at_word_boundaries(text, start, end) and _same_end(quote, text, end):
                spans.append((start, end))
        # The map may lead to a source character that folds to more than was matched: look again.
        spans = [
            span
            for span in _nearest(spans, within)
            if _EDGE.sub("", fold(text[slice(*span)]).text) == _EDGE.sub("", wanted)
        ]
        if spans:
            yield from spans
            return


def _nearest(spans: list[tuple[int, int]], within: tuple[int, int]) -> list[tuple[int, int]]:
    """Give at most MOST_PLACES of the spans, in order, those inside `within` before the others."""
    inside = [span for span in spans if within[0] <= span[0] and span[1] <= within[1]]
    return [*inside, *(span for span in spans[:MOST_PLACES] if span not in inside[:MOST_PLACES])][
        :MOST_PLACES
    ]


def _occurrences_of(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    position = text.find(wanted) if wanted else -1
    while position >= 0:
        yield position, position + len(wanted)
        position = text.find(wanted, position + 1)


def _other_case(text: str) -> str:
    """Give `text` with its first letter in the other case: a quote may begin a sentence of its own."""
    return text[:1].swapcase() + text[1:] if len(text[:1].swapcase()) == 1 else text


def _with_edges(quote: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span by the full stop after it and the quotation marks and brackets that the claim has."""
    start -= _edge(quote, text[max(0, start - EDGE) : start][::-1], _OPENING)
    end += _full_stop(text, end)
    end += _edge(quote[::-1], text[end : end + EDGE], _CLOSING)
    return start, end + _full_stop(text, end)


def _full_stop(text: str, end: int) -> int:
    return int(text[end - 1] not in _FULL_STOPS and text[end : end + 1] in _FULL_STOPS)


def _edge(quote: str, beside: str, signs: frozenset[str]) -> int:
    """Count the characters beside a span to take in: of each sort as many signs as the claim begins with."""
    claimed = list(takewhile(lambda character: character in signs or character.isspace(), quote))
    unseen = sum(character in _UNSEEN for character in claimed)
    seen = sum(not character.isspace() for character in claimed) - unseen
    taken = 0
    for position, character in enumerate(beside, start=1):
        if character in _UNSEEN and unseen:
            taken, unseen = position, unseen - 1
        elif character in signs and character not in _UNSEEN and seen:
            taken, seen = position, seen - 1
        elif not character.isspace():
            break
    return taken


def _same_end(quote: str, text: str, end: int) -> bool:
    """Tell whether both ask or both state; a claim without an end mark does either."""
    claimed = {mark for mark in quote.rstrip("".join(_CLOSING) + " ")[-2:] if mark in _FULL_STOPS}
    if not claimed:
        return True
    asked = bool(set(text[max(0, end - 2) : end]) & _ASKING)
    return bool(claimed & _ASKING) == asked


def at_word_boundaries(text: str, start: int, end: int) -> bool:
    """Tell whether the span cuts no word and no number."""
    return not _joins(text, start) and not _joins(text, end)


def _joins(text: str, at: int) -> bool:
    """Tell whether the characters before and after `at` belong to one word or number."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if unicodedata.combining(right) or right == TATWEEL and left.isalpha():
        return True
    if left.isalnum() and right.isalnum():
        return True
    if right.isdigit():
        return left in "+-−$€£¥" or left in ".,٫٬" and text[max(0, at - 2)].isdigit()
    if left.isdigit():
        return right in "%٪°" or right in ".,٫٬" and text[at + 1 : at + 2].isdigit()
    return False
