"""Work that nobody waits for: done on a thread of its own, one piece after another."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from assistant.web.storage.database import DatabaseAway
from index.errors import MustanadError

MOST_WAITING = 1000  # pieces: a few minutes of a busy server, a few megabytes
RETRY_S = 5.0
END_WITHIN_S = 2.0  # of the process's end, for what still waits
log = logging.getLogger(__name__)
_Piece = TypeVar("_Piece")


class Later(Generic[_Piece]):
    """Gives each piece to `work`; what its database is away for waits, up to `MOST_WAITING` pieces."""

    def __init__(self, work: Callable[[_Piece], None], *, what: str) -> None:
        self._work, self._what = work, what
        self._waiting: queue.Queue[_Piece] = queue.Queue(MOST_WAITING)
        self._left_out = 0
        threading.Thread(target=self._go_on, name=f"{what}, later", daemon=True).start()
        atexit.register(self.finish)

    def do(self, piece: _Piece) -> None:
        """Have a piece done, at once or when it can be; never waits, never raises."""
        try:
            self._waiting.put_nowait(piece)
        except queue.Full:
            self._left_out += 1

    def finish(self, within_s: float = END_WITHIN_S) -> None:
        """Wait until nothing waits, `within_s` seconds at most."""
        deadline = time.monotonic() + within_s
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.02)

    def _go_on(self) -> None:
        while True:
            piece = self._waiting.get()
            is_away = False
            while not self._is_done(piece, is_away):
                is_away = True
                time.sleep(RETRY_S)
            if is_away:
                log.warning("%s are kept again; %d were left out", self._what, self._left_out)
                self._left_out = 0
            self._waiting.task_done()

    def _is_done(self, piece: _Piece, was_away: bool) -> bool:
        """Do a piece; False where it must be tried again."""
        try:
            self._work(piece)
        except DatabaseAway as error:
            if not was_away:
                log.warning("%s wait: %s", self._what, error)
            return False
        except MustanadError as error:
            log.warning("one of the %s was not kept: %s", self._what, error)
        except Exception as error:  # the next one may be kept
            log.error("one of the %s was not kept", self._what, exc_info=error)
        return True
