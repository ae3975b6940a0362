"""The program's door over HTTP. FastAPI has its home here and is loaded when an application is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.settings import Settings


def create_app(assistant: Any, settings: Settings, *, chat: bool = True) -> FastAPI:
    """The whole application over `assistant`; without `chat`, the interfaces for programs alone."""
    from assistant.api.app import create_app

    return create_app(assistant, settings, chat=chat)
