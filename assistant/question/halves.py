"""Halves: two questions that are asked in one, each made to stand alone."""

from __future__ import annotations

import re

from assistant.answer import Answer, Turn
from assistant.conversation import resolve
from assistant.conversation.followup import rules_for
from assistant.conversation.topic import content, names, topic
from assistant.language import compiled
from assistant.question.kinds import kind_of
from index.text.folding import fold
from index.text.phrase import Phrase

# Where a second question may begin: after an "and" written onto a word that asks.
_SECOND = compiled(
    r"(?<=\w)[ ,]+و(?={ar.parts.asks}(?!\w)|من (?!ال)|ما (?!{ar.parts.not_after_what}(?!\w)))",
    r"(?<=\w),? and (?=(?:{en.parts.before} )?{en.parts.asks}\b)",
)
_DEFINITE = re.compile(r"(?<!\w)[وفبك]?(?:ال|لل)\w{3}|\bthe\b")  # a thing of its own
MOST_LEFT_OUT = 3  # words of a second question that says not of what it asks
_SMALL_WORDS = re.compile(r"(?: [a-z]+)+")
_LAST_THING = re.compile(r"(?<=\w )the \w+\Z")
_ASKING_ALONE = re.compile(r"\A\s*+\S++\s*+")


def halves_of(question: Phrase) -> tuple[Phrase, Phrase] | None:
    """Give the two questions that one asks, the second with what it leaves out; None for a single question.

    >>> [part.text for part in halves_of(Phrase("Who runs the summit and what is its slogan?"))]
    ['Who runs the summit?', "what is the summit's slogan?"]
    >>> halves_of(Phrase("من رئيس تونس ورئيس مصر؟")) is None
    True
    """
    folded = fold(question.text)
    match = _SECOND.search(folded.text.lower()) if len(folded.text.lower()) == len(folded.text) else None
    if match is None or match.start() == 0:
        return None
    mark = "؟" if question.language == "ar" else "?"
    first = question.text[: folded.span(0, match.start())[1]].strip()
    second = question.text[folded.span(match.end() - 1, match.end())[1] :].strip()
    if not content(second) or kind_of(Phrase(first)) == "other":
        return None
    if not content(first):  # when and where was it held
        rest = _ASKING_ALONE.sub("", second, count=1)
        return (Phrase(f"{first} {rest}"), Phrase(second)) if rest else None
    return Phrase(f"{first}{mark}"), Phrase(_standing(second, first, question.language))


def _standing(second: str, first: str, language: str) -> str:
    """Make the second question stand alone: what it leaves out is what the first is about."""
    turn = Turn(first, Answer("", first, language, "answer", True, 1.0, ""))
    resolved = resolve(second, [turn])
    name = topic(turn)
    if not name:
        return resolved.question
    # "the Bahrain summit" is named by its last word too, and "the summit" by no capital
    whole = _whole(name, first)
    if resolved.kind != "own":
        return resolved.question.replace(name, whole, 1)
    if len(content(second)) > MOST_LEFT_OUT or names(second) or _DEFINITE.search(second):
        return second
    return rules_for(language).with_topic_added(second, whole)


def _whole(name: str, first: str) -> str:
    """Give a name with the small words that end the question after it, or the thing that it ends with."""
    opening = f"the {name.removeprefix('the ')}"
    at = f" {first}".find(f" {opening}")
    if at >= 0 and _SMALL_WORDS.fullmatch(first, at + len(opening)):
        return first[at:]
    thing = _LAST_THING.search(name)
    return thing[0] if thing else name
