"""The page's functions as Gradio carries them: asynchronous, each in the lane of its kind of work."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from assistant.computing.turns import CALLER
from assistant.ui.functions import ChatFunctions, as_problem
from assistant.web.guards.limits import network_of
from assistant.web.shapes.serialization import sendable
from assistant.web.work.lanes import Busy, Lane, Lanes


class Endpoints:
    """Each method is one function of the page, callable by name by our script and by any Gradio client.

    Gradio reads the names, types and descriptions of the methods' parameters, so each is spelled out. What
    they give is JSON; where a lane is full it says that the server is busy.
    """

    def __init__(self, functions: ChatFunctions, lanes: Lanes) -> None:
        self._functions, self._lanes = functions, lanes

    async def ask(
        self,
        question: str,
        history: list[dict[str, Any]] | None = None,
        filters: dict[str, Any] | None = None,
        request: gr.Request = None,  # type: ignore[assignment]  # Gradio puts it in by its type
    ) -> AsyncGenerator[dict[str, Any] | None, None]:
        """Answer a question in verbatim quotes; a stream of pieces, then the whole answer."""
        if request is not None and request.client is not None:
            CALLER.set(network_of(request.client.host))  # the queue runs apart from the request
        try:
            events = self._lanes.answers.stream(
                self._functions.ask(question, history or (), filters), merge=_joined
            )
        except Busy as busy:
            yield as_problem(busy)
            return
        async with aclosing(events):
            async for event in events:
                yield sendable(event)

    async def search(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Find verbatim quotes."""
        return await _done(self._lanes.searches, partial(self._functions.search, wanted))

    async def articles(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List articles."""
        return await _done(self._lanes.searches, partial(self._functions.articles, wanted))

    async def recall(self, spans: list[dict[str, Any]]) -> dict[str, Any]:
        """Show quotes as they stand in their articles now."""
        return await _done(self._lanes.searches, partial(self._functions.recall, spans))

    async def welcome(self) -> dict[str, Any]:
        """Say what the articles are, and four questions made from them, in each language."""
        return _sendable(await self._lanes.check(self._functions.welcome))

    async def corpus(self) -> dict[str, Any]:
        """Say what the articles are."""
        return _sendable(await self._lanes.check(self._functions.corpus))

    async def feedback(self, given: dict[str, Any]) -> dict[str, Any]:
        """Keep a like or dislike."""
        return await _done(self._lanes.feedback, partial(self._functions.feedback, given))

    async def export_conversation(
        self, turns: list[dict[str, Any]], language: str, base: str
    ) -> dict[str, Any]:
        """Write a conversation as Markdown."""
        work = partial(self._functions.export_conversation, turns, language, base)
        return await _done(self._lanes.searches, work)

    async def export_selection(
        self, spans: list[dict[str, Any]], format: str, language: str, base: str
    ) -> dict[str, Any]:
        """Write chosen quotes for citing."""
        work = partial(self._functions.export_selection, spans, format, language, base)
        return await _done(self._lanes.searches, work)


async def _done(lane: Lane, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do `work` in `lane`; give what it gives, or that the server is busy."""
    try:
        return _sendable(await lane.run(work))
    except Busy as busy:
        return as_problem(busy)


def _sendable(answer: dict[str, Any]) -> dict[str, Any]:
    """Give `answer` as any writer of JSON can write it."""
    sound: dict[str, Any] = sendable(answer)
    return sound


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    """Make one piece of two pieces of an answer's text, which Gradio carries at the price of one."""
    if one["type"] == other["type"] == "delta":
        return {"type": "delta", "text": one["text"] + other["text"]}
    return None
