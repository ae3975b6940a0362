"""The bridge from threads to asyncio: a blocking iterator becomes an asynchronous one.

One thread runs the work from its beginning to its end and never waits for who takes the items: a slow reader
keeps neither the thread nor what the work holds, a lease of the index among it. A reader who leaves stops the
work at its next item.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

T = TypeVar("T")
Breaker = Callable[[BaseException], None]
_END: Any = object()


def steps(
    items: Iterator[T],
    *,
    heartbeat_s: float | None = None,
    begin: Callable[[], Awaitable[None]] | None = None,
    breakers: set[Breaker] | None = None,
    ended: Callable[[], None] | None = None,
) -> AsyncGenerator[T | None, None]:
    """Give the items of `items`, which one thread runs, and None after every `heartbeat_s` of silence.

    The work begins with this call, or, with `begin`, when that has been awaited: no thread waits meanwhile,
    and a reader who leaves before that costs nothing. `ended` is called in the event loop when it is over,
    whatever came of it. While it goes on, one of `breakers` can end it with an error for the reader.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[T | BaseException] = asyncio.Queue()
    left, begun = threading.Event(), asyncio.Event()

    async def working() -> None:
        if begin is not None:
            await begin()
        begun.set()
        # A limiter of its own: who calls this decides how many run at once, not a pool shared with others.
        await anyio.to_thread.run_sync(_run, items, loop, queue, left, limiter=CapacityLimiter(1))

    work = loop.create_task(working())

    breaker: Breaker = queue.put_nowait
    if breakers is not None:
        breakers.add(breaker)

    def over(done: asyncio.Task[None]) -> None:
        if breakers is not None:
            breakers.discard(breaker)
        # Looked at here: a reader who left would not, and the log would complain.
        _ = done.cancelled() or done.exception()
        queue.put_nowait(_END)
        if ended is not None:
            ended()

    work.add_done_callback(over)

    def leave() -> None:
        left.set()
        if not begun.is_set():
            work.cancel()

    return _taken(queue, leave, work, heartbeat_s)


def _run(
    items: Iterator[T],
    loop: asyncio.AbstractEventLoop,
    queue: asyncio.Queue[T | BaseException],
    left: threading.Event,
) -> None:
    try:
        if left.is_set():
            return
        for item in items:
            if left.is_set():
                return
            loop.call_soon_threadsafe(queue.put_nowait, item)
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


async def _taken(
    queue: asyncio.Queue[T | BaseException],
    leave: Callable[[], None],
    work: asyncio.Task[None],
    heartbeat_s: float | None,
) -> AsyncGenerator[T | None, None]:
    try:
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), heartbeat_s)
            except TimeoutError:
                yield None
                continue
            if item is _END:
                await asyncio.shield(work)  # raises what the work raised
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        leave()
