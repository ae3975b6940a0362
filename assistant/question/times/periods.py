"""Periods: what days that a question names have to do with its answer.

Asked about publication ("news of last week", "what was reported in September"), they limit the articles.
Asked about an event ("who won in 2017") they never do: the answer may stand in an article of any day. Told
from today ("the price today", "who won yesterday") they ask how old an answer may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Period
from assistant.language import compiled
from assistant.question.kinds import QuestionKind
from assistant.question.times.days import Clock, before
from assistant.question.times.moments import Moment, moments_in
from index.text.folding import fold

# Kinds that ask for one fact: a word for news in them is part of it.
_OF_A_FACT = ("who", "when", "where", "how_many", "name", "why", "how", "yes_no", "definition")
_NEWS = compiled(r"(?<!\w)[وبفل]?(?:{ar.time.news}|{en.time.news})(?!\w)")
_TOLD = compiled(r"\A(?:{ar.time.told}|{en.time.told})(?!\w)")
_HAPPENED = compiled(r"\A[وف]?(?:{ar.time.happened}|{en.time.happened})(?!\w)")
_NEW = compiled(r"(?<!\w)(?:{ar.news.asks}|{en.news.asks})(?!\w)")
_EVENTS = compiled(r"\A[وف]?(?:{ar.time.told}|{en.time.told}|{ar.time.happened}|{en.time.happened})(?!\w)")
_AROUND = compiled(r"(?<!\w)(?:{ar.time.around}|{en.time.around})(?!\w)")
_COMPARED = compiled(r"(?<!\w)(?:{ar.time.compared}|{en.time.compared}) \Z")
_JOINED = compiled(r"\A ?(?:و|{ar.time.until}|{en.time.until}|-)? ?\Z")
_HUNG = compiled(r"(?:(?<=\s)|\A)(?:{ar.time.hung}|{en.time.hung})\s*\Z")


@dataclass(frozen=True, slots=True)
class Timing:
    """What a question's days are.

    `period` limits the articles; `rest` is the question without its words, and `everything` says that it asks
    for whatever was told then. `recency` is a time told from today that the answer is asked for, `current`
    that it is now; an article of a day before `since` (ISO) does not answer, None where any is told with its
    date.
    """

    rest: str
    period: Period | None = None
    everything: bool = False
    recency: Period | None = None
    current: bool = False
    since: str | None = None


def timing_of(question: str, kind: QuestionKind, clock: Clock) -> Timing:
    """Tell what the days are that a question names.

    >>> from datetime import date
    >>> timing = timing_of("news of last week about Aqaba", "news", Clock(date(2025, 10, 8)))
    >>> timing.period.start, timing.period.end, timing.period.text, timing.rest
    ('2025-09-29', '2025-10-05', 'last week', 'news about Aqaba')
    >>> timing_of("Who won in 2017?", "who", Clock(date(2025, 10, 8))).period is None
    True
    """
    folded = fold(question)
    text = folded.text.lower()
    moments = moments_in(text, clock) if len(text) == len(folded.text) else ()
    if not moments:
        return Timing(question)
    if _is_of_publication(text, kind, moments):
        joined = _joined(moments, text)
        first, last = folded.span(joined.first, joined.last)
        rest = _without(question, first, last)
        return Timing(rest, _period(joined, question[first:last]), asks_for_everything(rest, dated=True))
    stated = [moment for moment in moments if moment.sense != "named" and not _is_compared(moment, text)]
    if not stated:
        return Timing(question)
    asked = stated[0]
    words = question[slice(*folded.span(asked.first, asked.last))]
    current = asked.sense == "now"
    since = before(asked.start, 1, "year") if current else asked.start
    return Timing(
        question,
        recency=_period(asked, words),
        current=current,
        # Prices and figures are told as of a day; who holds an office is not, after so long.
        since=since.isoformat() if kind == "who" or not current else None,
    )


def asks_for_everything(question: str, *, dated: bool = False) -> bool:
    """Tell a question for all the news there is: "the headlines"; `dated` also what happened, of its days.

    >>> asks_for_everything("ما أهم الأخبار؟"), asks_for_everything("ما أخبار العقبة؟")
    (True, False)
    """
    text = fold(question).text.lower()
    rest, asked = _NEWS.subn(" ", _NEW.sub(" news ", text))
    rest, happened = _EVENTS.subn(" ", rest) if dated else (rest, 0)
    return bool(asked or happened) and not any(sign.isalnum() for sign in _AROUND.sub(" ", rest))


def _is_of_publication(text: str, kind: QuestionKind, moments: Sequence[Moment]) -> bool:
    if _TOLD.search(text) or kind == "news":
        return True
    if any(moment.sense != "named" for moment in moments) and _HAPPENED.search(text):
        return True  # what happens is told while it is new
    return kind not in _OF_A_FACT and _NEWS.search(text) is not None


def _joined(moments: Sequence[Moment], text: str) -> Moment:
    """Give the first moment, up to the end of the second where words between them make a stretch of both."""
    first = moments[0]
    if len(moments) > 1 and _JOINED.search(text[first.last : moments[1].first]):
        second = moments[1]
        start, end = min(first.start, second.start), max(first.end, second.end)
        return Moment(start, end, first.first, second.last, first.sense)
    return first


def _period(moment: Moment, words: str) -> Period:
    return Period(moment.start.isoformat(), moment.end.isoformat(), words.strip())


def _is_compared(moment: Moment, text: str) -> bool:
    """Tell a time that something is only compared with: "more than last year"."""
    return _COMPARED.search(text[: moment.first]) is not None


def _without(question: str, first: int, last: int) -> str:
    """Take words out of a question, with the particle that hangs them on."""
    head, tail = question[:first], question[last:]
    head = head[: hung.start()] if (hung := _HUNG.search(head)) else head
    return " ".join(f"{head.rstrip()} {tail.lstrip()}".split()).replace(" ؟", "؟").replace(" ?", "?")
