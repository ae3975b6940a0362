"""Several processes that answer behind one port: `MUSTANAD_WORKERS`.

The parent keeps the port and does nothing but start the processes, start again what dies, and pass signals
on. Each process has a model of its own and the index, which the system keeps in memory once; the first one
opens, and builds, the index before the others do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from types import FrameType

from assistant.settings import Settings
from assistant.web.neighbours import Neighbours
from assistant.web.observing.metrics import SHARED_FOLDER
from index.errors import MustanadError

Work = Callable[[Settings, Neighbours, Event], int]
STOPPED_WITHIN_S = 15.0  # seconds: the processes' own grace, and what is written at their end
MOST_DEATHS, OF_LATE_S = 5, 60.0  # a process that dies more often is not started again
LOOK_S = 0.5


def serve_together(settings: Settings, work: Work) -> int:
    """Run `work` in `settings.workers` processes until told to stop; returns the exit status.

    Where the first process cannot open its index, all end with its status.
    """
    with tempfile.TemporaryDirectory(prefix="mustanad-", ignore_cleanup_errors=True) as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            return _Processes(settings, work, Path(folder)).run()
        finally:
            del os.environ[SHARED_FOLDER]


class _Processes:
    """The processes of one server."""

    def __init__(self, settings: Settings, work: Work, folder: Path) -> None:
        self._settings, self._work, self._folder = settings, work, folder
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._opened = self._context.Event()
        self._running: dict[int, SpawnProcess] = {}
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._is_stopping = False

    def run(self) -> int:
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, self._stop)
        for number in range(self._settings.workers):
            self._start(number)
        status = self._watch()
        self._end()
        return status

    def _start(self, number: int) -> None:
        neighbours = Neighbours(self._folder, self._settings.workers, number)
        process = self._context.Process(
            target=_in_process,
            args=(self._work, self._settings, neighbours, self._opened),
            name=f"mustanad {number}",
        )
        process.start()
        self._running[number] = process

    def _watch(self) -> int:
        """Wait until told to stop, or until a process cannot do its work; give the exit status."""
        while not self._is_stopping:
            wait([process.sentinel for process in self._running.values()], LOOK_S)
            for number, process in list(self._running.items()):
                if process.exitcode is None or self._is_stopping:
                    continue
                if not self._opened.is_set() or process.exitcode == 2:  # it has said why
                    return process.exitcode or 1
                if not self._may_start_again():
                    print(f"mustanad: process {number} keeps dying; see the log above", file=sys.stderr)
                    return 1
                print(
                    f"mustanad: process {number} ended ({process.exitcode}); starting it again",
                    file=sys.stderr,
                )
                self._start(number)
        return 0

    def _may_start_again(self) -> bool:
        now = time.monotonic()
        often = len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < OF_LATE_S
        self._deaths.append(now)
        return not often

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _end(self) -> None:
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN_S
        for process in self._running.values():
            process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


def _in_process(work: Work, settings: Settings, neighbours: Neighbours, opened: Event) -> None:
    """Do the work of one process; end when the parent does."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "started by the parent"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the parent too, who passes it on

    def follow() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="following the parent", daemon=True).start()
    try:
        sys.exit(work(settings, neighbours, opened))
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        sys.exit(2)
