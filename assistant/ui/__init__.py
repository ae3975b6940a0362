"""The chat: a Gradio page with our own view on it. Gradio has its home here, and is loaded when mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.settings import Settings
    from assistant.web.neighbours import Neighbours
    from assistant.web.work.answerer import Answerer
    from assistant.web.work.lanes import Lanes


def mount_chat(
    app: FastAPI,
    assistant: Answerer,
    settings: Settings,
    *,
    lanes: Lanes | None = None,
    neighbours: Neighbours | None = None,
) -> None:
    """Put the chat at `/` (`/ar`, `/en`, `/embed`) of the FastAPI application `app`.

    It answers every path that no route takes, and does its work in `lanes` (by default in some of its own).
    Sessions that belong to one of the `neighbours` are handed on to it.
    """
    from assistant.ui.mount import mount

    mount(app, assistant, settings, lanes, neighbours)
