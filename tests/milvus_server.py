"""A real server for the tests of Milvus: the operator's own (MILVUS_URI), else Milvus Lite over a socket."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

READY_WITHIN_S = 60
OPERATORS = os.environ.get("MILVUS_URI", "")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Starts Milvus Lite over `folder`, on this machine only, and waits until it answers."""
    command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
    with (folder.parent / "milvus.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--data-dir", str(folder)], stdout=log, stderr=log
        )
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return process
        assert process.poll() is None, "the server ended by itself"
        time.sleep(0.05)
    process.kill()
    raise AssertionError("the server did not answer")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=20)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a server, without a collection."""
    if OPERATORS:
        yield OPERATORS.rstrip("/").replace("http://", "milvus://").replace("https://", "milvus://")
        return
    port = free_port()
    process = start(folder, port)
    try:
        yield f"milvus://127.0.0.1:{port}"
    finally:
        stop(process)


def collection(server: str) -> str:
    """The address of an index of its own, searched exactly, so that rankings can be compared."""
    return f"{server}/mustanad_test_{uuid.uuid4().hex[:12]}?dense=FLAT"
