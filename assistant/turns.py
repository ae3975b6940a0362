"""Turns to compute: few threads at once, callers in rotation, and none for a thread that only waits.

Search, encoding and judging keep a processor busy; more threads than processors only make all of them late.
A thread that waits for a language model steps aside, so that the others compute meanwhile. Whoever asks much
waits for itself: among the callers that wait, each gets one turn after the other.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextvars import ContextVar

# Who is served in this context; the door of the program sets it. Threads started by anyio inherit it.
CALLER: ContextVar[str] = ContextVar("caller", default="")
_here = threading.local()


class Turns:
    """At most `at_once` threads compute; by default one a processor, and two at least."""

    def __init__(self, at_once: int | None = None) -> None:
        self._free = at_once or max(2, os.cpu_count() or 2)
        self._guard = threading.Lock()
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn and holds it, except while the thread has stepped `aside`."""
        self._take()
        _here.turns = self
        try:
            yield
        finally:
            _here.turns = None
            self._give_back()

    def _take(self) -> None:
        caller = CALLER.get()
        with self._guard:
            if self._free and not self._waiting:
                self._free -= 1
                return
            called = threading.Event()
            self._waiting.setdefault(caller, deque()).append(called)
        called.wait()

    def _give_back(self) -> None:
        """Hands the turn to the caller that has waited longest since its last one."""
        with self._guard:
            if not self._waiting:
                self._free += 1
                return
            caller, queue = self._waiting.popitem(last=False)
            queue.popleft().set()
            if queue:
                self._waiting[caller] = queue


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Gives back this thread's turn, if it has one, while the thread waits for something far away."""
    turns: Turns | None = getattr(_here, "turns", None)
    if turns is None:
        yield
        return
    thread = threading.get_ident()
    _here.turns = None
    turns._give_back()
    try:
        yield
    finally:
        # A generator that nobody finished may be closed by another thread, which has no turn to take up.
        if threading.get_ident() == thread:
            turns._take()
            _here.turns = turns
