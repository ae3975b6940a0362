"""How long the stages of one answer take."""

from __future__ import annotations

import time
from collections import defaultdict
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
    """Milliseconds of each stage of one answer, and of all since it was made.

    A stage that comes again (a question in two halves is searched for twice) is summed up. What a stage
    inside another takes counts for itself alone, so that the stages add up to no more than the whole.
    """

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._inside = 0.0  # seconds of the stages that have ended inside the one that runs
        self._listener = _LISTENER.get()

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time a stage."""
        started = time.perf_counter()
        before, self._inside = self._inside, 0.0
        try:
            yield
        finally:
            whole = time.perf_counter() - started
            self._seconds[stage] += whole - self._inside
            self._inside = before + whole
            if self._listener is not None:
                self._listener(stage, whole)

    def read(self) -> dict[str, float]:
        """Give the times of the stages, and `total`."""
        seconds = {**self._seconds, "total": time.perf_counter() - self._started}
        return {stage: round(1000 * spent, 2) for stage, spent in seconds.items()}
