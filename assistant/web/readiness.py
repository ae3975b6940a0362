"""An assistant that is still opening: pages are served at once, questions when it is ready."""

from __future__ import annotations

import threading
from typing import Any

from index.errors import MustanadError


class NotReady(MustanadError):
    """The assistant is still opening."""


class LateAssistant:
    """Stands for an assistant until it is there, then passes every call on to it."""

    def __init__(self) -> None:
        self._opened: Any = None
        self._settled = threading.Event()

    @property
    def is_ready(self) -> bool:
        """Whether questions are answered."""
        return self._opened is not None

    def arrive(self, assistant: Any) -> None:
        """From now on `assistant` answers."""
        self._opened = assistant
        self._settled.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits until it is ready; returns whether it is."""
        return self._settled.wait(timeout_s)

    def close(self) -> None:
        """Closes the assistant, if it came."""
        if self._opened is not None:
            self._opened.close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._opened is None:
            raise NotReady("the assistant is still opening its index and model; try again in a few seconds")
        return getattr(self._opened, name)


def is_ready(assistant: Any) -> bool:
    """Whether `assistant` answers questions: anything but a LateAssistant always does."""
    return getattr(assistant, "is_ready", True)
