"""The server's end: told to stop, it takes leave of its readers before it goes.

At the signal readiness is off, while what is on its way here is still accepted. Then nothing new is, and what
was accepted is answered. What is not answered near the end of the grace, because a language model is slow, is
refused politely; streams that only wait for something to happen are closed once no answer is under way.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from types import FrameType

import uvicorn

from assistant.web.work.lanes import Lanes

NOTICE_S = (
    0.5  # seconds in which connections on their way here arrive, and a proxy sees that readiness is off
)
GRACE_S = 10.0  # seconds till the end; systemd and Docker kill after 10 to 90
GIVEN_UP_S = (
    8.5  # seconds after which answers under way are refused: what is left is for telling their readers
)
LOOK_S = 0.1
LAST_WORDS_S = 0.5  # seconds in which the last answers are handed to the system


class StoppingServer(uvicorn.Server):
    """A server that answers what it accepted before it stops; told a second time it refuses what is left.

    One of `several` processes hears SIGTERM twice where the system tells every process of a service and the
    parent passes it on: there the second is the first again, and the parent ends who takes too long.
    """

    def __init__(self, config: uvicorn.Config, lanes: Lanes, *, several: bool = False) -> None:
        config.timeout_graceful_shutdown = int(GRACE_S)
        super().__init__(config)
        self._lanes = lanes
        self._several = several
        self._is_hurried = False
        self._stops_at_s: float | None = None  # on the monotonic clock

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        if self._stops_at_s is None and not self.should_exit:
            # Uvicorn raises what it captured again at its end: SIGTERM would end the program with files open.
            if sig != signal.SIGTERM:
                self._captured_signals.append(sig)
            self._lanes.is_closing = True
            self._stops_at_s = time.monotonic() + NOTICE_S
        elif sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
        elif not self._several:
            self.should_exit = self._is_hurried = True

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop; told again after that, the process still comes to its own end."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what uvicorn restores when it has served
        super().run(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Tell whether to stop now."""
        if self._stops_at_s is not None and time.monotonic() >= self._stops_at_s:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: nothing new is accepted, what is under way ends."""
        self._lanes.is_closing = True
        leaving = asyncio.create_task(self._take_leave())
        try:
            await super().shutdown(sockets)
        finally:
            leaving.cancel()

    async def _take_leave(self) -> None:
        """Wait for the answers under way, then close the connections that are left."""
        end_s = time.monotonic() + GIVEN_UP_S
        while self._lanes.under_way and not self._is_hurried and time.monotonic() < end_s:
            await asyncio.sleep(LOOK_S)
        self._lanes.give_up()
        await asyncio.sleep(LAST_WORDS_S)
        for connection in list(self.server_state.connections):
            connection.transport.close()
