"""How long the stages of one answer take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Milliseconds of each stage of one answer, and of all since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._laps: dict[str, float] = {}

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._laps[stage] = _milliseconds(started)

    def read(self) -> dict[str, float]:
        """Give the times of the stages, and `total`."""
        return {**self._laps, "total": _milliseconds(self._started)}


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)
