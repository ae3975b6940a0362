"""Small talk: what is said to an assistant and is no question to the articles. Rules, Arabic and English.

The words stand in `assistant/language`, the replies in `assistant/words`. What is asked of the corpus is
answered from facts (`assistant.answering.overviews.self_description`).
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from assistant import words
from assistant.language import compiled
from assistant.question.talk.self_questions import CorpusFact, self_question
from index.text.phrase import Phrase

Talk = Literal[
    "greeting",
    "thanks",
    "farewell",
    "identity",
    "maker",
    "abilities",
    "count",
    "outlets",
    "dates",
    "topics",
    "languages",
    "creation",
    "opinion",
    "feeling",
    "blame",
]

# Patterns of a whole utterance, or of one of its parts, on folded text. What is open at its end speaks to the
# assistant before it opens: `ماذا تعتقد` is also what a ministry thinks, `هل تحب` what a town likes.
_RULES: tuple[tuple[Talk, re.Pattern[str]], ...] = (
    ("greeting", compiled(r"{ar.talk.greeting}", r"{en.talk.greeting}")),
    (
        "thanks",
        compiled(r"{ar.talk.thanks}", r"{ar.talk.you} {ar.talk.praise}(?: جدا)?", r"{en.talk.thanks}"),
    ),
    ("farewell", compiled(r"{ar.talk.farewell}", r"{en.talk.farewell}")),
    (
        "identity",
        compiled(
            r"{ar.talk.identity}",
            r"(?:{ar.talk.whether} )?{ar.talk.you} {ar.talk.beings}(?: .{0,40})?",
            r"{en.talk.identity}",
        ),
    ),
    (
        "abilities",
        compiled(
            r"(?:و)?(?:ب)?ماذا {ar.talk.can}(?: انت)?(?: ان)?(?: {ar.talk.do})?(?: {ar.talk.for_me})*",
            r"{ar.talk.abilities}",
            r"{en.talk.abilities}",
        ),
    ),
    (
        "creation",
        compiled(
            r"(?:{ar.talk.write}|{ar.talk.compose}(?= لي| لنا))(?: لي| لنا)? {ar.talk.works}(?!\w).*",
            r"{en.talk.write}(?: me| us)? (?:a |an |some )?(?:short |funny |little )?{en.talk.works}\b.*",
        ),
    ),
    (
        "opinion",
        compiled(
            r"{ar.talk.opinion}(?!\w).*",
            r"ماذا {ar.talk.think}(?: انت)?(?: {ar.talk.think_of}(?!\w).*)?",
            r"هل (?:انت )?{ar.talk.think}(?: انت)?(?: {ar.talk.think_that}(?!\w).*)?",
            r"هل (?:انت {ar.talk.like}|{ar.talk.like} انت).*",
            r"هل {ar.talk.like}(?:ني| \w+)?",
            r"هل {ar.talk.prefer}(?: \w+ {ar.sides.or} \w+)?",
            r"ايهما {ar.talk.prefer}(?: انت)?(?:[:,]? ?\w+ {ar.sides.or} \w+)?",
            r"{en.talk.opinion}.*",
            r"do you {en.talk.like}\b.*",
        ),
    ),
    ("feeling", compiled(r"{ar.talk.feeling}", r"{en.talk.feeling}")),
    (
        "blame",
        compiled(
            r"(?>(?:(?:{ar.talk.blame_opens}|{ar.talk.you}) )*)(?:و|ال)?{ar.talk.blame}(?:[ةه])?"
            r"(?: (?:و ?|يا |و ?{ar.talk.you} )?{ar.talk.blame}(?:[ةه])?)*(?: {ar.talk.blame_ends})*",
            r"{ar.talk.blame_whole}",
            r"{en.talk.blame_opens}(?>(?: {en.talk.blame_between}\b)*) {en.talk.blame}"
            r"(?:(?:,| and| or)? (?:a |an )?{en.talk.blame})*(?: {en.talk.blame_ends})?",
            r"{en.talk.blame}(?: {en.talk.blame_ends})?",
            r"{en.talk.blame_whole}",
        ),
    ),
)
_CALLED = compiled(
    r"(?<![ ,])[ ,]+(?:(?:يا )?{ar.talk.names}|{en.talk.names}|{ar.talk.please})\Z",
)
# Where one utterance ends and another begins.
_PARTS = compiled(r"[,.!?;:]+ ?", r" و ?(?={ar.talk.next} )", r" and (?={en.talk.next} )")
_OPENS = compiled(r"(?:{ar.talk.greeting}|{en.talk.greeting}) (?=\S)")
_PEACE = compiled(r"{ar.talk.peace}", r"{en.talk.peace}")
_EDGES = re.compile(r"^[\W_]+|(?<![\W_])[\W_]+$")
_LONGEST = 200  # code points of an utterance that is small talk


def small_talk(question: Phrase) -> Talk | None:
    """Tell what kind of small talk it is; None for a question that the articles may answer.

    All of it must be small talk: of several utterances the one that asks most is replied to.

    >>> small_talk(Phrase("السلام عليكم")), small_talk(Phrase("من أنت؟")), small_talk(Phrase("من فاز؟"))
    ('greeting', 'identity', None)
    """
    text = _without_edges(question)
    if len(text) > _LONGEST:
        return None
    if (whole := _talk_of(text)) is not None:
        return whole
    parts = [part for piece in _PARTS.split(text) if (part := _EDGES.sub("", piece))]
    talks = [_talk_of(part) for part in parts]
    if not talks or None in talks:
        return None
    return next((talk for talk in talks if talk not in ("greeting", "thanks")), talks[0])


def reply(talk: Talk, question: Phrase, *, language: str) -> str:
    """Give the reply in Arabic (`ar`) or English (`en`): peace is wished back where it was wished.

    Empty where facts of the corpus reply.
    """
    if talk in get_args(CorpusFact):
        return ""
    said = words.say(f"talk.{talk}", language)
    peace = _PEACE.search(_without_edges(question)[:_LONGEST])
    return f"{words.say('talk.peace', language)} {said}" if peace else said


def _without_edges(question: Phrase) -> str:
    """Give an utterance as the rules see it: plain, without signs at its edges."""
    return _EDGES.sub("", question.plain)


def _talk_of(text: str) -> Talk | None:
    """Tell the small talk that one utterance is, with a name or a greeting before or after it."""
    bare = _CALLED.sub("", text)
    opening = _OPENS.match(bare)
    for said in (bare, bare[opening.end() :] if opening else "", text):
        for talk, pattern in _RULES:
            if said and pattern.fullmatch(said):
                return talk
    return self_question(text) or (self_question(bare[opening.end() :]) if opening else None)
