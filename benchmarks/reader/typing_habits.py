"""Questions as people type them: marks and letters left out, the question mark forgotten, dialect words."""

from __future__ import annotations

import random
import re
import unicodedata

CHANGED = 0.5  # of the questions
_MARKS = re.compile(r"[\u064b-\u0652\u0670\u0640]")
_ENDING = re.compile(r"\s*[?؟？!.]+\s*$")
_HARAKAT = "\u064e\u064f\u0650\u0652"
_LETTERS = {
    "hamza": str.maketrans("أإآؤئ", "اااوي"),
    "ta": str.maketrans("ة", "ه"),
    "ya": str.maketrans("ى", "ي"),
    "kaf": str.maketrans("یک", "يك"),
}
# What asks in Arabic, and how it is said in the Gulf, in Egypt, in the Levant and in the Maghreb.
DIALECT = {
    "متى": ("امتى", "إمتى", "ايمتى", "متي", "فوقاش", "وقتاش"),
    "أين": ("وين", "فين", "اين"),
    "من": ("مين", "منو", "شكون"),
    "لماذا": ("ليش", "ليه", "علاش", "لماذا"),
    "كيف": ("ازاي", "كيفاش", "شلون"),
    "ماذا": ("ايش", "ايه", "شو", "شنو", "واش"),
    "ما": ("ايش", "شو", "شنو", "ايه", "إيه"),
    "كم": ("كام", "قديش", "شحال", "قداش", "چم"),
    "هل": ("هل", ""),
}
_LATIN = {"en", "fr", "es", "pt", "tr", "no", "id", "sw", "de", "fi", "kk", "ru", "yo"}


def as_typed(question: str, language: str, source: random.Random) -> str:
    """`question` with habits of typing drawn from `source`; half of the time unchanged."""
    if source.random() >= CHANGED:
        return question
    if source.random() < 0.7:
        question = _ENDING.sub("", question)
    if language in ("ar", "ur", "fa"):
        return _arabic(question, language, source)
    if language in _LATIN or language.startswith("en"):
        if source.random() < 0.5:
            question = question.lower()
        if source.random() < 0.3:
            question = "".join(letter for letter in unicodedata.normalize("NFD", question)
                               if not unicodedata.combining(letter))  # fmt: skip
    if source.random() < 0.1:
        question = _slip(question, source)
    return question


def _arabic(question: str, language: str, source: random.Random) -> str:
    if language == "ar" and source.random() < 0.3:
        words = question.split(" ")
        for place, word in enumerate(words[:2]):
            if word in DIALECT:
                words[place] = source.choice(DIALECT[word])
                break
        question = " ".join(word for word in words if word)
    for habit, chance in (("hamza", 0.6), ("ta", 0.3), ("ya", 0.3), ("kaf", 0.3)):
        if source.random() < chance:
            question = question.translate(_LETTERS[habit])
    question = _MARKS.sub("", question)
    if source.random() < 0.08:
        question = "".join(letter + source.choice(_HARAKAT) if "ء" <= letter <= "ي" and source.random() < 0.6
                           else letter for letter in question)  # fmt: skip
    return _slip(question, source) if source.random() < 0.12 else question


def _slip(question: str, source: random.Random) -> str:
    """One letter left out, doubled, or changed with its neighbour, inside a long word."""
    places = [match.start() + 1 for match in re.finditer(r"\w{5,}", question)]
    if not places:
        return question
    place = source.choice(places) + source.randint(0, 2)
    kind = source.randrange(3)
    if kind == 0:
        return question[:place] + question[place + 1 :]
    if kind == 1:
        return question[:place] + question[place] + question[place:]
    return question[:place] + question[place + 1] + question[place] + question[place + 2 :]
