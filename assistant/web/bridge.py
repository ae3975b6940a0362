"""The bridge from threads to asyncio: a blocking iterator becomes an asynchronous one.

One thread runs the work from its beginning to its end and never waits for who takes the items: a slow reader
keeps neither the thread nor what the work holds, a lease of the index among it. A reader who leaves stops the
work at its next item.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

T = TypeVar("T")
_END: Any = object()


def steps(
    items: Iterator[T], *, heartbeat_s: float | None = None, ended: Callable[[], None] | None = None
) -> AsyncGenerator[T | None, None]:
    """Give the items of `items`, which one thread runs, and None after every `heartbeat_s` of silence.

    The work begins with this call. `ended` is called in the event loop when it is over, whatever came of it.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[T] = asyncio.Queue()
    left = threading.Event()
    # A limiter of its own: who calls this decides how many run at once, not a pool shared with others.
    work = loop.create_task(
        anyio.to_thread.run_sync(_run, items, loop, queue, left, limiter=CapacityLimiter(1))
    )

    def over(done: asyncio.Task[None]) -> None:
        # Looked at here: a reader who left would not, and the log would complain.
        _ = done.cancelled() or done.exception()
        queue.put_nowait(_END)
        if ended is not None:
            ended()

    work.add_done_callback(over)
    return _taken(queue, left, work, heartbeat_s)


def _run(
    items: Iterator[T], loop: asyncio.AbstractEventLoop, queue: asyncio.Queue[T], left: threading.Event
) -> None:
    try:
        for item in items:
            if left.is_set():
                return
            loop.call_soon_threadsafe(queue.put_nowait, item)
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


async def _taken(
    queue: asyncio.Queue[T], left: threading.Event, work: asyncio.Task[None], heartbeat_s: float | None
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
            yield item
    finally:
        left.set()
