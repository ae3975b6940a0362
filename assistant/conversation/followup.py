"""Follow-up questions resolved by rule: what points back gets its topic, what is left out is put back in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Turn
from assistant.conversation import arabic_followup, english_followup
from assistant.conversation.follow_up_rules import FollowUpRules
from assistant.conversation.topic import content, evidence_terms, last_turn, topic
from assistant.conversation.vocabulary import is_arabic
from index.text.analysis import analyze
from index.text.tashkeel import unvowelled

FollowUpKind = Literal["own", "bare", "about", "pointing", "open"]
OPEN_WORDS = 3  # a question with more words of its own than this names its topic


@dataclass(frozen=True, slots=True)
class Resolved:
    """The question as it stands on its own, and what was done to it.

    `own`: it stood on its own. `bare`: it was a question word and took the rest of the question before.
    `about`: it named something new to put into the question before. `pointing`: a pronoun got its topic.
    `open`: it left its topic out and got it.
    """

    question: str
    kind: FollowUpKind
    topic: str = ""


def rules_for(language: str) -> FollowUpRules:
    """Give the rules of Arabic for "ar", else those of English."""
    return arabic_followup.RULES if language == "ar" else english_followup.RULES


def resolve(question: str, history: Sequence[Turn]) -> Resolved:
    """Give the question made to stand on its own by the turns before; as it was when it does already."""
    written = question.strip()
    question = unvowelled(written)  # patterns and words are of plain text
    turn = last_turn(history)
    if turn is None or not question:
        return Resolved(written, "own")
    rules = rules_for("ar" if is_arabic(question) else "en")
    if (new := rules.new_topic(question)) is not None:
        return Resolved(rules.put_in_place(turn, new), "about", new)
    if rules.is_bare(question):
        return Resolved(rules.from_question_word(question, turn), "bare", topic(turn))
    if (pointed := rules.with_pronoun_replaced(question, turn)) is not None:
        return Resolved(pointed, "pointing", topic(turn))
    if _is_open(question, turn, rules):
        return Resolved(rules.with_topic_added(question, topic(turn)), "open", topic(turn))
    return Resolved(written, "own")


def _is_open(question: str, turn: Turn, rules: FollowUpRules) -> bool:
    """Tell whether the question leaves its topic out: few words, no name, all at home in the last answer."""
    words = content(question)
    subject = set(analyze(topic(turn), grams=False))
    terms = set(analyze(" ".join(question[start:end] for _, start, end in words), grams=False))
    if not words or not subject or len(words) > OPEN_WORDS or terms & subject:
        return False
    if rules.names_something(question):
        return False
    return rules.lacks_subject(question) or terms <= evidence_terms(turn)
