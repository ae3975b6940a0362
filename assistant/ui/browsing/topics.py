"""Topics: the names and matters that several articles speak of, by the phrases that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from index.articles import Article
from index.text.analysis import analyze
from index.text.calendars import names, plain
from index.text.language import common_words

LOOKED_AT = 300  # articles, the newest ones
WANTED = 12
FEW = 40  # articles, whose titles alone share little
BEGINNING = 400  # code points of an article, where it says what it is about
LONGEST = 3  # words of a phrase
MOST_SHARED = 0.6  # of a phrase's words with a better one: then it is the same topic said otherwise
_RUN = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+")


def topics_of(articles: Iterable[Article]) -> list[str]:
    """Give up to twelve phrases of two or three words that several articles begin with, commonest first."""
    listed = list(articles)
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for article in listed:
        spoken = article.title if len(listed) > FEW else f"{article.title}\n{article.text[:BEGINNING]}"
        phrases = {" ".join(analyze(phrase, grams=False)): phrase for phrase in _phrases(spoken)}
        counted.update(phrases.keys())
        for terms, phrase in phrases.items():
            written[terms] = min(written.get(terms, phrase), phrase, key=len)  # without particles
    shared = [(terms, count) for terms, count in counted.items() if count > 1 and " " in terms]
    # A longer phrase says more: one of three words counts half as much again as one of two.
    shared.sort(key=lambda pair: (-pair[1] * len(pair[0].split()), pair[0]))
    return [written[terms] for terms in _distinct([terms for terms, _count in shared])]


def _phrases(text: str) -> Iterable[str]:
    """Give the runs of words without a common word, a day or a month among them."""
    silent = _silent()
    for run in _RUN.finditer(text):
        words = _WORD.findall(run.group())
        for size in range(2, LONGEST + 1):
            for first in range(len(words) - size + 1):
                phrase = words[first : first + size]
                if all(len(word) > 2 and plain(word) not in silent for word in phrase):
                    yield " ".join(phrase)


@cache
def _silent() -> frozenset[str]:
    """Give the common words, days and months, as `plain` writes them, with the article too."""
    listed = common_words("ar") | common_words("en") | set(names("gregorian", "ar", "en"))
    days = names("weekday", "ar", "en")
    return frozenset(
        plain(word) for word in (*listed, *days, *(f"ال{day}" for day in days), "اليوم", "today")
    )


def _distinct(ordered: Sequence[str]) -> list[str]:
    chosen: list[set[str]] = []
    kept = []
    for terms in ordered:
        words = set(terms.split())
        if all(len(words & other) < MOST_SHARED * min(len(words), len(other)) for other in chosen):
            chosen.append(words)
            kept.append(terms)
        if len(kept) == WANTED:
            break
    return kept
