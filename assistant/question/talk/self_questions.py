"""Self-questions: what is asked of the assistant itself and of its corpus, to be answered from facts.

A word is known by the list that it stands in (`[self]` in `assistant/language`): what articles are called,
who has them, what is asked of them. A question is one of these when all of its words are known, so that
whatever else it names sends it to the articles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from assistant.conversation.vocabulary import (
    ARABIC_POINTING,
    ENGLISH_POINTING,
    SILENT,
)
from assistant.language import compiled

CorpusFact = Literal["count", "outlets", "dates", "topics", "languages"]
SelfFact = Literal["maker", "abilities"]

MOST_WORDS = 16  # of such a question
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_CLITIC = r"[وفبل]?(?:ال|لل)?"
_WHOSE = r"(?:ك|كم|كو)?"
# Of all classes; a word may be in several.
_CLASSES: Mapping[str, re.Pattern[str]] = {
    "article": compiled(rf"{_CLITIC}{{ar.self.article}}{_WHOSE}", r"{en.self.article}"),
    "articles": compiled(rf"{_CLITIC}{{ar.self.articles}}{_WHOSE}", r"{en.self.articles}"),
    "news": compiled(rf"{_CLITIC}{{ar.self.news}}{_WHOSE}", r"{en.self.news}"),
    "yours": compiled(
        r"[وفبل]?(?:{ar.self.article}|{ar.self.articles}|{ar.self.news}|{ar.self.stores}|{ar.self.outlets}|{ar.self.topics})(?:ك|كم|كو)",
        r"[وف]?{ar.self.have}",
        r"{en.self.have}",
    ),
    "store": compiled(rf"{_CLITIC}{{ar.self.stores}}{_WHOSE}", r"{en.self.stores}"),
    "count": compiled(r"[وفبل]?{ar.self.count}", r"{en.self.count}"),
    "outlets": compiled(rf"{_CLITIC}{{ar.self.outlets}}{_WHOSE}", r"{en.self.outlets}"),
    "origin": compiled(r"[وف]?{ar.self.origin}", r"{en.self.origin}"),
    "dates": compiled(rf"{_CLITIC}{{ar.self.dates}}{_WHOSE}", r"{en.self.dates}"),
    "topics": compiled(rf"{_CLITIC}{{ar.self.topics}}{_WHOSE}", r"{en.self.topics}"),
    "languages": compiled(rf"{_CLITIC}{{ar.self.languages}}{_WHOSE}", r"{en.self.languages}"),
    "able": compiled(r"[وفبل]?{ar.self.able}", r"{en.self.able}"),
    "filler": compiled(rf"{_CLITIC}{{ar.self.filler}}", r"{en.self.filler}"),
}
_POINTING = (ARABIC_POINTING | ENGLISH_POINTING) - {"there", "then"}
_MAKER = compiled(
    r"(?:{ar.self.who} )(?:{ar.self.that} )?{ar.self.made}(?:ك|كم|كو)(?: {ar.self.that_is})?",
    r"who {en.self.made} (?:you|mustanad|this {en.self.thing})",
)


def self_question(utterance: str) -> CorpusFact | SelfFact | None:
    """Tell what an utterance, folded and in small letters, asks of the assistant or its corpus.

    >>> self_question("how many articles do you have"), self_question("who made you")
    ('count', 'maker')
    >>> self_question("how many articles did dickens write") is None
    True
    """
    if _MAKER.fullmatch(utterance):
        return "maker"
    words = _WORD.findall(utterance)
    if not 1 < len(words) <= MOST_WORDS:
        return None
    classes = [{name for name, pattern in _CLASSES.items() if pattern.fullmatch(word)} for word in words]
    if not all(names or word in SILENT for names, word in zip(classes, words, strict=True)):
        return None
    pointing = not _POINTING.isdisjoint(words)
    return _fact(set().union(*classes) | ({"pointing"} if pointing else set()))


def _fact(said: set[str]) -> CorpusFact | SelfFact | None:
    """Tell what is asked by words of these classes: of all the articles, not of one that was spoken of."""
    one = bool(said & {"article", "news"}) and bool(said & {"yours", "count"})
    of_corpus = one or (bool(said & {"articles", "store"}) and ("yours" in said or "pointing" not in said))
    theirs = of_corpus or "yours" in said
    if "languages" in said and theirs:
        return "languages"
    if "outlets" in said and theirs or "origin" in said and of_corpus and "yours" in said:
        return "outlets"
    if "topics" in said and theirs:
        return "topics"
    if "dates" in said and of_corpus:
        return "dates"
    if "count" in said and of_corpus:
        return "count"
    return "abilities" if "able" in said and "yours" in said else None
