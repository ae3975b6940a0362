"""The rules by which one language's follow-up questions are recognised and made to stand alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.answer import Turn


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """What each language's module gives.

    To recognise: `new_topic` gives what a question puts in place of the topic before ("what about Sur?"),
    None for another question; `is_bare` tells of a question that has question words alone ("and when?");
    `names_something` that a name or a figure gives it a topic of its own; `lacks_subject` that a verb stands
    without its subject.

    To make whole: `put_in_place` puts a new topic into the question of the turn before;
    `from_question_word` asks a bare question word of it; `with_pronoun_replaced` puts the topic where a
    pronoun points back, None where nothing does; `with_topic_added` sets a topic beside the question.
    """

    new_topic: Callable[[str], str | None]
    is_bare: Callable[[str], bool]
    names_something: Callable[[str], bool]
    lacks_subject: Callable[[str], bool]
    put_in_place: Callable[[Turn, str], str]
    from_question_word: Callable[[str, Turn], str]
    with_pronoun_replaced: Callable[[str, Turn], str | None]
    with_topic_added: Callable[[str, str], str]
