"""Puts a vowel sign on every letter of plain Arabic text, or stretches the strokes of its words."""

from __future__ import annotations

import random as random_numbers
import re

_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیہھےٹڈڑں"
_JOINING = "بتثجحخسشصضطظعغفقكلمنهيئ"
_VOWELS = ("\u064e", "\u064f", "\u0650", "\u0652", "\u0651\u064e", "\u064f\u0651", "\u064b", "\u064d")
_LETTER = re.compile(f"[{_LETTERS}]")
_JOINED = re.compile(f"(?<=[{_JOINING}])(?=[{_LETTERS}])")


def vowelled(text: str, *, random: random_numbers.Random | None = None) -> str:
    """`text` with a vowel sign on every Arabic letter; what it reads as stays the same."""
    chance = random or random_numbers.Random(len(text))
    return _LETTER.sub(lambda letter: letter[0] + chance.choice(_VOWELS), text)


def stretched(text: str, *, random: random_numbers.Random | None = None) -> str:
    """`text` with tatweel in the joints of its words."""
    chance = random or random_numbers.Random(len(text))
    return _JOINED.sub(lambda _joint: "ـ" * chance.randrange(3), text)
