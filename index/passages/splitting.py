"""Passages: sentence-aware slices of an article, the unit that is indexed and found.

The cuts of an article are chosen together, for the least sum of costs (dynamic programming, as Knuth and
Plass break lines): passages of `min_words` to `max_words` words cost nothing, short or long ones cost what
they lack or exceed, a cut inside a paragraph costs a little, a cut after a heading or inside a sentence much.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.text.sentences import clause_spans, sentence_spans
from index.text.tashkeel import letters

if TYPE_CHECKING:
    from index.articles.article import Article

MAX_WORDS = 120  # of a passage; the encoder reads about as many
MIN_WORDS = 60
LETTERS_PER_WORD = 12  # text without spaces counts as a word for every so many code points
IDEOGRAPHS_PER_WORD = 2  # Chinese and Japanese words have about two
SLACK = 1.25  # a passage may exceed `max_words` so far, to save a short tail
HEADING_WORDS = 14  # at most, of a line that is a heading

# Costs, in passages of half the least size: such a passage costs 1.
_PER_PASSAGE = 0.2  # keeps passages from being shorter than they need to be
_INSIDE_PARAGRAPH = 0.3
_INSIDE_SENTENCE = 2.0
_AFTER_HEADING = 6.0

_IDEOGRAPH = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\U00020000-\U0003ffff]"
)
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of them are one flag
_SENTENCE_END = re.compile(r"(?<!\W)(?>\W*?[.!?؟…۔。！？।:،؛,;])\W*\Z")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: `article.text[start:end] == text`, offsets in code points.

    `passage_id` is `article_id#start-end`.
    """

    passage_id: str
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence, or a piece of one that is too long."""

    start: int
    end: int
    words: float
    cost: float  # of a passage that ends here


def split_article(
    article: Article, *, max_words: int = MAX_WORDS, min_words: int = MIN_WORDS
) -> list[Passage]:
    """Give the passages of `article`, in order; none when its text is blank.

    A sentence of up to `max_words` words is never cut, and every character that is not white space lies in
    exactly one passage. Raises ValueError unless 0 < min_words <= max_words.
    """
    if not 0 < min_words <= max_words:
        raise ValueError(
            f"min_words {min_words} and max_words {max_words} make no passages;"
            " give 0 < min_words <= max_words"
        )
    units = _units(article.text, max_words)
    passages = []
    for first, last in _cuts(units, max_words, min_words):
        start, end = units[first].start, units[last - 1].end
        passage_id = f"{article.article_id}#{start}-{end}"
        passages.append(Passage(passage_id, article.article_id, start, end, article.text[start:end]))
    return passages


def count_words(text: str) -> float:
    """Give words of `text`; writing without spaces counts by its length."""
    spaced = float(len(text.split()))
    if not text.isascii() and (ideographs := len(_IDEOGRAPH.findall(text))):
        spaced += ideographs / IDEOGRAPHS_PER_WORD
    return max(spaced, letters(text) / LETTERS_PER_WORD)


def _units(text: str, max_words: int) -> list[_Unit]:
    spans = sentence_spans(text)
    units = []
    for number, (start, end) in enumerate(spans):
        words = count_words(text[start:end])
        gap = text[end : spans[number + 1][0]] if number + 1 < len(spans) else ""
        after = _cost_after(text[start:end], words, gap, starts_line=_starts_line(text, start))
        if words <= max_words:
            units.append(_Unit(start, end, words, after))
            continue
        pieces = _pieces(text, start, end, max_words)
        for piece in pieces:
            cost = after if piece is pieces[-1] else _INSIDE_SENTENCE
            units.append(_Unit(*piece, count_words(text[slice(*piece)]), cost))
    return units


def _starts_line(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\u00a0") if start < 80 else text[start - 80 : start].rstrip(" \t\u00a0")
    return not before or before[-1] in "\n\r\u2028\u2029"


def _cost_after(sentence: str, words: float, gap: str, *, starts_line: bool) -> float:
    """Give what a cut after `sentence` costs; `gap` is the white space that follows."""
    breaks = gap.count("\n") or gap.count("\r") or gap.count("\u2029")
    if gap and not breaks:
        return _INSIDE_PARAGRAPH
    # A short line of its own without a sentence's end is a heading, or a list item.
    is_heading = gap and starts_line and words <= HEADING_WORDS and not _SENTENCE_END.search(sentence)
    return _AFTER_HEADING if is_heading else 0.0


def _cuts(units: list[_Unit], max_words: int, min_words: int) -> list[tuple[int, int]]:
    """Give (first, last) unit numbers, half open, of the cheapest passages."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost of the first n units, and where the last passage begins
    for last in range(1, len(units) + 1):
        words, choice = 0.0, (float("inf"), last - 1)
        for first in range(last - 1, -1, -1):
            words += units[first].words
            if words > max_words * SLACK and first < last - 1:
                break
            cost = best[first][0] + _PER_PASSAGE + _cost_of(words, max_words, min_words)
            choice = min(choice, (cost, first))
        end_cost = units[last - 1].cost if last < len(units) else 0.0
        best.append((choice[0] + end_cost, choice[1]))
    cuts, last = [], len(units)
    while last:
        first = best[last][1]
        cuts.append((first, last))
        last = first
    return cuts[::-1]


