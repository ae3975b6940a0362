"""An assistant that is still opening: pages are served at once, questions when it is ready."""

from __future__ import annotations

import threading

from assistant.web.work.answerer import Answerer, Relay
from index.errors import MustanadError


class NotReady(MustanadError):
    """The assistant is still opening."""


class LateAssistant(Relay):
    """Stands for an assistant until it has arrived, then hands every call on to it.

    A call that comes before waits `patience_s` seconds for it, then raises NotReady.
    """

    def __init__(self, *, patience_s: float = 0.0) -> None:
        self._arrived: Answerer | None = None
        self._arrival = threading.Event()
        self._patience_s = patience_s

    @property
    def is_ready(self) -> bool:
        """Tell whether questions are answered already."""
        return self._arrived is not None

    def arrive(self, assistant: Answerer) -> None:
        """Let `assistant` answer from now on."""
        self._arrived = assistant
        self._arrival.set()

    def behind(self) -> Answerer:
        """Give the assistant that arrived; raises NotReady when none did in time."""
        self._arrival.wait(self._patience_s)
        if self._arrived is None:
            raise NotReady("the assistant is still opening its index and model; try again in a few seconds")
        return self._arrived

    def close(self) -> None:
        """Close the assistant, if it arrived."""
        if self._arrived is not None:
            self._arrived.close()
