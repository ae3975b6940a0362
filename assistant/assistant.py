"""The assistant: a question in, an answer out; what the chat, the HTTP interface and the command line use."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Delta, PeriodUse, Source, Turn
from assistant.answering.judging.mention import speaks_of
from assistant.answering.reader.extractor import reader_of
from assistant.answering.retrieval import source_of
from assistant.answering.road import courtesy, decide, streamed, tell
from assistant.answering.stopwatch import Stopwatch
from assistant.answering.suggesting.suggestions import Asking, Suggestions
from assistant.answering.wording import frame_language
from assistant.llm import LLMWriter, open_writer
from assistant.question.query import read
from assistant.question.times.days import Clock
from assistant.settings import Settings, from_root
from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.backends import EngineAddress, IndexPlace, place_of
from index.building import build
from index.commands.environment import named_encoder, named_index
from index.encoder import Encoder, load_encoder
from index.errors import SnapshotMissing
from index.passages import Passage
from index.search.hits import Hit
from index.search.live import LiveSearcher
from index.search.reranker import Reranker, RerankingSearcher, load_reranker
from index.store.generations.manifest import Manifest

if TYPE_CHECKING:
    from index.engine import FormerArticle, SnapshotInfo
    from index.search.modes import Mode
    from index.search.searcher import Searcher


class Assistant:
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
        self._live = LiveSearcher(index_dir, encoder=encoder)
        self._llm = llm
        self._reranker = reranker
        self._today = today
        self._suggestions = Suggestions()
        self._suggests = suggests
        self.encoder = encoder
        reader_of(encoder)  # loaded before the first question, which would wait for it

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def is_ready(self) -> bool:
        """Tell that questions are answered: an assistant that is open always does."""
        return True

    def close(self) -> None:
        """Give back files and memory."""
        self._live.close()

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
                frequencies=self._frequencies,
            )
        if query.talk is not None:
            with self._live.lease() as searcher:
                answer = courtesy(query, searcher, watch)
            yield from streamed(answer)
            return
        with self._live.lease() as searcher:
            decision = decide(query, searcher, watch, history=history, reranker=self._reranker)
        for event in tell(decision, watch, llm=self._llm):
            if isinstance(event, Answer) and self._suggests:
                event = self._suggesting(event, history)
            yield event

    def _suggesting(self, answer: Answer, history: Sequence[Turn]) -> Answer:
        """Add further questions to an answer whose text has been given."""
        asked = [turn.question for turn in history]
        language = frame_language(answer.language)
        with self._live.lease() as searcher:
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

    def _frequencies(self, terms: Sequence[str]) -> list[int]:
        """Tell in how many passages each of the terms is."""
        with self._live.lease() as searcher:
            return searcher.frequencies(terms)

    def _clock(self) -> Clock:
        """Tell today, and of which months there are articles."""
        with self._live.lease() as searcher:
            return Clock(self._today(), frozenset(searcher.info().dates))

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first; raises QueryError."""
        with self._live.lease() as searcher:
            if self._reranker is not None:
                return RerankingSearcher(searcher, self._reranker).search(
                    query, k=k, mode=mode, filters=filters
                )
            return searcher.search(query, k=k, mode=mode, filters=filters)

    def speaks_of(self, query: str) -> bool:
        """Tell whether the passages found for `query` have a word of it, or one that means the same."""
        with self._live.lease() as searcher:
            return speaks_of(read(query, frequencies=searcher.frequencies), searcher)

    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        with self._live.lease() as searcher:
            return searcher.article(article_id)

    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        """List articles in an order: as they were added, or by date."""
        with self._live.lease() as searcher:
            return searcher.articles(offset=offset, limit=limit, filters=filters, order=order)

    def source(self, article_id: str) -> Source:
        """Say what is known of an article, without its text; raises ArticleError when there is none."""
        return source_of(self.article(article_id))

    def passages(self, article_id: str) -> list[Passage]:
        """List the passages of an article, in order; raises ArticleError when there is no such article."""
        with self._live.lease() as searcher:
            return searcher.passages(article_id)

    def versions(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept, the last replaced first."""
        with self._live.lease() as searcher:
            return searcher.versions(article_id)

    def info(self) -> SnapshotInfo:
        """Say what the index holds; raises SnapshotMissing while its folder is away, EngineAway likewise."""
        self._live.check()
        with self._live.lease() as searcher:
            return searcher.info()

    def suggestions(self, language: str) -> list[str]:
        """Make up to four questions from the articles, in Arabic or (any other language) English."""
        with self._live.lease() as searcher:
            asking = self._asking(searcher)
            return list(self._suggestions.opening(searcher, asking, language=frame_language(language)))


def open_assistant(
    index: str | IndexPlace | None = None,
    *,
    articles: str | Path | None = None,
    encoder: str | Encoder | None = None,
    settings: Settings | None = None,
    may_build: bool = True,
    suggests: bool = True,
) -> Assistant:
    """Open the assistant over an index; a folder without one is built from `articles` if that `may_build`.

    What is not given comes from `settings`, by default those of the environment; without `suggests` answers
    bring no further questions. Relative paths of the settings start at the project's folder. Raises
    MustanadError in one of its kinds.
    """
    settings = settings or Settings.from_environment(os.environ)
    place = place_of(index) if index is not None else named_index(settings.index, settings.index_token)
    _check_manifest(place, may_build=may_build)
    chosen = encoder if encoder is not None else named_encoder(settings.encoder)
    loaded = load_encoder(chosen) if chosen is None or isinstance(chosen, str) else chosen
    reranker = load_reranker(settings.reranker) if settings.reranker else None
    try:
        return Assistant(
            place, encoder=loaded, llm=open_writer(settings), reranker=reranker, suggests=suggests
        )
    except SnapshotMissing:
        # What an engine holds others may read too: it is built on purpose only.
        if not may_build or isinstance(place, EngineAddress):
            raise
        paths = [articles] if articles is not None else [from_root(settings.articles)]
        build(paths, place, encoder=loaded)
        return Assistant(
            place, encoder=loaded, llm=open_writer(settings), reranker=reranker, suggests=suggests
        )


def _check_manifest(index: IndexPlace, *, may_build: bool) -> None:
    """Raise what opening a folder would raise of its manifest, before a model is loaded for nothing."""
    if isinstance(index, EngineAddress):
        return
    try:
        Manifest.read(index)
    except SnapshotMissing:
        if not may_build:
            raise
