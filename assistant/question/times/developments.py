"""Developments: questions for what happened one after the other."""

from __future__ import annotations

from assistant.language import compiled

_ASKS = compiled(
    r"(?<!\w)[وف]?{ar.how.asks} {ar.timeline.asks}(?!\w)",
    r"(?<!\w){ar.timeline.opens} (?:{ar.timeline.between} ){0,2}(?:ال)?{ar.timeline.nouns}(?!\w)",
    r"\bhow {en.timeline.auxiliaries} .{1,80}\b{en.timeline.asks}\b",
    r"\b{en.timeline.nouns} of\b",
)


def asks_for_days(question: str) -> bool:
    """Tell whether a (folded) question asks how something developed.

    >>> asks_for_days("كيف تطورت الازمه؟"), asks_for_days("كيف تعمل المنصه؟")
    (True, False)
    """
    return _ASKS.search(question.lower()) is not None
