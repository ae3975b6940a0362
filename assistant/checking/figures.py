"""The figures and names that a draft states outside its quotations, and the sentences that state them too."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.checking.extraction import DraftQuote
from assistant.citations.location import occurrences
from assistant.language import calendar_words
from index.text.analysis import analyze
from index.text.folding import fold
from index.text.sentences import sentence_spans, sentences_of

SAME_TERMS = 2  # and at least so many of them
SAME_MATTER = 0.25  # share of a sentence's terms that one with the same figure must have to state the same
MOST_SENTENCES = 2_000  # of one article that are compared
LONGEST_AROUND = 1_000  # code points of a sentence
_CALENDAR = calendar_words()
_NUMBER = re.compile(r"\d+(?:[.,٫٬:/]\d+)*\s?[%٪]?")
_GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NAME = re.compile(r"(?<=[\w,;:] )(?:[A-Z][\w’'-]+)(?: (?:of|de|al|bin|ibn|van|von|[A-Z][\w’'-]+)){0,5}")


def stated(draft: str, quotes: Sequence[DraftQuote]) -> list[DraftQuote]:
    """Give the figures and names of a draft that do not stand in one of its `quotes`."""
    taken = sorted((quote.start, quote.end) for quote in quotes)
    facts: list[DraftQuote] = []
    position = 0
    for start, end in sentence_spans(draft):
        while position < len(taken) and taken[position][1] <= start:
            position += 1
        inside = taken[position : bisect_left(taken, (end,), position)]
        facts += _stated_in(draft, start, min(end, start + LONGEST_AROUND), inside)
    return facts


def _stated_in(draft: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[DraftQuote]:
    for kind, pattern in (("figure", _NUMBER), ("name", _NAME)):
        for match in pattern.finditer(draft, start, end):
            if not any(first < match.end() and match.start() < last for first, last in taken):
                words = match[0].strip()
                if kind == "name" and fold(words).text.lower() in _CALENDAR:
                    continue
                yield DraftQuote(
                    "figure" if kind == "figure" else "name",
                    words,
                    match.start(),
                    match.start() + len(words),
                    around=draft[start:end],
                )


def sentence_stating(fact: DraftQuote, text: str) -> tuple[int, int] | None:
    """Find the sentence of `text` that states a fact of a draft; None where none does."""
    if fact.kind == "name":
        spans = occurrences(fact.text, text)
        return next((span for span in sentences_of(text) if spans and span[0] <= spans[0][0] < span[1]), None)
    wanted = frozenset(analyze(_NUMBER.sub(" ", fact.around), grams=False))
    value = figure_value(fact.text)
    best: tuple[float, tuple[int, int]] | None = None
    for start, end in sentences_of(text)[:MOST_SENTENCES]:
        values, terms = _facts_of(text[start:end])
        if value in values:
            shared = len(wanted & terms)
            share = shared / max(1, min(len(wanted), len(terms)))
            if (
                share >= SAME_MATTER
                and shared >= min(SAME_TERMS, len(wanted))
                and (best is None or share > best[0])
            ):
                best = share, (start, end)
    return best[1] if best else None


def figure_value(figure: str) -> str:
    """Give a figure as it is compared: ASCII digits, no grouping, no space before the percent sign."""
    return _GROUPING.sub("", fold(figure).text.replace(" ", ""))


@lru_cache(maxsize=4_096)
def _facts_of(sentence: str) -> tuple[frozenset[str], frozenset[str]]:
    figures = frozenset(figure_value(match[0]) for match in _NUMBER.finditer(sentence))
    return figures, frozenset(analyze(_NUMBER.sub(" ", sentence), grams=False))
