"""Connections whose other end neither speaks nor listens are closed.

uvicorn waits for ever for the head of a first request, and for a reader to take an answer; a thousand such
connections would keep a thousand file descriptors and a thousand answers. The body of a request has a time of
its own, see `assistant/web/guards/bodies.py`.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN_S = 15.0  # seconds for a request's head, which is one packet
TAKEN_WITHIN_S = 60.0  # seconds in which a reader takes something of an answer that waits for him
# Bytes that the system keeps of what is sent; Linux doubles them, and says that there is room again when a
# third is free: with its usual megabytes a reader of 20 KB a second would seem to take nothing for a minute,
# with these one of 1.5 KB a second is seen to read. Over a way of 100 ms 2.5 MB a second still pass.
SEND_BUFFER = 128 * 2**10


class TimedConnection(H11Protocol):
    """A connection whose requests must come with a whole head in time, and whose answers must be taken.

    A head has `HEAD_WITHIN_S`. While more of an answer waits than the transport's buffer should hold, and
    once the answer is whole, something of it must leave the buffer in every `TAKEN_WITHIN_S`.
    """

    head_within_s = HEAD_WITHIN_S
    taken_within_s = TAKEN_WITHIN_S
    _waiting_for_head: asyncio.TimerHandle | None = None
    _waiting_for_reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start to wait for the first head."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Wait on where the head is still not whole; a drop of it does not buy more time."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting_for_head()
        elif self._waiting_for_head is None and not self.transport.is_closing():
            self._wait_for_head()

    def pause_writing(self) -> None:
        """Start to wait for the reader: the buffer is full."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Stop to wait for the reader: the buffer is nearly empty."""
        self._stop_waiting_for_reader()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Wait for the reader to take what is left of the answer."""
        self._wait_for_reader()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget both waits."""
        self._stop_waiting_for_head()
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._waiting_for_head = self.loop.call_later(self.head_within_s, self._give_up_head)

    def _stop_waiting_for_head(self) -> None:
        if self._waiting_for_head is not None:
            self._waiting_for_head.cancel()
            self._waiting_for_head = None

    def _give_up_head(self) -> None:
        self._waiting_for_head = None
        if not self.transport.is_closing():
            self.transport.close()

    def _wait_for_reader(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left and self._waiting_for_reader is None:
            self._waiting_for_reader = self.loop.call_later(self.taken_within_s, self._look_at_reader, left)

    def _stop_waiting_for_reader(self) -> None:
        if self._waiting_for_reader is not None:
            self._waiting_for_reader.cancel()
            self._waiting_for_reader = None

    def _look_at_reader(self, before: int) -> None:
        """Wait on when fewer than `before` bytes are left; else let the connection go with its answer."""
        self._waiting_for_reader = None
        if self.transport.get_write_buffer_size() < before:
            self._wait_for_reader()
        else:
            self.transport.abort()
