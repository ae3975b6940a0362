"""The question, read once: every later stage asks this object and learns nothing about the words again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import LONGEST_QUESTION, Turn
from assistant.conversation import standalone
from assistant.llm.client import ChatModel
from assistant.question.form import Form, form_of
from assistant.question.kinds import Kind, kind_of, summary_topic, topic_of
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

    @property
    def sought(self) -> str:
        """Give the words that passages are searched with."""
        return self.topic.searched if self.topic else self.searched

    @property
    def rewritten(self) -> str | None:
        """Give `searched` where the conversation changed it."""
        return self.searched if self.searched != self.text else None


def read(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    model: ChatModel | None = None,
) -> Query:
    """Read a question after the turns before it; `model` may help to make it stand alone.

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
    )


def standing_alone(words: str) -> Query:
    """Read words that need no conversation, be they a question or the topic of one."""
    return Query(words, words, fold(words).text, detect_language(words), kind_of(words))
