"""Mounts the Gradio page on the FastAPI application, behind the wrapper that tightens it."""

from __future__ import annotations

import contextlib
import importlib
import os
import threading
from typing import Any

import gradio as gr

from assistant.settings import Settings, from_root
from assistant.ui import static_pages as pages
from assistant.ui.functions import ChatFunctions
from assistant.ui.wrapper import ChatPage
from assistant.web.feedback import FeedbackBook

THREADS = 200  # answers written at once; Gradio's own 40 would make the 41st reader wait


def mount(app: Any, assistant: Any, settings: Settings) -> None:
    """Adds the chat to `app`; every path without a route of its own belongs to it from then on."""
    threading.Thread(target=_load_ahead, name="loading ahead", daemon=True).start()
    app.include_router(pages.router(assistant, settings))
    book = FeedbackBook(from_root(settings.feedback))
    functions = ChatFunctions(assistant, book)
    blocks = build_blocks(functions, title=settings.title)
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
    mounted = app.router.routes[-1]
    mounted.app = ChatPage(mounted.app, functions, settings)


def _load_ahead() -> None:
    """Loads what Gradio would load with the first question, which would wait a second for it."""
    with contextlib.suppress(ImportError):  # it need not be installed
        importlib.import_module("matplotlib").use("agg")


def build_blocks(functions: ChatFunctions, *, title: str) -> gr.Blocks:
    """The Gradio page and its functions, callable by name by our script and by any Gradio client."""
    with gr.Blocks(analytics_enabled=False, title=title) as blocks:
        for factory in (_ask, _search, _welcome, _corpus, _feedback, _export_conversation, _export_selection):
            function = factory(functions)
            streams = function.__name__ == "ask"  # only answers stream, so only they pass through the queue
            gr.api(function, api_name=function.__name__, queue=streams, concurrency_limit=None)
    # Gradio would sum up all questions after each of them, for a page of statistics that is closed here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    blocks.queue(default_concurrency_limit=None, status_update_rate="auto")
    blocks.max_threads = THREADS
    return blocks


# Gradio reads the names and types of a function's own parameters, so each is spelled out.
def _ask(functions: ChatFunctions) -> Any:
    def ask(question: str, history: list[dict] | None = None, filters: dict | None = None) -> dict:
        """Answers a question in verbatim quotes; a stream of pieces, then the whole answer."""
        yield from functions.ask(question, history or (), filters)

    return ask


def _search(functions: ChatFunctions) -> Any:
    def search(wanted: dict) -> dict:
        """Finds verbatim quotes."""
        return functions.search(wanted)

    return search


def _welcome(functions: ChatFunctions) -> Any:
    def welcome() -> dict:
        """What the articles are, and four questions made from them, in each language."""
        return functions.welcome()

    return welcome


def _corpus(functions: ChatFunctions) -> Any:
    def corpus() -> dict:
        """Says what the articles are."""
        return functions.corpus()

    return corpus


def _feedback(functions: ChatFunctions) -> Any:
    def feedback(given: dict) -> dict:
        """Keeps a like or dislike."""
        return functions.feedback(given)

    return feedback


def _export_conversation(functions: ChatFunctions) -> Any:
    def export_conversation(turns: list[dict], language: str, base: str) -> dict:
        """A conversation as Markdown."""
        return functions.export_conversation(turns, language, base)

    return export_conversation


def _export_selection(functions: ChatFunctions) -> Any:
    def export_selection(spans: list[dict], format: str, language: str, base: str) -> dict:
        """Chosen quotes for citing."""
        return functions.export_selection(spans, format, language, base)

    return export_selection
