"""The question, read once: every later stage asks this object and learns nothing about the words again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import LONGEST_QUESTION, Period, PeriodUse, Turn
from assistant.conversation import standalone
from assistant.llm.client import ChatModel
from assistant.question.form import Form, form_of
from assistant.question.halves import halves_of
from assistant.question.kinds import QuestionKind, kind_of, summary_topic, topic_of
from assistant.question.names import Named, names_in
from assistant.question.spelling.arabizi import Frequencies, in_arabic
from assistant.question.spelling.dialects import standard
from assistant.question.talk.small_talk import Talk, small_talk
from assistant.question.times.days import Clock
from assistant.question.times.periods import Timing, asks_for_everything, timing_of
from index.articles.filters import Filters
from index.errors import QueryError
from index.text.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is answered.

    `typed` is as it came, `phrase` the same made to stand without the conversation. `language` is that of
    what was typed: the answer is framed in it. `topic` is what a question for news is about, read as a
    question of its own. `summarised` is what a summary is asked of, empty where the question only points at
    it, None where none is asked. `names` are what the question names. `talk` is set when the question is
    small talk and not for the articles. `form` says whether anything is asked at all. `timing` is what the
    days mean that it names; `headlines` says that all news is asked for. `parts` are the two questions that
    are asked in one. `arabizi` says that it was typed in Latin letters and is Arabic.
    """

    typed: Phrase
    phrase: Phrase
    kind: QuestionKind
    names: tuple[Named, ...] = ()
    topic: Query | None = None
    summarised: Phrase | None = None
    talk: Talk | None = None
    form: Form = "question"
    filters: Filters | None = None
    timing: Timing | None = None
    headlines: bool = False
    parts: tuple[Query, ...] = ()
    arabizi: bool = False

    @property
    def period(self) -> Period | None:
        """Give the days of publication that `filters` were limited to by the question's words."""
        return self.timing.period if self.timing else None

    @property
    def text(self) -> str:
        """Give the question as it was typed."""
        return self.typed.text

    @property
    def language(self) -> str:
        """Give the language of the question."""
        return "ar" if self.arabizi else self.typed.language

    @property
    def searched(self) -> str:
        """Give the question made to stand alone."""
        return self.phrase.text

    @property
    def sought(self) -> Phrase:
        """Give the words that passages are searched with."""
        return self.topic.phrase if self.topic else self.phrase

    @property
    def rewritten(self) -> str | None:
        """Give `searched` where the conversation changed it."""
        return self.searched if self.searched != self.text and not self.headlines else None


def check_question(question: str) -> None:
    """Raise QueryError for a question that is empty or longer than LONGEST_QUESTION."""
    if not question.strip():
        raise QueryError("the question is empty; write a question")
    if len(question) > LONGEST_QUESTION:
        raise QueryError(
            f"the question has {len(question):,} characters; shorten it to {LONGEST_QUESTION:,} at most"
        )


def read(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    model: ChatModel | None = None,
    clock: Clock | None = None,
    period: PeriodUse = "on",
    frequencies: Frequencies | None = None,
) -> Query:
    """Read a question after the turns before it; `model` may help to make it stand alone.

    With a `clock` the days that it names are read; with `period` off they limit no articles, nor do they
    where `filters` have days of their own. With the `frequencies` of an index Arabic in Latin letters is
    read too.

    Raises QueryError when it is empty or longer than LONGEST_QUESTION.

    >>> query = read("ما الجديد عن العقبة؟")
    >>> query.language, query.kind, query.sought.text
    ('ar', 'news', 'العقبة')
    """
    check_question(question)
    typed = Phrase(question)
    talk = small_talk(typed)
    if talk is not None:
        return Query(typed, typed, "other", talk=talk, filters=filters)
    arabic = in_arabic(typed, frequencies) if frequencies else None
    phrase = standard(arabic or typed)
    phrase = _standing_alone(phrase, history, model) if history else phrase
    timing = _timed(phrase, filters, clock, period)
    if timing is not None and timing.period is not None:
        phrase, filters = Phrase(timing.rest), _limited(filters, timing.period)
    topic, kind = topic_of(phrase), kind_of(phrase)
    return Query(
        typed,
        phrase,
        kind,
        names_in(phrase.text),
        topic=read_alone(topic) if topic else None,
        summarised=_summarised(typed, phrase),
        form=form_of(phrase, kind),
        filters=filters,
        timing=timing,
        parts=tuple(read_alone(part.text, filters) for part in halves_of(phrase) or ()),
        headlines=timing.everything if timing and timing.period else asks_for_everything(phrase.text),
        arabizi=arabic is not None,
    )


def _timed(phrase: Phrase, filters: Filters | None, clock: Clock | None, period: PeriodUse) -> Timing | None:
    """Tell what a question's days are; what takes no days may not limit the articles by them."""
    if clock is None:
        return None
    timing = timing_of(phrase.text, kind_of(phrase), clock)
    dated = filters is not None and bool(filters.published_from or filters.published_to)
    return timing if timing.period is None or not (dated or period == "off") else None


def _limited(filters: Filters | None, period: Period) -> Filters:
    return dataclasses.replace(filters or Filters(), published_from=period.start, published_to=period.end)


def read_alone(words: str, filters: Filters | None = None) -> Query:
    """Read words that need no conversation, be they a question or the topic of one."""
    phrase = Phrase(words)
    return Query(phrase, phrase, kind_of(phrase), names_in(words), filters=filters)


def _summarised(*phrases: Phrase) -> Phrase | None:
    """Give what the first of the phrases that asks for a summary asks it of."""
    topics = map(summary_topic, phrases)
    return next((Phrase(topic) for topic in topics if topic is not None), None)


def _standing_alone(typed: Phrase, history: Sequence[Turn], model: ChatModel | None) -> Phrase:
    """Make a question stand without the turns before it."""
    text = standalone(typed.text, history, model=model)[:LONGEST_QUESTION]
    return typed if text == typed.text else Phrase(text)
