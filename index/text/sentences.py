"""Sentences and clauses of a text, as spans; pure, by rules, for any script.

Lines end sentences; so do . ! ? ؟ … ۔ 。 and their kin, unless they stand in a number, an abbreviation, an
initial, an address, or a short quotation or bracket that goes on. Closing quotation marks and brackets
stay with the sentence that they close. What a rule cannot tell (is "No." an answer or a number?) goes
to the longer sentence: a quote with a sentence too many is still a quote, half a sentence misleads.

    >>> text = "وصل د. أحمد. قال: نعم."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['وصل د. أحمد.', 'قال: نعم.']

Offsets are code points, half open.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from index.text.abbreviations import (
    AFTER_NUMBERS,
    GOING_ON,
    LEXICON,
    MONTHS,
    NEVER_LAST,
    RARELY_LAST,
    STARTERS,
)
from index.text.lexicon import any_of
from index.text.tashkeel import Unvowelled, locate_unvowelled

QUOTED_AT_MOST = 240  # code points; a longer quotation is split like any text
NEAR = 8  # code points before a sign in which its number ends
LONGEST_TOKEN = 40  # code points looked at before a period
DEEPEST = 8  # quotations and brackets open at once

_BREAKS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]+")
_INNER = "\u200b-\u200f\u202a-\u202e\u2066-\u2069"  # invisible: directions and zero widths
_FULL = "。！？｡।॥۔።།။።։⸮"  # end a sentence whatever follows
_RUN = re.compile(rf"[.!?؟…‼⁇⁈⁉{_FULL}]+(?:[{_INNER}]*[.!?؟…{_FULL}]+)*")
_CLOSERS = re.compile(rf"[\"'”’»›\)\]}}」』）】》〉﴾*_{_INNER}]+")
_NOTES = re.compile(r"(?:\[[\d،, -]{1,8}\])+")
_SPACE = re.compile(r"\s+")
_OPENERS = re.compile(rf"[\"'“‘«‹\(\[{{„「『（【《〈﴿¿¡*_–—\-•{_INNER}]*")
_TOKEN = re.compile(r"(?<![^\s\"“”«»\(\)\[\]/،,;؛:])[^\s\"“”«»\(\)\[\]/،,;؛:]+$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ARABIC = r"\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f"
_ARABIC_LETTER = re.compile(rf"[{_ARABIC}]")
_ROMAN = re.compile(r"[IVXLC]{1,6}\Z")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{0,2}\Z")
# "3.", "b.", "٢٫١.", "الفصل 2.1." before the words that they number.
_NUMBERED_PARTS = (
    f"(?:ال)?{any_of(LEXICON.words('numbered', 'ar'))}|{any_of(LEXICON.words('numbered', 'en'))}"
)
_LIST_NUMBER = re.compile(
    rf"[\s\-–•{_INNER}]*(?:(?:{_NUMBERED_PARTS}) )?(?:\d{{1,3}}(?:[.٫\-/]\d{{1,3}}){{0,4}}|[a-zA-Z])$",
    re.IGNORECASE,
)
_LONGEST_NUMBERING = 24  # code points
_NUMBERED = re.compile(r"\d+([^\W\d_]{1,3})\Z")
_INITIAL = re.compile(rf"و[{_ARABIC}]\Z|[لبف][أ]\Z|ل[دم]\Z|بم\Z")  # وأ. سعاد, لد. أحمد

_PAIR = re.compile(r"[\"“”„«»\(\)\[\]「」『』（）【】《》]")
_OPENS = dict(zip("“„«([「『（【《", ("”", "”“", "»", ")", "]", "」", "』", "）", "】", "》"), strict=True))

_CLAUSE_MARK = re.compile(r"[،؛;,:：，；、–—](?=\s)|[，；、：](?=\S)")
_WORD_START = re.compile(r"(?<!\S)\S")
_BETWEEN_CLAUSES = re.compile(r"\s*[،؛;,:：，；、–—]?\s*")
_OPENS_CLAUSE = f"{any_of(LEXICON.words('clause'))}|{any_of(LEXICON.words('reported'))}(?:ت|وا)?"
_CLAUSE_START = re.compile(rf"(?<=\s)(?=(?:{_OPENS_CLAUSE})(?=\s))")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give spans of the sentences of `text`: in order, without overlap, trimmed of white space.

    Every character that is not white space lies in one of them.
    """
    bare = locate_unvowelled(text)
    if bare is None:
        return _sentences(text)
    spans: list[tuple[int, int]] = []
    start = 0
    ends = [_end_with_signs(text, bare, end) for _start, end in _sentences(bare.text)]
    for end in [*ends[:-1], len(text)]:
        _append_trimmed(spans, text, start, end)
        start = end
    return spans


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start, stop = line.span()
        for end in _ends(text, start, stop):
            _append_trimmed(spans, text, start, end)
            start = end
        _append_trimmed(spans, text, start, stop)
    return spans


