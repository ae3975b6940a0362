"""The assistant for asynchronous programs: the same methods, awaited; the work is done in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, PeriodUse, Source, Turn
from assistant.web.work.bridge import steps
from index.articles.filters import Filters

if TYPE_CHECKING:
    from assistant.answer import Delta
    from assistant.assistant import Assistant
    from assistant.settings import Settings
    from index.articles import Article
    from index.encoder import Encoder
    from index.engine import SnapshotInfo
    from index.passages import Passage
    from index.search.hits import Hit
    from index.search.modes import Mode


class AsyncAssistant:
    """An `Assistant` whose methods are awaited; any number of tasks may use it at once."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    @classmethod
    async def open(
        cls,
        index: str | Path | None = None,
        *,
        articles: str | Path | None = None,
        encoder: str | Encoder | None = None,
        settings: Settings | None = None,
    ) -> AsyncAssistant:
        """Open the assistant as `open_assistant` does, in a thread."""
        from assistant.commands.opening import open_assistant

        return cls(
            await asyncio.to_thread(
                open_assistant, index, articles=articles, encoder=encoder, settings=settings
            )
        )

    async def __aenter__(self) -> AsyncAssistant:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give back files and memory."""
        await asyncio.to_thread(self.assistant.close)

    async def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`; raises QueryError when it is empty or too long."""
        return await asyncio.to_thread(
            self.assistant.ask, question, history=history, filters=filters, period=period
        )

    async def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> AsyncGenerator[Delta | Answer, None]:
        """Give pieces of the answer's text, then the whole answer; leaving the loop stops the work."""
        ended = asyncio.Event()
        items: Iterator[Delta | Answer] = self.assistant.stream(
            question, history=history, filters=filters, period=period
        )
        try:
            async with aclosing(steps(items, ended=ended.set)) as pieces:
                async for piece in pieces:
                    if piece is not None:
                        yield piece
        finally:
            await ended.wait()  # the assistant may be closed after this

    async def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first; raises QueryError."""
        return await asyncio.to_thread(self.assistant.search, query, k=k, mode=mode, filters=filters)

    async def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        return await asyncio.to_thread(self.assistant.article, article_id)

    async def articles(
        self, *, offset: int = 0, limit: int = 50, filters: Filters | None = None
    ) -> list[Article]:
        """List articles in the order they were added."""
        return await asyncio.to_thread(self.assistant.articles, offset=offset, limit=limit, filters=filters)

    async def source(self, article_id: str) -> Source:
        """Say what is known of an article, without its text; raises ArticleError when there is none."""
        return await asyncio.to_thread(self.assistant.source, article_id)

    async def passages(self, article_id: str) -> list[Passage]:
        """List the passages of an article, in order; raises ArticleError when there is no such article."""
        return await asyncio.to_thread(self.assistant.passages, article_id)

    async def info(self) -> SnapshotInfo:
        """Say what the index holds."""
        return await asyncio.to_thread(self.assistant.info)

    async def suggestions(self, language: str) -> list[str]:
        """Make up to four questions from the articles."""
        return await asyncio.to_thread(self.assistant.suggestions, language)
