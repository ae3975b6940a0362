"""Why a claimed quote was rejected, in a word for programs and in a line for readers."""

from __future__ import annotations

from typing import Literal

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

# reason -> (Arabic, English)
REASONS: dict[Reason, tuple[str, str]] = {
    "empty": ("لا نص في الاقتباس", "the quote has no words"),
    "too_short": ("الاقتباس أقصر من أن يدل على موضعه", "the quote is too short to say where it stands"),
    "joined": (
        "يجمع الاقتباس جملًا متباعدة كأنها متصلة",
        "the quote joins pieces that are apart in the article",
    ),
    "order": ("غُيِّر ترتيب الكلام في الاقتباس", "the quote changes the order of the words"),
    "negation": ("زيد في الاقتباس نفي أو حُذف منه", "the quote adds or drops a negation"),
    "number": ("غُيِّر في الاقتباس رقم أو تاريخ", "the quote changes a number or a date"),
    "words": ("غُيِّرت في الاقتباس كلمة أو زيدت أو حُذفت", "the quote changes, adds or drops a word"),
    "punctuation": ("غُيِّر في الاقتباس ترقيم يغيّر المعنى", "the quote changes punctuation that bears meaning"),
    "cut": ("الاقتباس جزء مبتور من جملة", "the quote is cut out of a sentence"),
    "context": (
        "قُطع الاقتباس عن نفي أو شرط أو استثناء في جملته",
        "the quote is cut off from a negation, condition or exception in its sentence",
    ),
    "ambiguous": ("يرد الاقتباس في أكثر من جملة", "the quote stands in more than one sentence"),
    "not_in_article": ("لا يرد هذا الكلام في المقال", "the article does not say this"),
    "no_source": ("لا مقطع بهذا الرقم", "no passage has this number"),
}


def explain(reason: str, language: str) -> str:
    """The line for `reason`: Arabic for `ar`, English otherwise; an unknown reason as it is."""
    for name, (arabic, english) in REASONS.items():
        if name == reason:
            return arabic if language == "ar" else english
    return reason
