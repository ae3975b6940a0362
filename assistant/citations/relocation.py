"""A quote located again in an article that was changed since: its words letter by letter, or nothing.

A link names a quote by the span that it had, by its words and by what stood beside them, as the
TextQuoteSelector of W3C's Web Annotation does. What is marked is those words and nothing else, so an edit can
lose a quote but never make it another one. `nearest` says where to look for what became of it: a hint.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from assistant.citations.context import standing, words_of
from assistant.citations.location import at_word_boundaries, folded
from index.text.sentences import sentences_over

BESIDE = 32  # code points at each side of a quote that a selector keeps, as annotation tools do
LONGEST_NAMED = 240  # code points of a quote that a link spells out; of a longer one its digest says the rest
LONGEST_SOUGHT = 100_000  # code points of a quote: an answer's text has no more
DIGEST_LETTERS = 32  # hexadecimal, 128 bits: nobody finds other words with the same
MOST_COPIES = 50  # of the words before the old place, and as many after, that are weighed
NEIGHBOURS = 2  # least words at each side by which a place is known
LONGEST_BETWEEN = 4  # times the length of a quote that what stands in its place may have
LIKE = 0.5  # least share of a quote's words that a stretch must have to be the nearest
LONGEST_HASHED = 1000  # code points of a quote that is looked for by its hash alone: answers quote no more
LOOKED_AROUND = 200_000  # code points at each side of its old place
MOST_STARTS = 10_000  # words that it may begin with, the nearest ones: some hundredths of a second
_FNV_BASIS, _FNV_PRIME = 0x811C9DC5, 0x01000193  # of FNV-1a with 32 bits
_BEGINNING = re.compile(r"(?<!\w)\S")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")  # as `words_of` takes them


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Sentences that have the share `shared` of some words, at `start` to `end` of their article."""

    shared: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A quote as a link names it: the span that it had, in code points, and its words.

    `exact` is the whole quote, or its beginning where `digest` is that of the whole.
    """

    start: int
    end: int
    exact: str
    digest: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def length(self) -> int:
        """Count the code points of the quote."""
        return self.end - self.start if self.digest else len(self.exact)

    def stands_at(self, start: int, text: str) -> bool:
        """Tell whether `text` has the words of the quote, letter by letter, from `start` on."""
        if not self.exact or not text.startswith(self.exact, start):
            return False
        if not self.digest:
            return True
        return self.length <= LONGEST_SOUGHT and digest_of(text[start : start + self.length]) == self.digest


def beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Give what stands before and after `text[start:end]`, for a selector."""
    return text[max(0, start - BESIDE) : start], text[end : end + BESIDE]


def digest_of(quote: str) -> str:
    """Give a digest by which a link knows a long quote again."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LETTERS]


def named(quote: str) -> tuple[str, str]:
    """Give (`exact`, `digest`) of a quote for a link: the digest is empty where the words are all there."""
    if len(quote) <= LONGEST_NAMED:
        return quote, ""
    return quote[:LONGEST_NAMED], digest_of(quote)


def relocate(sought: Sought, text: str) -> tuple[int, int] | None:
    """Find where `text` says the quote, letter by letter; None where it does not, or says it denied.

    Where the words stand more than once, the copy among the same neighbours is taken, then the one nearest to
    the old place. A copy that a negation, a condition or a denial now turns is none.
    """
    spans = [(at, at + sought.length) for at in _copies(sought, text) if sought.stands_at(at, text)]
    standing_well = [span for span in spans if _stands(sought, text, span)]
    if not standing_well:
        return None
    return max(standing_well, key=lambda span: (_likeness(sought, text, span), -abs(span[0] - sought.start)))


def short_hash(quote: str) -> str:
    """Give the eight hexadecimal digits by which the address of a shared answer knows a quote.

    FNV-1a over UTF-16, as the page computes it too (`assistant/ui/static/js/sharing.js`).
    """
    hash_ = _FNV_BASIS
    for (unit,) in struct.iter_unpack("<H", quote.encode("utf-16-le", "surrogatepass")):
        hash_ = (hash_ ^ unit) * _FNV_PRIME & 0xFFFFFFFF
    return f"{hash_:08x}"


def relocate_hashed(start: int, end: int, hash_: str, text: str) -> tuple[int, int] | None:
    """Find where `text` says the quote with this `short_hash` that stood at `start` to `end`.

    The nearest place is given; None where there is none, where its sentence turns it, or where it is long.
    """
    length = end - start
    if not 0 < length <= LONGEST_HASHED:
        return None
    beginnings = [
        match.start()
        for match in _BEGINNING.finditer(text, max(0, start - LOOKED_AROUND), end + LOOKED_AROUND)
        if match.start() + length <= len(text)
    ]
    beginnings.sort(key=lambda beginning: abs(beginning - start))
    hashes = _short_hashes(text, np.array(beginnings[:MOST_STARTS], np.int64), length)
    for number in np.flatnonzero(hashes == int(hash_, 16)).tolist():
        span = beginnings[number], beginnings[number] + length
        if at_word_boundaries(text, *span) and standing(text, *span).kind != "context":
            return span
    return None


def _short_hashes(text: str, starts: np.ndarray, length: int) -> np.ndarray:
    """Hash the `length` code points from each start, as `short_hash` does; uint32 (starts,)."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    hashes = np.full(len(starts), _FNV_BASIS, np.uint32)
    prime = np.uint32(_FNV_PRIME)
    for step in range(length):
        code = codes[starts + step]
        pairs = code > 0xFFFF  # two units of UTF-16
        high = np.where(pairs, 0xD800 + (code - 0x10000 >> 10), code)
        hashes = (hashes ^ high) * prime
        if pairs.any():
            hashes = np.where(pairs, (hashes ^ (0xDC00 + (code & 0x3FF))) * prime, hashes)
    return hashes


