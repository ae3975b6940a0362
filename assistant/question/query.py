"""The question, read once: every later stage asks this object and learns nothing about the words again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Turn
from assistant.conversation import standalone
from assistant.llm.client import ChatModel
from assistant.question.about import About, about
from assistant.question.form import Form, form_of
from assistant.question.kinds import Kind, kind_of, topic_of
from assistant.question.small_talk import Talk, small_talk
from index.articles.filters import Filters
from index.errors import QueryError
from index.text.folding import fold
from index.text.language import detect_language

LONGEST_QUESTION = 2_000  # code points


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is answered.

    `text` is as typed, `searched` the same made to stand without the conversation, `folded` that without
    tashkeel, with bare alefs and ASCII digits. `language` is that of `text`: the answer is framed in it.
    `topic` is what a question for news is about, read as a question of its own; `talk` is set when the
    question is small talk and not for the articles, `about` when it is asked of the assistant itself. `form`
    says whether anything is asked at all.
    """

    text: str
    searched: str
    folded: str
    language: str
    kind: Kind
    topic: Query | None = None
    talk: Talk | None = None
    about: About | None = None
    form: Form = "question"
    filters: Filters | None = None

    @property
    def sought(self) -> str:
        """The words that passages are searched with."""
        return self.topic.searched if self.topic else self.searched

    @property
    def rewritten(self) -> str | None:
        """`searched` where the conversation changed it."""
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
    if itself := about(question):
        return Query(
            question, question, fold(question).text, language, "other", about=itself, filters=filters
        )
    searched = standalone(question, history, model=model)[:LONGEST_QUESTION] if history else question
    topic, kind = topic_of(searched), kind_of(searched)
    return Query(
        question,
        searched,
        fold(searched).text,
        language,
        kind,
        topic=_topic(topic) if topic else None,
        form=form_of(searched, kind),
        filters=filters,
    )


def _topic(words: str) -> Query:
    return Query(words, words, fold(words).text, detect_language(words), kind_of(words))
