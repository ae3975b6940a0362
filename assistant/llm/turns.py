"""Turns to compute: few threads at once, callers in rotation, and none for a thread that only waits.

Search, encoding and judging keep a processor busy; more threads than processors only make all of them late.
A thread that waits for a language model steps aside, so that the others compute meanwhile. Whoever asks much
waits for itself: among the callers that wait, each gets one turn after the other.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextvars import ContextVar

# Who is served in this context; the door of the program sets it. Threads started by anyio inherit it.
CALLER: ContextVar[str] = ContextVar("caller", default="")
_here = threading.local()


class Turns:
    """At most `at_once` threads compute; by default one a processor, and two at least.

    One caller holds all turns but one, so that who comes next need not wait for what it has begun.
    """

    def __init__(self, at_once: int | None = None) -> None:
        self._free = at_once or max(2, os.cpu_count() or 2)
        self._most = max(1, self._free - 1)
        self._guard = threading.Lock()
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it, except while the thread has stepped `aside`."""
        caller = CALLER.get()
        self._take(caller)
        _here.turn = (self, caller)
        try:
            yield
        finally:
            if getattr(_here, "turn", None) is not None:
                _here.turn = None
                self._give_back(caller)

    def _take(self, caller: str) -> None:
        called = threading.Event()
        with self._guard:
            self._waiting.setdefault(caller, deque()).append(called)
            self._call_next()
        called.wait()

    def _give_back(self, caller: str) -> None:
        with self._guard:
            self._free += 1
            self._held[caller] -= 1
            if not self._held[caller]:
                del self._held[caller]
            self._call_next()

    def _call_next(self) -> None:
        """Hand free turns to the callers that have waited longest since their last one."""
        for caller in list(self._waiting):
            if not self._free:
                return
            if self._held[caller] >= self._most:
                continue
            queue = self._waiting.pop(caller)
            self._free -= 1
            self._held[caller] += 1
            queue.popleft().set()
            if queue:
                self._waiting[caller] = queue


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Give back this thread's turn, if it has one, while the thread waits for something far away."""
    turn: tuple[Turns, str] | None = getattr(_here, "turn", None)
    if turn is None:
        yield
        return
    turns, caller = turn
    thread = threading.get_ident()
    _here.turn = None
    turns._give_back(caller)
    try:
        yield
    finally:
        # A generator that nobody finished may be closed by another thread, which has no turn to take up.
        if threading.get_ident() == thread:
            turns._take(caller)
            _here.turn = turn
