"""Whether a verified quote can bear its claim: a check that needs no model and only ever takes away trust.

A true quote beside a false claim is still false. So a claim loses its citation when it names a number
that neither the quote nor the question has, when it denies what the quote does not, or when it repeats a
denial's words without the denial. What passes is not proven; it has its quote beside it.
"""

from __future__ import annotations

import re

from assistant.citations.context import words_of
from assistant.citations.polarity import is_negation, is_number
from assistant.citations.reasons import Reason
from assistant.language import entries
from index.text.analysis import analyze
from index.text.folding import fold

_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
_CLAUSE = re.compile(r"[,،;؛:.]\s")
_REPEATED_SHARE = 0.8  # share of a claim's terms that make it a repetition of its quote
_TERM_LETTERS = 3  # shorter terms are function words, nearly all of them


def doubt(claim: str, quote: str, *, question: str = "") -> Reason | None:
    """Tell why `quote` cannot bear `claim`; None when nothing speaks against it."""
    if _figures(claim) - _figures(quote) - _figures(question):
        return "number"
    said, shown = _terms(claim), _terms(quote)
    repeated = len(said & shown) / len(said) if said else 0.0
    if _denies(claim) and not _denies(quote):
        return "negation"
    if repeated >= _REPEATED_SHARE and not _denies(claim) and _denies(_nearest_clause(said, quote)):
        return "negation"
    if (
        not said & shown
        and _is_arabic(claim) == _is_arabic(quote)
        and not any(map(is_number, words_of(claim)))
    ):
        return "words"
    return None


def _figures(text: str) -> set[str]:
    return {found.replace(",", "") for found in _FIGURE.findall(fold(text).text)}


def _terms(text: str) -> set[str]:
    return {term for term in analyze(text, grams=False) if len(term) >= _TERM_LETTERS and term not in _COMMON}


def _denies(text: str) -> bool:
    return any(map(is_negation, words_of(text)))


def _nearest_clause(said: set[str], quote: str) -> str:
    """Give the clause of the quote that has most of the terms said, the earliest of equals."""
    return max(_CLAUSE.split(quote), key=lambda clause: len(said & _terms(clause)))


def _is_arabic(text: str) -> bool:
    return sum("\u0600" <= each <= "\u06ff" for each in text) * 2 > sum(map(str.isalpha, text))


_COMMON = frozenset(
    term
    for key in ("ar.claim.common", "en.claim.common")
    for term in analyze(" ".join(entries(key)), grams=False)
)
