"""A table in an SQLite file of this machine."""

from __future__ import annotations

import atexit
import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from assistant.web.storage.database import Database, Session, Table, schema, unusable
from index.errors import SettingsError

_opened: weakref.WeakSet[SqliteFile] = weakref.WeakSet()
FILE_WAIT_S = 10.0  # for another process that writes into a file


class SqliteFile(Database):
    """One table of an SQLite file, made where there is none, readable by its owner alone."""

    is_shared = False

    def __init__(self, path: Path, table: Table) -> None:
        self.path, self.name, self._table = path, str(path), table
        self._guard = threading.Lock()
        _opened.add(self)
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def is_there(self) -> bool:
        """Tell whether the file is there: without it nothing was kept yet."""
        return self.path.exists()

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """Open a transaction, the file made where there is none; raises SettingsError for one of no use."""
        try:
            with self._guard, self._connected() as connection:
                yield cast(Session, connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SettingsError(unusable(self.name, error, self._table)) from error

    def close(self) -> None:
        """Close the file, once who uses it is done; the next use opens it again."""
        with self._guard:
            self._drop()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None or self._file != self._stamp():  # another file has taken its place
            self._drop()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)
            connection = sqlite3.connect(self.path, timeout=FILE_WAIT_S, check_same_thread=False)
            self._connection, self._file = connection, self._stamp()
            if self._table != "feedback":  # comes with each answer, which must not wait for a disk
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
            for statement in schema(self._table, number="INTEGER PRIMARY KEY", of_bytes="BLOB"):
                connection.execute(statement)
        return self._connection

    def _stamp(self) -> tuple[int, int] | None:
        with contextlib.suppress(FileNotFoundError):
            status = self.path.stat()
            return status.st_dev, status.st_ino
        return None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@atexit.register
def _close_all() -> None:
    """Close every file before the program ends: a `-wal` that is left would be read into a copy put back."""
    for file in list(_opened):
        file.close()
