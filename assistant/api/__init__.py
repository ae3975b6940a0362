"""The program's door over HTTP. FastAPI has its home here and is loaded when an application is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.settings import Settings
    from assistant.web.work.answerer import Answerer


def create_app(assistant: Answerer, settings: Settings, *, chat: bool = True) -> FastAPI:
    """Make the whole application over `assistant`; without `chat`, the interfaces for programs alone."""
    from assistant.api.app import create_app

    return create_app(assistant, settings, chat=chat)
