"""The chat: a Gradio page with our own view on it. Gradio has its home here, and is loaded when mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.settings import Settings


def mount_chat(app: Any, assistant: Any, settings: Settings) -> None:
    """Puts the chat at `/` (`/ar`, `/en`, `/embed`) of the FastAPI application `app`.

    Call it last: the chat's mount answers every path that no earlier route took.
    """
    from assistant.ui.mount import mount

    mount(app, assistant, settings)