def _end_with_signs(text: str, bare: Unvowelled, end: int) -> int:
    """Tell where what ends at `end` of the text without signs ends in the original, with the signs on it."""
    return int(bare.places[end]) if end < len(bare.places) else len(text)


def clause_spans(
    text: str, start: int = 0, end: int | None = None, *, min_words: int = 5
) -> list[tuple[int, int]]:
    """Give spans of the clauses of `text[start:end]`, usually one sentence.

    A clause ends at a comma, semicolon, colon or dash, or before a word that opens another ("حيث",
    "while"), never inside quotation marks or brackets; neighbours of fewer than `min_words` words are
    joined. The mark that ends a clause is left out of its span, unless the sentence ends with it.
    """
    stop = len(text) if end is None else end
    piece = text[start:stop]
    bare = locate_unvowelled(piece)
    if bare is None:
        return _clauses(text, start, stop, min_words)
    spans: list[tuple[int, int]] = []
    first = start
    clauses = _clauses(bare.text, 0, len(bare.text), min_words)
    for after in [*(start + _end_with_signs(piece, bare, last) for _first, last in clauses[:-1]), stop]:
        if spans and (between := _BETWEEN_CLAUSES.match(text, first, after)):
            first = between.end()
        _append_trimmed(spans, text, first, after)
        first = after
    return spans


def _clauses(text: str, start: int, stop: int, min_words: int) -> list[tuple[int, int]]:
    shut = _enclosed(text, start, stop)
    cuts = [(mark.start(), mark.end()) for mark in _CLAUSE_MARK.finditer(text, start, stop)]
    cuts += [(mark.start(), mark.start()) for mark in _CLAUSE_START.finditer(text, start, stop)]
    words = _Words(text, start, stop)
    spans: list[tuple[int, int]] = []
    first = start
    for cut, after in sorted(cuts):
        if cut < first or _within(cut, shut):
            continue
        if words.between(first, cut) >= min_words and words.between(after, stop) >= min_words:
            _append_trimmed(spans, text, first, cut)
            first = after
    _append_trimmed(spans, text, first, stop)
    return spans


