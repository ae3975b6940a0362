"""The lock of an index in an engine: a record that says who writes, and when he last said so.

An engine has no lock of its own. Two writers that begin within the same moment see each other when they look
again; one that was killed is known by its process, on the same machine, else by its silence.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time

from index.backends.milvus.collections.shelf import Shelf
from index.errors import MustanadError, SnapshotLocked

LOCK = "lock"
SILENT_S = 300.0  # a writer that said nothing for so long is gone; it speaks with every batch


class EngineLock:
    """One writer's hold on an index."""

    def __init__(self, shelf: Shelf):
        self._shelf = shelf
        self._owner = f"{socket.gethostname()} {os.getpid()} {os.urandom(8).hex()}"

    def take(self) -> None:
        """Hold the index; raises SnapshotLocked while another writer does."""
        owner, said_s = _lock_of(self._shelf.named(LOCK) or "")
        if owner and time.time() - said_s < SILENT_S and not _is_gone(owner):
            raise SnapshotLocked(
                f"{self._shelf.place} is being built by another process ({owner.rsplit(' ', 1)[0]});"
                " wait until it is done"
            )
        self.say_alive()
        self.check()

    def say_alive(self) -> None:
        """Say that the writer is at work."""
        self._shelf.name_content(LOCK, json.dumps({"owner": self._owner, "at": time.time()}))

    def check(self) -> None:
        """Raise SnapshotLocked when another writer has taken the index."""
        if _lock_of(self._shelf.named(LOCK) or "")[0] != self._owner:
            raise SnapshotLocked(f"{self._shelf.place} is being built by another process; try again later")

    def give_back(self) -> None:
        """Let others write; what cannot be told now is told by silence."""
        with contextlib.suppress(MustanadError):
            self._shelf.forget_named(LOCK)


def _lock_of(content: str) -> tuple[str, float]:
    """Read a lock: who holds it and when he last said so; nobody where it cannot be read."""
    try:
        values = json.loads(content)
        return str(values["owner"]), float(values["at"])
    except (ValueError, KeyError, TypeError):
        return "", 0.0


def _is_gone(owner: str) -> bool:
    """Tell whether a writer ran on this machine and has ended."""
    host, process, *_ = [*owner.split(" "), "", ""]
    if host != socket.gethostname() or not process.isdigit():
        return False
    if int(process) == os.getpid():
        return True  # a folder's lock on this machine lets one of its writers in
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
