"""Matching: which words of a text a search has in common with it, and the sentence that has most of them."""

from __future__ import annotations

import re

from index.text.analysis import analyze
from index.text.language import common_words

NEIGHBOUR_SHARE = 0.75  # a sentence beside the best one joins the quote when it matches nearly as well
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u064b-\u065f\u0670\u0640'’])*")


def telling_terms(query: str) -> frozenset[str]:
    """Give the terms of the words of `query`, one a word, without those that only join others.

    >>> sorted(telling_terms("في المدن الذكية"))
    ['ذك', 'مدن']
    """
    silent = common_words("ar") | common_words("en")
    words = [word for word in _WORD.findall(query) if word.lower() not in silent]
    return frozenset(analyze(" ".join(words), grams=False))


def matching_words(text: str, terms: frozenset[str]) -> list[tuple[int, int]]:
    """Give the spans of the words of `text` whose term is among `terms`, in code points."""
    return [
        match.span()
        for match in _WORD.finditer(text)
        if terms and not terms.isdisjoint(analyze(match.group(), grams=False))
    ]


def best_span(text: str, terms: frozenset[str], sentences: list[tuple[int, int]]) -> tuple[int, int]:
    """Find the sentence of `text` with most of `terms`, and the next one where that matches nearly as well.

    Offsets are in code points of `text`; a text without sentences is taken whole.
    """
    spans = sentences or [(0, len(text))]
    shares = [len(terms.intersection(analyze(text[start:end]))) for start, end in spans]
    best = max(range(len(spans)), key=lambda number: (shares[number], -number))
    first = last = best
    if shares[best] > 1 and best + 1 < len(spans) and shares[best + 1] >= NEIGHBOUR_SHARE * shares[best]:
        last = best + 1
    return spans[first][0], spans[last][1]
