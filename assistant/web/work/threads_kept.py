"""Threads that are begun when work comes and none is free, and end when none has come for a while.

Unlike those of `concurrent.futures` they do not keep the program from ending: one may wait for a language
model for minutes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

IDLE_S = 30.0


class Threads:
    """Does work in threads; whoever submits decides how much there is at once."""

    def __init__(self, *, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._free = 0
        self._here = threading.local()

    def submit(self, work: Callable[[], object]) -> None:
        """Have `work`, which raises nothing, done by a thread that is free, or by a new one."""
        self._work.put(work)
        with self._guard:
            if self._free:
                self._free -= 1
                return
        threading.Thread(target=self._serve, name="lane", daemon=True).start()

    def end_soon(self) -> None:
        """Count this thread as free: the work it does waits for nothing more, and hands its turn on."""
        self._here.is_counted = True
        with self._guard:
            self._free += 1

    def _serve(self) -> None:
        while True:
            try:
                work = self._work.get(timeout=self._idle_s)
            except queue.Empty:
                with self._guard:
                    if self._free:  # none was counted on meanwhile
                        self._free -= 1
                        return
                continue
            self._here.is_counted = False
            work()
            if not self._here.is_counted:
                self.end_soon()
