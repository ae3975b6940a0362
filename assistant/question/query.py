"""The question, read once: every later stage asks this object and learns nothing about the words again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import LONGEST_QUESTION, Period, PeriodUse, Turn
from assistant.conversation import standalone
from assistant.llm.client import ChatModel
from assistant.question.days import Clock
from assistant.question.form import Form, form_of
from assistant.question.kinds import Kind, kind_of, summary_topic, topic_of
from assistant.question.periods import Timing, asks_for_everything, timing_of
from assistant.question.small_talk import Talk, small_talk
from index.articles.filters import Filters
from index.errors import QueryError
from index.text.folding import fold
from index.text.language import detect_language
from index.text.tashkeel import unvowelled


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is answered.

    `text` is as typed, `searched` the same made to stand without the conversation, `folded` that without
    tashkeel, with bare alefs and ASCII digits. `language` is that of `text`: the answer is framed in it.
    `topic` is what a question for news is about, read as a question of its own. `summarised` is what a
    summary is asked of, empty where the question only points at it, None where none is asked. `talk` is set
    when the question is small talk and not for the articles. `form` says whether anything is asked at all.
    `timing` is what the days mean that it names; `headlines` says that all news is asked for.
    """

    text: str
    searched: str
    folded: str
    language: str
    kind: Kind
    topic: Query | None = None
    summarised: str | None = None
    talk: Talk | None = None
    form: Form = "question"
    filters: Filters | None = None
    timing: Timing | None = None
    headlines: bool = False

    @property
    def period(self) -> Period | None:
        """Give the days of publication that `filters` were limited to by the question's words."""
        return self.timing.period if self.timing else None

    @property
    def sought(self) -> str:
        """Give the words that passages are searched with."""
        return self.topic.searched if self.topic else self.searched

    @property
    def rewritten(self) -> str | None:
        """Give `searched` where the conversation changed it."""
        return self.searched if self.searched != self.text and not self.headlines else None


def read(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    model: ChatModel | None = None,
    clock: Clock | None = None,
    period: PeriodUse = "on",
) -> Query:
    """Read a question after the turns before it; `model` may help to make it stand alone.

    With a `clock` the days that it names are read; with `period` off they limit no articles, nor do they
    where `filters` have days of their own.

    Raises QueryError when it is empty or longer than LONGEST_QUESTION.

    >>> query = read("ما الجديد عن العقبة؟")
    >>> query.language, query.kind, query.sought
    ('ar', 'news', 'العقبة')
    """
    if not question.strip():
        raise QueryError("the question is empty; write a question")
    if len(question) > LONGEST_QUESTION:
        raise QueryError(
            f"the question has {len(question):,} characters; shorten it to {LONGEST_QUESTION:,} at most"
        )
    language = detect_language(question)
    talk = small_talk(question)
    if talk is not None:
        return Query(question, question, fold(question).text, language, "other", talk=talk, filters=filters)
    searched = standalone(question, history, model=model)[:LONGEST_QUESTION] if history else question
    timing = _timed(searched, filters, clock, period)
    if timing is not None and timing.period is not None:
        searched, filters = timing.rest, _limited(filters, timing.period)
    topic, summarised, kind = topic_of(searched), summary_topic(question), kind_of(searched)
    return Query(
        question,
        searched,
        fold(searched).text,
        language,
        kind,
        topic=standing_alone(topic) if topic else None,
        summarised=summary_topic(searched) if summarised is None else summarised,
        form=form_of(unvowelled(searched), kind),
        filters=filters,
        timing=timing,
        headlines=timing.everything if timing and timing.period else asks_for_everything(searched),
    )


def _timed(question: str, filters: Filters | None, clock: Clock | None, period: PeriodUse) -> Timing | None:
    """Tell what a question's days are; what takes no days may not limit the articles by them."""
    if clock is None:
        return None
    timing = timing_of(question, kind_of(question), clock)
    dated = filters is not None and bool(filters.published_from or filters.published_to)
    return timing if timing.period is None or not (dated or period == "off") else None


def _limited(filters: Filters | None, period: Period) -> Filters:
    return dataclasses.replace(filters or Filters(), published_from=period.start, published_to=period.end)


def standing_alone(words: str) -> Query:
    """Read words that need no conversation, be they a question or the topic of one."""
    return Query(words, words, fold(words).text, detect_language(words), kind_of(words))
