"""A PostgreSQL of the tests' own: a cluster in a new folder, on a free port of the loopback, not as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.milvus_server import free_port

READY_WITHIN_S = "60"


def programs() -> Path:
    """The folder of the newest server that is installed; skips the test where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    return (Path(on_path) if on_path else found[-1]).parent


class Postgres:
    """A cluster that can be stopped, started on the same port and files, and held still."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self._programs, self._folder, self._user = programs(), folder, user
        self.port = free_port()
        self.address = f"postgresql://reader:secret@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-U", "reader", "-E", "UTF8", "--no-sync", "--auth=trust", "--locale=C.UTF-8")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        with (self._folder / "log").open("ab") as log:
            done = subprocess.run(command, user=self._user, stdout=log, stderr=log, cwd=self._folder)
        assert done.returncode == 0, (self._folder / "log").read_text()

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off -c shared_buffers=8MB"
        self._run("pg_ctl", "-w", "-t", READY_WITHIN_S, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    @contextlib.contextmanager
    def held_still(self) -> Iterator[None]:
        """Takes connections and questions, and answers none: its processes stand still."""
        main = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for each in (main, *map(int, children)):
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in (main, *map(int, children)):
                os.kill(each, signal.SIGCONT)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Makes and starts a cluster in `folder`; for root in another, since nobody else may look into root's."""
    programs()
    with contextlib.ExitStack() as stack:
        user = None
        if os.geteuid() == 0:
            user = next(each.pw_name for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            shutil.chown(folder, user)
        cluster = Postgres(folder, user)
        cluster.start()
        try:
            yield cluster
        finally:
            with contextlib.suppress(AssertionError):  # a test may have stopped it
                cluster.stop()
