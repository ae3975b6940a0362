"""Serving: the port first, then pages at once, then questions as soon as the assistant is open."""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from assistant.settings import Settings
from assistant.web.observing.tracing import Tracing, check_tracing, open_tracing
from assistant.web.work.answerer import Answerer
from assistant.web.work.listening import WAITING_CONNECTIONS, bind
from assistant.web.work.readiness import LateAssistant
from index.backends import EngineAddress
from index.commands.environment import named_index
from index.commands.processor import one_thread_a_product, quick_switches
from index.errors import MustanadError, SettingsError, SnapshotError

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event as Opened

    import uvicorn

    from assistant.web.neighbours import Neighbours

TRY_AGAIN_S = 5  # that an engine elsewhere is given to come back


Opener = Callable[[Settings], Answerer]


def serve(settings: Settings, *, opener: Opener | None = None) -> int:
    """Serve until interrupted; return the exit status. `opener` makes the assistant (default: ours).

    Raises SettingsError when the address cannot be had.
    """
    # Gradio would sum up all questions after each of them, for a page of statistics that is closed here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    check_tracing(os.environ)
    is_shared = settings.workers > 1
    if is_shared and not hasattr(socket, "SO_REUSEPORT"):
        raise SettingsError(f"MUSTANAD_WORKERS is {settings.workers}; this system serves with 1 alone")
    with contextlib.closing(bind(settings.host, settings.port, is_shared=is_shared)) as listening:
        warn_when_open(settings)
        if not is_shared:
            return _answer(settings, listening, partial(opener or _open, settings), announce=True)
        from assistant.api.serving.workers import serve_together

        print(f"Mustanad is at {address_of(listening)}", flush=True)
        settings = replace(settings, port=listening.getsockname()[1])
        return serve_together(settings, answer_beside)


def answer_beside(settings: Settings, neighbours: Neighbours, opened: Opened) -> int:
    """Answer as one of several processes.

    The first one opens the index while its pages are served already, and says so; each of the others takes
    its part of the connections, which the system deals out, when it can answer.
    """
    if neighbours.number == 0 and not opened.is_set():
        with contextlib.closing(bind(settings.host, settings.port, is_shared=True)) as listening:
            listening.listen(WAITING_CONNECTIONS)

            def opening() -> Answerer:
                assistant = _open(settings)
                opened.set()
                return assistant

            return _answer(settings, listening, opening, neighbours=neighbours)
    for name in ("assistant.api.app", "assistant.ui.mount", "assistant.commands.opening"):
        importlib.import_module(name)  # seconds, in which the first one opens its index
    opened.wait()
    assistant = _open(settings)
    # Uvicorn listens, once it serves: the system deals out no connection that would wait for that, or be lost
    # where the process is told to stop before.
    with contextlib.closing(bind(settings.host, settings.port, is_shared=True)) as listening:
        return _answer(settings, listening, lambda: assistant, neighbours=neighbours)


def _answer(
    settings: Settings,
    listening: socket.socket,
    opener: Callable[[], Answerer],
    *,
    neighbours: Neighbours | None = None,
    announce: bool = False,
) -> int:
    """Answer what comes to `listening` until told to stop; returns the exit status."""
    late = LateAssistant()
    elsewhere = isinstance(named_index(settings.index, None), EngineAddress)
    opening = Opening(late, opener, patient=elsewhere)
    opening.start()
    tracing = open_tracing(os.environ)
    try:
        server = _server(late, settings, neighbours, tracing)
        opening.on_failure(lambda: setattr(server, "should_exit", True))
        if announce:
            print(f"Mustanad is at {address_of(listening)}", flush=True)
        if opening.failure is None:
            with quick_switches():  # what listens waits for the interpreter behind those who compute
                server.run(sockets=[listening])
    finally:
        late.close()
        if tracing is not None:
            tracing.close()
    return _report(opening.failure)


class Opening(threading.Thread):
    """The thread that opens the assistant and lets it arrive at `late`; keeps why it failed.

    A `patient` one tries again while the index cannot be used: it is of another program, which may come back.
    """

    def __init__(self, late: LateAssistant, opener: Callable[[], Answerer], *, patient: bool = False) -> None:
        super().__init__(name="opening", daemon=True)
        self._late, self._opener, self._patient = late, opener, patient
        self._ending: Callable[[], None] | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        """Open the assistant; while an engine elsewhere is away, try again until it is there."""
        said = ""
        while True:
            try:
                self._late.arrive(self._opener())
                return
            except Exception as error:  # told where the server ends
                if not (self._patient and isinstance(error, SnapshotError)):
                    self.failure = error
                    if self._ending is not None:
                        self._ending()
                    return
                if str(error) != said:
                    said = str(error)
                    print(
                        f"mustanad: {said}; trying again every {TRY_AGAIN_S} s", file=sys.stderr, flush=True
                    )
            time.sleep(TRY_AGAIN_S)

    def on_failure(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the assistant cannot be opened."""
        self._ending = stop


def _open(settings: Settings) -> Answerer:
    from assistant.commands.opening import open_assistant

    one_thread_a_product()
    with quick_switches():  # while the index is built from the articles, where there is none
        assistant = open_assistant(settings=settings)
    warm(assistant, writes=not settings.llm_base_url)
    return assistant


def warm(assistant: Answerer, *, writes: bool) -> None:
    """Search, and answer where that asks no language model, before readers do.

    The first question of a process waits for threads, model and index to come into memory: seconds where
    later ones take a tenth of one.
    """
    for question in assistant.suggestions("ar")[:1]:
        if writes:
            assistant.ask(question)
        else:
            assistant.search(question)


def _server(
    late: LateAssistant, settings: Settings, neighbours: Neighbours | None, tracing: Tracing | None
) -> uvicorn.Server:
    import uvicorn

    from assistant.api.app import create_app
    from assistant.api.serving.stopping import StoppingServer
    from assistant.web.guards.slow_peers import TimedConnection
    from assistant.web.observing.log_lines import take_over_logging

    in_lines = settings.log != "errors"
    if in_lines:
        take_over_logging()
    app = create_app(late, settings, neighbours=neighbours, tracing=tracing)
    config = uvicorn.Config(
        app,
        http=TimedConnection,
        proxy_headers=False,  # assistant/web/guards/proxies.py believes those that the settings name
        log_config=None if in_lines else uvicorn.config.LOGGING_CONFIG,
        log_level="warning",
        access_log=False,  # questions and addresses are the readers'
        server_header=False,
        backlog=WAITING_CONNECTIONS,
    )
    return StoppingServer(config, app.state.service.lanes, several=neighbours is not None)


def _report(error: Exception | None) -> int:
    if error is None:
        return 0
    if not isinstance(error, MustanadError):
        raise error
    print(f"mustanad: {error}", file=sys.stderr)
    return 2


def address_of(listening: socket.socket) -> str:
    """Give the address to open in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}"


def warn_when_open(settings: Settings) -> None:
    """Warn when anyone who reaches this machine may ask, and when nobody can log in."""
    if settings.trusted_proxy_header and not settings.trusted_proxies:
        print(
            f"mustanad: warning: {settings.trusted_proxy_header} is believed from nobody;"
            " set MUSTANAD_TRUSTED_PROXIES to the addresses of the login proxy",
            file=sys.stderr,
        )
    if not (settings.is_loopback or settings.reader_keys or settings.trusted_proxy_header):
        print(
            f"mustanad: warning: listening on {settings.host} with no login: anyone who reaches it may ask;"
            " set MUSTANAD_READER_KEYS or MUSTANAD_TRUSTED_PROXY_HEADER",
            file=sys.stderr,
        )