class _Words:
    """Counts the words of `text[start:stop]` between any two places."""

    def __init__(self, text: str, start: int, stop: int):
        self._text = text
        self._starts = [start + found.start() for found in _WORD_START.finditer(text[start:stop])]

    def between(self, first: int, last: int) -> int:
        before = bisect_left(self._starts, first)
        begun = first < last and not self._text[first].isspace()
        within = begun and first not in self._starts[before : before + 1]
        return bisect_left(self._starts, last) - before + within


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if left := piece.lstrip():
        start = end - len(left)
        spans.append((start, start + len(left.rstrip())))


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Tell where sentences of one line end, but for the last."""
    runs = [run for run in _RUN.finditer(text, start, stop) if run.end() < stop]
    if not runs:
        return
    shut = _enclosed(text, start, stop)
    first = start
    for run in runs:
        if run.start() < first:
            continue
        closing = _within(run.start(), shut)
        after = _after_closers(text, run.end(), stop)
        if closing is not None and after <= closing:
            continue
        if after < stop and _is_end(text, first, run.start(), run.end(), after, stop):
            yield after
            first = after


def _after_closers(text: str, position: int, stop: int) -> int:
    """Give the place after closing marks, and after note numbers as in "word.[3]"."""
    for pattern in (_CLOSERS, _NOTES, _CLOSERS):
        if closers := pattern.match(text, position, stop):
            position = closers.end()
    return position


def _is_end(text: str, first: int, mark: int, mark_end: int, after: int, stop: int) -> bool:
    """Tell whether the mark at `mark` ends the sentence that began at `first`.

    `after` follows its closers.
    """
    sign = text[mark:mark_end]
    spaces = _SPACE.match(text, after, stop)
    position = spaces.end() if spaces else after
    if position >= stop:
        return False  # the line ends the sentence anyhow
    if openers := _OPENERS.match(text, position, stop):
        position = openers.end()
    following = text[position : position + 1]
    if any(each in _FULL for each in sign):
        return after == mark_end or following not in tuple("とって、,")  # "「…。」と言った" goes on
    if not spaces:
        return _ends_without_space(text, first, mark, sign, after, following)
    if following in tuple("،,;؛:)]}»"):
        return False
    if _is_small(following) and not _ARABIC_LETTER.match(text[mark - 1 : mark]):
        return False
    if "…" in sign or ".." in sign:
        return mark > first and not text[mark - 1].isspace() and "[" not in text[max(first, mark - 1) : mark]
    if sign != ".":
        # A question inside quotation marks is often a title or a name, and the sentence goes on.
        return after == mark_end or following.isupper() or mark - first > 60
    return _period_ends(text, first, mark, position, stop)


def _is_small(letter: str) -> bool:
    """Give a small letter of a script in which sentences begin with a capital."""
    return letter < "\u0590" and letter.islower()


def _ends_without_space(text: str, first: int, mark: int, sign: str, after: int, following: str) -> bool:
    """Tell whether a space was left out, as in `كلمة.وكلمة`; not in `3.5`, `ق.م`, `www.example.com`."""
    if after != mark + len(sign) or not _ARABIC_LETTER.match(following):
        return False
    token = _token_before(text, first, mark)
    return len(token) > 2 and "." not in token and bool(_ARABIC_LETTER.match(text[mark - 1]))


def _token_before(text: str, first: int, mark: int) -> str:
    token = _TOKEN.search(text[max(first, mark - LONGEST_TOKEN) : mark])
    return token.group() if token else ""


def _period_ends(text: str, first: int, mark: int, position: int, stop: int) -> bool:
    """Tell whether one period, with a space after it, ends a sentence.

    `position` is where the next word begins.
    """
    token = _token_before(text, first, mark)
    word = _WORD.match(text, position, stop)
    following = word.group() if word else ""
    if mark - first < _LONGEST_NUMBERING and _LIST_NUMBER.match(text, first, mark):
        return False
    low = token.lower()
    if low in NEVER_LAST or _INITIAL.match(token):
        return False
    sign = _sign_of_number(text, first, mark, token)
    if sign is not None and _goes_on(following, text, mark + 1, position):
        return False
    if sign is not None and sign != token:
        return True
    if sign is not None and following.startswith("و"):
        return following in STARTERS  # "توفي سنة 1950 م. ودفن في القاهرة."
    if low in RARELY_LAST or _ACRONYM.match(token) or _ROMAN.match(token):
        return following.lower() in STARTERS
    if token.isdigit():
        return not (len(token) <= 2 and following.lower() in MONTHS)
    if len(token) == 1 and token.isalpha():
        return _single_letter_ends(text, first, mark, token, following)
    return True


def _sign_of_number(text: str, first: int, mark: int, token: str) -> str | None:
    """Give the sign of a calendar or a unit before the mark, `هـ` of `1320 هـ` and of `1320هـ`."""
    if written := _NUMBERED.match(token):
        return written[1] if written[1] in AFTER_NUMBERS else None
    before = text[max(first, mark - len(token) - NEAR) : mark - len(token)].rstrip()[-1:]
    return token if token in AFTER_NUMBERS and before.isdigit() else None


def _goes_on(following: str, text: str, after: int, position: int) -> bool:
    """Tell whether what follows the sign of a number, which ends at `after`, is of the same sentence.

    `following` is the word at `position`, behind dashes and quotation marks.
    """
    if following.lower() in GOING_ON:
        return True
    if len(following) == 1 and text[position + 1 : position + 2] == ".":
        return True  # ه. ش.
    ranged = not text[after:position].isspace()
    return ranged and text[position : position + 2].strip()[:1].isdigit()  # 1320 هـ. - 1390 هـ.


def _single_letter_ends(text: str, first: int, mark: int, token: str, following: str) -> bool:
    """Tell whether a period after one letter ends a sentence: `J. K. Rowling` and `د. أحمد` go on.

    `2020 م. وقال` and `vitamin C. The` do not.
    """
    if _ARABIC_LETTER.match(token):
        return text[max(first, mark - LONGEST_TOKEN) : mark - 1].rstrip()[-1:].isdigit()
    return following.lower() in STARTERS


def _enclosed(text: str, start: int, stop: int) -> list[tuple[int, int]]:
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


def _within(position: int, pairs: list[tuple[int, int]]) -> int | None:
    """Tell where the pair around `position` closes; None when there is none."""
    before = bisect_left(pairs, (position,)) - 1
    return pairs[before][1] if before >= 0 and pairs[before][1] > position else None
