"""Why a claimed quote was rejected, in a word for programs and in a line for readers."""

from __future__ import annotations

from typing import Literal, get_args

from assistant.words import say

Reason = Literal[
    "empty",
    "too_short",
    "joined",
    "order",
    "negation",
    "number",
    "words",
    "punctuation",
    "cut",
    "context",
    "ambiguous",
    "not_in_article",
    "no_source",
]

# reason -> (Arabic, English); the lines stand in `assistant/words`, under `rejected`.
REASONS: dict[Reason, tuple[str, str]] = {
    reason: (say(f"rejected.{reason}", "ar"), say(f"rejected.{reason}", "en")) for reason in get_args(Reason)
}


def explain(reason: str, language: str) -> str:
    """Give the line for `reason`: Arabic for `ar`, English otherwise; an unknown reason as it is."""
    return say(f"rejected.{reason}", language) if reason in get_args(Reason) else reason
