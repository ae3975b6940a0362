"""Mounts the Gradio page on the FastAPI application, behind the wrapper that tightens it."""

from __future__ import annotations

import contextlib
import importlib
import os
import threading
from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from assistant.llm.turns import CALLER
from assistant.settings import Settings, from_root
from assistant.ui import static_pages as pages
from assistant.ui.functions import ChatFunctions, as_problem
from assistant.ui.wrapper import ChatPage
from assistant.web.encodable_json import sendable
from assistant.web.feedback import FeedbackBook
from assistant.web.lanes import Busy, Lane, Lanes
from assistant.web.limits import network_of

THREADS = 20  # for what Gradio does itself; no function of ours takes one


def mount(app: Any, assistant: Any, settings: Settings, lanes: Lanes | None = None) -> None:
    """Adds the chat to `app`; every path without a route of its own belongs to it from then on."""
    lanes = lanes or Lanes()
    threading.Thread(target=_load_ahead, name="loading ahead", daemon=True).start()
    app.include_router(pages.router(assistant, settings))
    book = FeedbackBook(from_root(settings.feedback))
    functions = ChatFunctions(assistant, book)
    blocks = build_blocks(functions, lanes, title=settings.title)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=1,
    )
    # Not as a mount, which would match every path and hide what a route says of its methods.
    mounted = app.router.routes.pop()
    names = {number: str(fn.api_name) for number, fn in blocks.fns.items()}
    app.router.default = ChatPage(mounted.app, functions, settings, lanes, names)


def _load_ahead() -> None:
    """Loads what Gradio would load with the first question, which would wait a second for it."""
    with contextlib.suppress(ImportError):  # it need not be installed
        importlib.import_module("matplotlib").use("agg")


def build_blocks(functions: ChatFunctions, lanes: Lanes, *, title: str) -> gr.Blocks:
    """The Gradio page and its functions, callable by name by our script and by any Gradio client.

    Every function is asynchronous and works in `lanes`: Gradio's own threads are left to Gradio.
    """
    with gr.Blocks(analytics_enabled=False, title=title) as blocks:
        for factory in (_ask, _search, _welcome, _corpus, _feedback, _export_conversation, _export_selection):
            function = factory(functions, lanes)
            streams = function.__name__ == "ask"  # only answers stream, so only they pass through the queue
            gr.api(function, api_name=function.__name__, queue=streams, concurrency_limit=None)
    # Gradio would sum up all questions after each of them, for a page of statistics that is closed here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    blocks.queue(default_concurrency_limit=None, status_update_rate="auto")
    blocks.max_threads = THREADS
    return blocks


async def _answered(lane: Lane, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` gives, or that the server is busy; always something that JSON can say."""
    try:
        return sendable(await lane.run(work))
    except Busy as busy:
        return as_problem(busy)


# Gradio reads the names and types of a function's own parameters, so each is spelled out.
def _ask(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def ask(
        question: str,
        history: list[dict] | None = None,
        filters: dict | None = None,
        request: gr.Request = None,  # type: ignore[assignment]  # Gradio puts it in by its type
    ) -> dict:
        """Answers a question in verbatim quotes; a stream of pieces, then the whole answer."""
        if request is not None and request.client is not None:
            CALLER.set(network_of(request.client.host))  # the queue runs apart from the request
        try:
            events = lanes.answers.stream(functions.ask(question, history or (), filters))
        except Busy as busy:
            yield as_problem(busy)
            return
        async with aclosing(events):
            async for event in events:
                yield sendable(event)

    return ask


def _search(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def search(wanted: dict) -> dict:
        """Finds verbatim quotes."""
        return await _answered(lanes.searches, partial(functions.search, wanted))

    return search


def _welcome(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def welcome() -> dict:
        """What the articles are, and four questions made from them, in each language."""
        return sendable(await lanes.check(functions.welcome))

    return welcome


def _corpus(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def corpus() -> dict:
        """Says what the articles are."""
        return sendable(await lanes.check(functions.corpus))

    return corpus


def _feedback(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def feedback(given: dict) -> dict:
        """Keeps a like or dislike."""
        return await _answered(lanes.feedback, partial(functions.feedback, given))

    return feedback


def _export_conversation(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def export_conversation(turns: list[dict], language: str, base: str) -> dict:
        """A conversation as Markdown."""
        work = partial(functions.export_conversation, turns, language, base)
        return await _answered(lanes.searches, work)

    return export_conversation


def _export_selection(functions: ChatFunctions, lanes: Lanes) -> Any:
    async def export_selection(spans: list[dict], format: str, language: str, base: str) -> dict:
        """Chosen quotes for citing."""
        work = partial(functions.export_selection, spans, format, language, base)
        return await _answered(lanes.searches, work)

    return export_selection
