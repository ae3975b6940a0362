"""Server-sent events: what a stream of them looks like, and the answer that carries them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send

from assistant.web.shapes.serialization import json_bytes

HEARTBEAT_S = 10.0  # proxies close what is silent for 30 to 60 seconds
HEARTBEAT = b": heartbeat\n\n"


def event(name: str, data: dict[str, Any]) -> bytes:
    """Write one event; JSON holds no bare line end, so one `data` line is enough."""
    return b"event: " + name.encode("ascii") + b"\ndata: " + json_bytes(data) + b"\n\n"


class EventStream(StreamingResponse):
    """A stream of events that proxies neither hold back nor keep; its generator ends with the connection."""

    media_type = "text/event-stream"

    def __init__(self, content: AsyncGenerator[bytes, None]) -> None:
        self._events = content
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        """Send the events; close their generator whatever happens."""
        async with aclosing(self._events):
            await super().stream_response(send)
