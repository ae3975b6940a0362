"""Suggested questions, made from the articles themselves; they change with the corpus."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from assistant.words import say

if TYPE_CHECKING:
    from index.articles import Article
    from index.search.searcher import Searcher

LOOKED_AT = 40  # articles, the ones added last
WANTED = 4
# A straight mark opens only after white space: the text between two quotations is no quotation.
_QUOTED = re.compile(r"(?:[“«]|(?<!\S)\")\s*+(\w[^\"”»“«\n]{4,60}+)[\"”»]")
_LATIN_NAME = re.compile(r"\b[A-Z][A-Za-z]+(?: (?:of |and |the |& )?[A-Z][A-Za-z]+){1,4}\b")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a]")


def suggested_questions(searcher: Searcher, *, language: str) -> list[str]:
    """Make up to four questions in Arabic (`ar`) or English, one an article: about what it puts between
    quotation marks or names, or for its summary where it does neither."""
    total = searcher.info().articles
    articles = searcher.articles(offset=max(0, total - LOOKED_AT), limit=LOOKED_AT)
    questions: list[str] = []
    for article in articles:
        topic = _topic(article)
        if topic:
            asked = say("suggestion.topic", language, topic=topic)
        else:
            asked = say("suggestion.summary", language, title=_short(article.title))
        if asked not in questions:
            questions.append(asked)
        if len(questions) == WANTED:
            break
    return questions


def _topic(article: Article) -> str | None:
    """Find the phrase between quotation marks, or the Latin name, that the article uses most."""
    text = f"{article.title}\n{article.title}\n{article.text}"
    pattern = _QUOTED if _ARABIC_LETTER.search(article.title) else _LATIN_NAME
    counted = Counter(" ".join(phrase.split()) for phrase in pattern.findall(text))
    words = {phrase: uses for phrase, uses in counted.items() if 2 <= len(phrase.split()) <= 6}
    if not words:
        return None
    best = max(words, key=lambda phrase: (words[phrase], -len(phrase)))
    return f"«{best}»" if pattern is _QUOTED else best


def _short(title: str) -> str:
    """Give the first eight words of a title between quotation marks."""
    words = title.split()
    return "«" + " ".join(words[:8]) + ("…" if len(words) > 8 else "") + "»"
