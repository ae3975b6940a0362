"""Form: whether something was asked at all, or words were typed to be searched, or nothing."""

from __future__ import annotations

import re
from typing import Literal

from assistant.conversation.vocabulary import (
    SILENT,
)
from assistant.question.kinds import QuestionKind
from index.text.language import common_words
from index.text.phrase import Phrase

Form = Literal["question", "search", "nothing"]

MOST_SEARCHED = 3  # words: people who type more without a question mark ask in words that no rule knows
_YEAR = re.compile(r"(?:1[1-9]|20)\d\d")


def form_of(question: Phrase, kind: QuestionKind) -> Form:
    """Tell what was typed, of a question that stands alone.

    >>> [form_of(Phrase(typed), "other") for typed in ("2+2", "من من", "زيت الزيتون", "زيت الزيتون؟")]
    ['nothing', 'nothing', 'search', 'question']
    """
    if kind in ("summary", "news"):
        return "question"
    words = [word.folded for word in question.words]
    telling = [word for word in words if _tells(word)]
    if not telling:
        return "nothing"
    asks = "?" in question.text or "؟" in question.text or kind != "other" or len(telling) < len(words)
    return "question" if asks or len(words) > MOST_SEARCHED else "search"


def _tells(word: str) -> bool:
    """Tell a word that says what is asked about: no number but a year, no word that only asks or joins."""
    if _YEAR.fullmatch(word):
        return True
    return len(word) > 1 and not word.isdigit() and word not in SILENT and word not in common_words("en")