def nearest(sought: Sought, text: str) -> tuple[int, int] | None:
    """Find what became of a quote that is gone: the sentences between its neighbours, where both are there.

    Otherwise those that have most of its words, and at least half; None where none have.
    """
    between = _between_neighbours(sought, text)
    if between is not None:
        return between
    resemblance = resembling(words_of(sought.exact), text)
    return None if resemblance is None else (resemblance.start, resemblance.end)


def resembling(words: Sequence[str], text: str) -> Resemblance | None:
    """Find the sentences of `text` with most of `words`, folded ones; None where none have half of them."""
    wanted = Counter(words)
    source = folded(text)
    matches = list(_WORD.finditer(source.text))
    shared, best, last = 0, 0, -1
    seen: Counter[str] = Counter()
    for position, match in enumerate(matches):
        seen[match[0]] += 1
        shared += seen[match[0]] <= wanted[match[0]]
        if position >= len(words):
            left = matches[position - len(words)][0]
            shared -= seen[left] <= wanted[left]
            seen[left] -= 1
        if shared > best:
            best, last = shared, position
    if not words or best < LIKE * len(words):
        return None
    first = matches[max(0, last - len(words) + 1)].start()
    return Resemblance(best / len(words), *_sentences_over(text, *source.span(first, matches[last].end())))


def _copies(sought: Sought, text: str) -> list[int]:
    """Give places where the words may stand: the old one, and the nearest before and after it."""
    if not sought.exact:
        return []
    before: list[int] = []
    after: list[int] = []
    at = text.rfind(sought.exact, 0, min(len(text), sought.start + len(sought.exact)))
    while at >= 0 and len(before) < MOST_COPIES:
        before.append(at)
        at = text.rfind(sought.exact, 0, at + len(sought.exact) - 1)
    at = text.find(sought.exact, sought.start + 1)
    while at >= 0 and len(after) < MOST_COPIES:
        after.append(at)
        at = text.find(sought.exact, at + 1)
    return [*before, *after]


def _stands(sought: Sought, text: str, span: tuple[int, int]) -> bool:
    """Tell whether a copy is not part of longer words, nor turned by its sentence, unless it always was."""
    if beside(text, *span) == (sought.prefix, sought.suffix):
        return True
    once = sought.prefix + sought.exact + sought.suffix
    was = len(sought.prefix), len(sought.prefix) + len(sought.exact)
    if not at_word_boundaries(text, *span) and at_word_boundaries(once, *was):
        return False
    return standing(text, *span).kind != "context" or standing(once, *was).kind == "context"


def _likeness(sought: Sought, text: str, span: tuple[int, int]) -> int:
    """Count the letters beside a copy that are those of the selector, from the quote outwards."""
    before, after = text[max(0, span[0] - BESIDE) : span[0]], text[span[1] : span[1] + BESIDE]
    pairs = (
        zip(reversed(sought.prefix), reversed(before), strict=False),
        zip(sought.suffix, after, strict=False),
    )
    return sum(len(list(takewhile(lambda pair: pair[0] == pair[1], side))) for side in pairs)


def _between_neighbours(sought: Sought, text: str) -> tuple[int, int] | None:
    """Find the sentences between the words that stood before the quote and those that stood after it."""
    if len(sought.prefix.split()) < NEIGHBOURS or len(sought.suffix.split()) < NEIGHBOURS:
        return None
    before = text.find(sought.prefix)
    start = before + len(sought.prefix)
    end = text.find(sought.suffix, start) if before >= 0 else -1
    if not start < end <= start + LONGEST_BETWEEN * sought.length:
        return None
    while start < end and text[start].isspace():
        start += 1
    return _sentences_over(text, start, end) if start < end else None


def _sentences_over(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the span of the sentences that `start` to `end` lies in."""
    near = sentences_over(text, start, end)
    return (near[0][0], near[-1][1]) if near else (start, end)
