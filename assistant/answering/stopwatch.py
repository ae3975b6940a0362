"""How long the stages of one answer take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float], None]
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of each stage as it ends, with its seconds, by every watch that is made meanwhile.

    A watch keeps its listener for good: an answer may be taken piece by piece long after.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


class Stopwatch:
    """Milliseconds of each stage of one answer, and of all since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._laps: dict[str, float] = {}
        self._listener = _LISTENER.get()

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._laps[stage] = _milliseconds(started)
            if self._listener is not None:
                self._listener(stage, time.perf_counter() - started)

    def read(self) -> dict[str, float]:
        """Give the times of the stages, and `total`."""
        return {**self._laps, "total": _milliseconds(self._started)}


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)
