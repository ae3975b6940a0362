"""Server-sent events from a generator that runs in threads, with heartbeats, ended when the reader leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import cache
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send

HEARTBEAT_S = 10.0
STREAMS_AT_ONCE = 200
_END = object()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(STREAMS_AT_ONCE, thread_name_prefix="stream")


async def steps(items: Iterator[Any], *, heartbeat_s: float = HEARTBEAT_S) -> AsyncIterator[Any]:
    """The items of a blocking iterator, each awaited in a thread; None for every `heartbeat_s` of silence.

    When the consumer stops, the iterator is closed: at once when it rests, else after the step it is in.
    """
    loop = asyncio.get_running_loop()
    step: asyncio.Future | None = None
    try:
        while True:
            step = loop.run_in_executor(_threads(), next, items, _END)
            while not (await asyncio.wait({step}, timeout=heartbeat_s))[0]:
                yield None
            item, step = step.result(), None
            if item is _END:
                return
            yield item
    finally:
        if step is None or step.done():
            _close(items)
        else:
            step.add_done_callback(lambda done: (done.cancelled() or done.exception(), _close(items)))


def _close(items: Iterator[Any]) -> None:
    close = getattr(items, "close", None)
    if close is not None:
        _threads().submit(close)


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event; JSON holds no bare line end, so one `data` line is enough."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


HEARTBEAT = b": heartbeat\n\n"


class EventStream(StreamingResponse):
    """A stream of events that proxies neither hold back nor keep; its generator ends with the connection."""

    media_type = "text/event-stream"

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self.body_iterator):
            await super().stream_response(send)
