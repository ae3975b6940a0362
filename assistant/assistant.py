"""The assistant: a question in, an answer out; what the chat, the HTTP interface and the command line use."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Answer, Delta, PeriodUse, Source, Turn
from assistant.answering.judging.mention import speaks_of
from assistant.answering.reader.extractor import reader_of
from assistant.answering.retrieval import source_of
from assistant.answering.road import courtesy, decide, streamed, tell
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.suggesting.suggestions import Asking, Suggestions
from assistant.answering.wording import frame_language
from assistant.llm import LLMWriter
from assistant.question.query import read
from assistant.question.times.days import Clock
from index.articles.filters import Filters
from index.backends import IndexPlace
from index.encoder import Encoder
from index.search.live_index import LiveIndex
from index.search.reranker import Reranker

if TYPE_CHECKING:
    from index.search.searcher import Searcher


class Assistant(LiveIndex):
    """Answers from one index, always from its newest generation. Safe for any number of threads."""

    def __init__(
        self,
        index_dir: str | IndexPlace,
        *,
        encoder: Encoder,
        llm: LLMWriter | None = None,
        reranker: Reranker | None = None,
        today: Callable[[], date] = date.today,
        suggests: bool = True,
    ):
        """`today` is the clock that "last week" is read by; without `suggests` answers bring no questions."""
        super().__init__(index_dir, encoder=encoder, reranker=reranker)
        self._llm = llm
        self._today = today
        self._suggestions = Suggestions()
        self._suggests = suggests
        reader_of(encoder)  # loaded before the first question, which would wait for it

    @property
    def is_ready(self) -> bool:
        """Tell that questions are answered: an assistant that is open always does."""
        return True

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`; raises QueryError when it is empty or too long."""
        for event in self.stream(question, history=history, filters=filters, period=period):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer.

        The pieces joined are the answer's text, unless a language model failed after its first words: the
        answer then has quotes alone, which stand in its place. With `period` off, days that the question
        names limit nothing.
        """
        watch = Stopwatch()
        with watch.lap("conversation"):
            model = self._llm.model if self._llm else None
            query = read(
                question,
                history=history,
                filters=filters,
                model=model,
                clock=self._clock(),
                period=period,
                frequencies=self.frequencies,
            )
        if query.talk is not None:
            with self.lease() as searcher:
                answer = courtesy(query, searcher, watch)
            yield from streamed(answer)
            return
        with self.lease() as searcher:
            decision = decide(query, searcher, watch, history=history, reranker=self._reranker)
        for event in tell(decision, watch, llm=self._llm):
            if isinstance(event, Answer) and self._suggests:
                event = self._suggesting(event, history)
            yield event

    def _suggesting(self, answer: Answer, history: Sequence[Turn]) -> Answer:
        """Add further questions to an answer whose text has been given."""
        asked = [turn.question for turn in history]
        language = frame_language(answer.language)
        with self.lease() as searcher:
            further = self._suggestions.further(
                searcher, self._asking(searcher), answer, asked=asked, language=language
            )
        return dataclasses.replace(answer, suggestions=further)

    def _asking(self, searcher: Searcher) -> Asking:
        """Give what asks a question as a reader would."""
        clock = self._clock()
        return lambda question: decide(
            read(question, clock=clock), searcher, Stopwatch(), reranker=self._reranker
        )

    def _clock(self) -> Clock:
        """Tell today, and of which months there are articles."""
        with self.lease() as searcher:
            return Clock(self._today(), frozenset(searcher.info().dates))

    def speaks_of(self, query: str) -> bool:
        """Tell whether the passages found for `query` have a word of it, or one that means the same."""
        with self.lease() as searcher:
            return speaks_of(read(query, frequencies=searcher.frequencies), searcher)

    def source(self, article_id: str) -> Source:
        """Say what is known of an article, without its text; raises ArticleError when there is none."""
        return source_of(self.article(article_id))

    def suggestions(self, language: str) -> list[str]:
        """Make up to four questions from the articles, in Arabic or (any other language) English."""
        with self.lease() as searcher:
            asking = self._asking(searcher)
            return list(self._suggestions.opening(searcher, asking, language=frame_language(language)))
