"""Follow-up questions resolved by rule: what points back gets its topic, what is left out is put back in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.answer import Turn
from assistant.conversation import arabic_followup, english_followup
from assistant.conversation.topic import content, evidence_terms, last_turn, topic
from assistant.conversation.vocabulary import is_arabic
from index.text.analysis import analyze
from index.text.tashkeel import unvowelled

Kind = Literal["own", "bare", "about", "pointing", "open"]
OPEN_WORDS = 3  # a question with more words of its own than this names its topic


@dataclass(frozen=True, slots=True)
class Resolved:
    """The question as it stands on its own, and what was done to it.

    `own`: it stood on its own. `bare`: it was a question word and took the rest of the question before.
    `about`: it named something new to put into the question before. `pointing`: a pronoun got its topic.
    `open`: it left its topic out and got it.
    """

    question: str
    kind: Kind
    topic: str = ""


class OpenQuestions(Protocol):
    """How a language shows that a question leaves its topic out; a module for each language does."""

    def names_something(self, question: str) -> bool:
        """Tell whether a name or a figure shows that the question has a topic of its own."""
        ...

    def lacks_subject(self, question: str) -> bool:
        """Tell whether a verb stands without its subject."""
        ...


def resolve(question: str, history: Sequence[Turn]) -> Resolved:
    """Give the question made to stand on its own by the turns before; as it was when it does already."""
    written = question.strip()
    question = unvowelled(written)  # patterns and words are of plain text
    turn = last_turn(history)
    if turn is None or not question:
        return Resolved(written, "own")
    language = arabic_followup if is_arabic(question) else english_followup
    if (new := language.about(question)) is not None:
        return Resolved(language.substitute(turn, new), "about", new)
    if language.is_bare(question):
        return Resolved(language.bare(question, turn), "bare", topic(turn))
    if (pointed := language.pointing(question, turn)) is not None:
        return Resolved(pointed, "pointing", topic(turn))
    if _is_open(question, turn, language):
        return Resolved(language.append(question, topic(turn)), "open", topic(turn))
    return Resolved(written, "own")


def _is_open(question: str, turn: Turn, language: OpenQuestions) -> bool:
    """Tell whether the question leaves its topic out: few words, no name, all at home in the last answer."""
    words = content(question)
    subject = set(analyze(topic(turn), grams=False))
    terms = set(analyze(" ".join(question[start:end] for _, start, end in words), grams=False))
    if not words or not subject or len(words) > OPEN_WORDS or terms & subject:
        return False
    if language.names_something(question):
        return False
    return language.lacks_subject(question) or terms <= evidence_terms(turn)
