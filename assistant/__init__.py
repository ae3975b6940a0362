"""Turns found passages into answers made of verbatim quotes, and serves them.

    from assistant import open_assistant

    with open_assistant("data/index") as assistant:
        answer = assistant.ask("بأي جائزة تُوِّجت مدائن؟")
        for citation in answer.citations:
            print(citation.source.title, citation.quote)

What is named here is loaded when it is first used: importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation, Delta, Turn
    from assistant.assistant import Assistant
    from assistant.commands.opening import open_assistant
    from assistant.web.work.asynchronous import AsyncAssistant
    from index.articles.filters import Filters

__all__ = ["Answer", "Assistant", "AsyncAssistant", "Citation", "Delta", "Filters", "Turn", "open_assistant"]

_HOMES = {
    "Answer": "assistant.answer",
    "Assistant": "assistant.assistant",
    "AsyncAssistant": "assistant.web.work.asynchronous",
    "Citation": "assistant.answer",
    "Delta": "assistant.answer",
    "Filters": "index.articles.filters",
    "Turn": "assistant.answer",
    "open_assistant": "assistant.commands.opening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
