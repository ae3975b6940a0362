"""The chat: a Gradio page with our own view on it. Gradio has its home here, and is loaded when mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.web.lanes import Lanes


def mount_chat(app: Any, assistant: Any, settings: Settings, *, lanes: Lanes | None = None) -> None:
    """Puts the chat at `/` (`/ar`, `/en`, `/embed`) of the FastAPI application `app`.

    It answers every path that no route takes, and does its work in `lanes` (by default in some of its own).
    """
    from assistant.ui.mount import mount

    mount(app, assistant, settings, lanes)
