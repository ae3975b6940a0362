"""Stops: whether a mark that may end a sentence does.

It does not in a number, an abbreviation, an initial or an address. What a rule cannot tell (is "No." an
answer or a number?) goes to the longer sentence.
"""

from __future__ import annotations

import re

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

NEAR = 8  # code points before a sign in which its number ends
LONGEST_TOKEN = 40  # code points looked at before a period

_INNER = "\u200b-\u200f\u202a-\u202e\u2066-\u2069"  # invisible: directions and zero widths
_FULL = "。！？｡।॥۔።།။።։⸮"  # end a sentence whatever follows
MARKS = re.compile(rf"[.!?؟…‼⁇⁈⁉{_FULL}]+(?:[{_INNER}]*[.!?؟…{_FULL}]+)*")
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


def after_closers(text: str, position: int, stop: int) -> int:
    """Give the place after closing marks, and after note numbers as in "word.[3]"."""
    for pattern in (_CLOSERS, _NOTES, _CLOSERS):
        if closers := pattern.match(text, position, stop):
            position = closers.end()
    return position


def is_end(text: str, first: int, mark: int, mark_end: int, after: int, stop: int) -> bool:
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
    """Tell a small letter of a script in which sentences begin with a capital."""
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
