"""Mounts the Gradio page on the FastAPI application, behind the wrapper that tightens it."""

from __future__ import annotations

import contextlib
import importlib
import threading

import gradio as gr
from fastapi import FastAPI
from gradio.events import api
from starlette.routing import Mount
from starlette.types import ASGIApp

from assistant.settings import Settings
from assistant.ui.endpoints import Endpoints
from assistant.ui.functions import ChatFunctions
from assistant.ui.pages import check_page, page_pictures, quote_cards
from assistant.ui.pages import static_pages as pages
from assistant.ui.wrapper import ChatPage
from assistant.web.neighbours import HandingOn, Neighbours
from assistant.web.storage.feedback import FeedbackBook
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lanes

THREADS = 20  # for what Gradio does itself; no function of ours takes one


def mount(
    app: FastAPI,
    assistant: Answerer,
    settings: Settings,
    lanes: Lanes | None = None,
    neighbours: Neighbours | None = None,
) -> None:
    """Add the chat to `app`; every path without a route of its own belongs to it from then on."""
    lanes = lanes or Lanes()
    threading.Thread(target=_load_ahead, name="loading ahead", daemon=True).start()
    app.include_router(page_pictures.router(assistant, lanes))  # whose addresses are an article's with more
    app.include_router(pages.router(assistant, settings))
    app.include_router(quote_cards.router(assistant, settings, lanes))
    app.include_router(check_page.router(assistant, settings, lanes))
    functions = ChatFunctions(assistant, FeedbackBook(settings.feedback))
    blocks = build_blocks(Endpoints(functions, lanes), title=settings.title)
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
    if not isinstance(mounted, Mount):
        raise RuntimeError(
            f"Gradio added {mounted!r} as its last route, not a mount; see assistant/ui/mount.py"
        )
    names = {number: str(function.api_name) for number, function in blocks.fns.items()}
    inner: ASGIApp = mounted.app
    if neighbours is not None:
        inner = app.state.neighbours = HandingOn(inner, neighbours)
    app.router.default = ChatPage(inner, functions, settings, lanes, names)


def _load_ahead() -> None:
    """Load what Gradio would load with the first question, which would wait a second for it."""
    with contextlib.suppress(ImportError):  # it need not be installed
        importlib.import_module("matplotlib").use("agg")


def build_blocks(endpoints: Endpoints, *, title: str) -> gr.Blocks:
    """Make the Gradio page of the endpoints. They are asynchronous: Gradio's threads are left to Gradio."""
    blocks = gr.Blocks(analytics_enabled=False, title=title)
    with blocks:
        # Only answers stream, so only they pass through the queue.
        api(endpoints.ask, api_name="ask", queue=True, concurrency_limit=None)
        for endpoint in (
            endpoints.search,
            endpoints.articles,
            endpoints.recall,
            endpoints.welcome,
            endpoints.corpus,
            endpoints.feedback,
            endpoints.export_conversation,
            endpoints.export_selection,
        ):
            api(endpoint, api_name=endpoint.__name__, queue=False, concurrency_limit=None)
    blocks.queue(default_concurrency_limit=None, status_update_rate="auto")
    blocks.max_threads = THREADS
    return blocks