def _cost_of(words: float, max_words: int, min_words: int) -> float:
    if words < min_words:
        return 2 * (min_words - words) / min_words
    return 4 * max(0.0, words - max_words) / max_words


def _pieces(text: str, start: int, end: int, max_words: int) -> list[tuple[int, int]]:
    """Give a sentence that is too long, cut at its clauses, else between words, else between letters."""
    pieces: list[tuple[int, int]] = []
    clauses = [clause[0] for clause in clause_spans(text, start, end)][1:]
    for stop in [*clauses, end]:
        clause = (start, start + len(text[start:stop].rstrip()))
        if count_words(text[slice(*clause)]) <= max_words:
            pieces.append(clause)
        else:
            pieces.extend(_cut_between_words(text, *clause, max_words))
        start = stop
    return pieces


def _cut_between_words(text: str, start: int, end: int, max_words: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    first: int | None = None
    last, words = start, 0.0
    for word in _WORD.finditer(text[start:end]):
        for piece_start, piece_end in _cut_hard(text, start + word.start(), start + word.end(), max_words):
            weight = count_words(text[piece_start:piece_end]) + 1 / LETTERS_PER_WORD
            if first is not None and words + weight > max_words:
                pieces.append((first, last))
                first, words = None, 0.0
            first, last, words = piece_start if first is None else first, piece_end, words + weight
    if first is not None:
        pieces.append((first, last))
    return pieces


def _cut_hard(text: str, start: int, end: int, max_words: int) -> list[tuple[int, int]]:
    """Give one unbroken run, cut where a reader sees a boundary between letters."""
    dense = _IDEOGRAPH.search(text, start, end)
    length = max(1, (IDEOGRAPHS_PER_WORD if dense else LETTERS_PER_WORD) * max_words)
    pieces = []
    while end - start > length:
        cut = _letter_boundary(text, start, start + length)
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _letter_boundary(text: str, start: int, cut: int) -> int:
    """Give the last place up to `cut` that parts no letter from its marks; `cut` where there is none near."""
    for position in range(cut, max(start, cut - 64), -1):
        if position >= len(text) or not _joined(text, position):
            return position
    return cut


def _joined(text: str, position: int) -> bool:
    """Tell whether the characters on both sides of `position` are one to a reader."""
    before, after = text[position - 1], text[position]
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones, flags of regions
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    if "\U0001f1e6" <= after <= "\U0001f1ff":
        flags = text[max(0, position - 64) : position]
        return (len(flags) - len(flags.rstrip(_FLAG_LETTERS))) % 2 == 1
    return False
