"""SQLite's connections to one catalogue: few, and lent for one query at a time.

A connection holds two descriptors. One a thread would leak them with every thread that ends; a search needs
one for less than a millisecond, so that a few serve any number of threads.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from index.errors import SnapshotDamaged
from index.store.durable.disk import catalogue_errors_explained
from index.store.durable.mapping import GuardedFile

MOST = 8  # connections of one reader
MAPPED = 64 << 20  # bytes of the file that each connection maps
WAIT_S = 60.0  # for a writer that is in the way


class Connections:
    """Lends connections to the file that `path` was when the first was made."""

    def __init__(self, path: Path, *, writable: bool = False, most: int = MOST):
        self._path, self._writable, self._most = path, writable, 1 if writable else most
        self._changed = threading.Condition()
        self._idle: list[sqlite3.Connection] = []
        self._made, self._closed = 0, False
        self._identity: tuple[int, int] | None = None
        self._guarded = GuardedFile(path)
        with catalogue_errors_explained(path) if not writable else contextlib.nullcontext():
            self._idle.append(self._connect())
        self._made = 1
        _users.enter(self._identity)

    @property
    def only(self) -> sqlite3.Connection:
        """Give the connection of a writer."""
        [connection] = self._idle
        return connection

    @contextlib.contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for one query, waited for while all are lent."""
        if self._writable:
            yield self.only
            return
        with catalogue_errors_explained(self._path):
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def close(self) -> None:
        """Close the connections; those lent when they come back."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._changed.notify_all()
        _users.leave(self._identity)

    def _take(self) -> sqlite3.Connection:
        with self._changed:
            while True:
                if self._closed:
                    raise RuntimeError("the catalogue is closed")
                if self._idle:
                    return self._idle.pop()
                if self._made < self._most and self._is_there():
                    break
                self._changed.wait()
            self._made += 1
        try:
            return self._connect()
        except BaseException:
            with self._changed:
                self._made -= 1
                self._changed.notify()
            raise

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._changed:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)
                self._changed.notify()

    def _is_there(self) -> bool:
        """Tell whether the path still leads to the file: an index put in its place is another one."""
        try:
            status = os.stat(self._path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def _connect(self) -> sqlite3.Connection:
        if self._writable:
            connection = sqlite3.connect(self._path, check_same_thread=False, timeout=WAIT_S)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "PRAGMA wal_autocheckpoint = 0"
            )  # what changed is noted before each checkpoint
        else:
            connection = _reading(self._path)
            connection.execute(f"PRAGMA mmap_size = {MAPPED}")
        if self._identity is None:
            status = os.stat(self._path)
            self._identity = status.st_dev, status.st_ino
        return connection


def _reading(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise SnapshotDamaged(f"{path} is missing; restore a backup or build again")
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, check_same_thread=False, timeout=WAIT_S)
    try:
        connection.execute("SELECT 1 FROM articles LIMIT 1")
        return connection
    except sqlite3.OperationalError:
        connection.close()
    except BaseException:
        connection.close()
        raise
    # A folder that cannot be written has no place for SQLite's shared memory; nobody writes there.
    connection = sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False, timeout=WAIT_S)
    try:
        connection.execute("SELECT 1 FROM articles LIMIT 1")
    except BaseException:
        connection.close()
        raise
    return connection


class _Users:
    """Which files SQLite has open in this process, and what else was opened of them.

    A process loses SQLite's locks of a file with the first descriptor of it that is closed, whoever opened
    it (fcntl's locks are a process's): others are closed after SQLite's last.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._using: Counter[tuple[int, int]] = Counter()
        self._late: dict[tuple[int, int], list[int]] = {}

    def enter(self, identity: tuple[int, int] | None) -> None:
        if identity is not None:
            with self._guard:
                self._using[identity] += 1

    def leave(self, identity: tuple[int, int] | None) -> None:
        if identity is None:
            return
        with self._guard:
            self._using[identity] -= 1
            if self._using[identity] <= 0:
                del self._using[identity]
                for file in self._late.pop(identity, []):
                    os.close(file)

    def open(self, path: Path) -> int:
        """Give a descriptor of a file; one that had to be kept is used again."""
        with self._guard:
            status = os.stat(path)
            late = self._late.get((status.st_dev, status.st_ino))
            return late.pop() if late else os.open(path, os.O_RDONLY)

    def done(self, file: int) -> None:
        """Close a descriptor, at once or after SQLite's last."""
        with self._guard:
            status = os.fstat(file)
            identity = status.st_dev, status.st_ino
            if self._using[identity]:
                self._late.setdefault(identity, []).append(file)
            else:
                os.close(file)


_users = _Users()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open SQLite's file to be read beside SQLite, without harm to SQLite's locks."""
    file = _users.open(path)
    try:
        yield file
    finally:
        _users.done(file)
