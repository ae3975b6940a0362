"""The bridge from threads to asyncio: a blocking iterator becomes an asynchronous one.

One thread runs the work from its beginning to its end and never waits for who takes the items: a slow reader
keeps neither the thread nor what the work holds, a lease of the index among it. A reader who leaves stops the
work at its next item. Items that come quicker than they are taken are handed over in one go.

Starlette's own iteration (`iterate_in_threadpool`) takes a thread of the pool anew for every item: a turn to
compute and what a thread keeps would be lost between two items, and a slow reader would hold up the work.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Generic, TypeVar

from assistant.answer import Answer, Delta

T = TypeVar("T")
Breaker = Callable[[BaseException], None]
# Makes one item of two that follow each other; None where they stay two.
Merge = Callable[[T, T], T | None]


class Bridge(Generic[T]):
    """One piece of work on its way from a thread to a task; made in the event loop."""

    def __init__(
        self, items: Iterator[T], ended: Callable[[Bridge[T]], None], merge: Merge[T] | None = None
    ) -> None:
        """`ended` is called in the event loop when the work is over, whatever came of it."""
        self._items, self._ended, self._merge = items, ended, merge
        self._loop = asyncio.get_running_loop()
        self._guard = threading.Lock()
        self._ready: deque[T] = deque()
        self._error: BaseException | None = None
        self._is_over = self._is_told = self._is_left = False
        self._news = asyncio.Event()

    def run(self) -> None:
        """Do the work, in a thread; nothing of it where the reader has left before."""
        try:
            if not self._is_left:
                for item in self._items:
                    if self._is_left:
                        break
                    self._tell(item)
        except BaseException as error:
            self._error = error
        finally:
            close = getattr(self._items, "close", None)
            if close is not None:
                close()
            self.finish()

    def finish(self) -> None:
        """Say that the work is over; also of work that was never begun. From any thread, once."""
        try:
            self._loop.call_soon_threadsafe(self._over)
        except RuntimeError:  # the loop ended before the work: nobody waits for it
            return

    def leave(self) -> None:
        """Stop the work at its next item: nobody wants more."""
        self._is_left = True

    def break_off(self, error: BaseException) -> None:
        """Raise `error` for the reader, in the event loop, and stop the work."""
        self._error, self._is_over, self._is_left = error, True, True
        self._news.set()

    async def taken(self, heartbeat_s: float | None) -> AsyncGenerator[T | None, None]:
        """Give the items, and None after every `heartbeat_s` of silence; raises what the work raised."""
        try:
            while True:
                while self._ready:
                    yield self._next()
                if self._is_over:
                    if self._error is not None:
                        raise self._error
                    return
                self._news.clear()
                try:
                    await asyncio.wait_for(self._news.wait(), heartbeat_s)
                except TimeoutError:
                    yield None
        finally:
            self.leave()

    def _next(self) -> T:
        with self._guard:
            item = self._ready.popleft()
            while self._merge is not None and self._ready:
                both = self._merge(item, self._ready[0])
                if both is None:
                    break
                item = both
                self._ready.popleft()
        return item

    def _tell(self, item: T) -> None:
        with self._guard:
            self._ready.append(item)
            is_told, self._is_told = self._is_told, True
        if not is_told:
            self._loop.call_soon_threadsafe(self._hear)

    def _hear(self) -> None:
        with self._guard:
            self._is_told = False
        self._news.set()

    def _over(self) -> None:
        self._is_over = True
        self._news.set()
        self._ended(self)


def steps(
    items: Iterator[T], *, heartbeat_s: float | None = None, ended: Callable[[], None] = lambda: None
) -> AsyncGenerator[T | None, None]:
    """Give the items of `items`, which a thread of its own runs from now on.

    `heartbeat_s` and `ended` are those of `Bridge`.
    """
    bridge = Bridge(items, lambda _bridge: ended())
    threading.Thread(target=bridge.run, name="steps", daemon=True).start()
    return bridge.taken(heartbeat_s)


def joined(one: Delta | Answer, other: Delta | Answer) -> Delta | Answer | None:
    """Make one piece of two pieces of an answer's text; a merge of `Bridge`."""
    if isinstance(one, Delta) and isinstance(other, Delta):
        return Delta(one.text + other.text)
    return None
