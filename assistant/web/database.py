"""What is kept beside the index, feedback, questions and pins: in an SQLite file, or in PostgreSQL.

A file is of one machine. A database, `postgresql://user@host/name`, is shared by all processes whose settings
name it. The statements are the same for both, `?` for each value.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from index.commands.environment import from_root
from index.errors import SettingsError

Table = Literal["feedback", "asked", "pinned"]
SETTINGS: dict[Table, str] = {
    "feedback": "MUSTANAD_FEEDBACK",
    "asked": "MUSTANAD_QUESTION_LOG",
    "pinned": "MUSTANAD_QUESTION_LOG",
}
SCHEMES = ("postgresql://", "postgres://")  # as libpq reads them
FILE_WAIT_S = 10.0  # for another process that writes into a file
_SCHEMAS: dict[Table, tuple[str, ...]] = {
    "feedback": (
        "CREATE TABLE IF NOT EXISTS feedback (number {number}, answer_id TEXT NOT NULL UNIQUE,"
        " verdict TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, comment TEXT NOT NULL,"
        " language TEXT NOT NULL, given TEXT NOT NULL)",
    ),
    "asked": (
        "CREATE TABLE IF NOT EXISTS asked (number {number}, answer_id TEXT NOT NULL, at TEXT NOT NULL,"
        " question TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL,"
        " confidence DOUBLE PRECISION NOT NULL, articles TEXT NOT NULL, seconds DOUBLE PRECISION NOT NULL,"
        " vector {bytes})",
        "CREATE INDEX IF NOT EXISTS asked_at ON asked (at)",
    ),
    "pinned": (
        "CREATE TABLE IF NOT EXISTS pinned (number {number}, key TEXT NOT NULL UNIQUE,"
        " question TEXT NOT NULL, article_id TEXT NOT NULL, quote TEXT NOT NULL, at TEXT NOT NULL)",
    ),
}


class DatabaseAway(SettingsError):
    """A database does not answer; it may again."""


class Rows(Protocol):
    """What a statement gave."""

    def fetchone(self) -> Any:
        """Give the next row; None after the last."""

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""


class Session(Protocol):
    """One transaction: kept whole when it ends, not at all when something is raised in it."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Do a statement, with a value for each `?`."""


class Database(ABC):
    """Where one table lies. Safe for many threads and processes."""

    is_shared: bool  # by several machines, over a network
    name: str  # without a password

    @abstractmethod
    def opened(self) -> AbstractContextManager[Session]:
        """Open a transaction, the table made where there is none; SettingsError where it cannot be used."""

    def is_there(self) -> bool:
        """Tell whether there may be something to read."""
        return True

    def close(self) -> None:
        """Give back what is open; the next use opens it again."""
        return


def is_address(named: str | Path) -> bool:
    """Tell whether a setting names a database rather than a file."""
    return isinstance(named, str) and named.startswith(SCHEMES)


def without_password(address: str) -> str:
    """Give a database's address without user, password and options.

    >>> without_password("postgresql://reader:secret@db.example:5433/mustanad?sslmode=require")
    'postgresql://db.example:5433/mustanad'
    """
    rest = address.partition("://")[2]
    server, _, options = rest.partition("?")
    shown = "" if "@" in options and "@" not in server else server.rpartition("@")[2]
    return f"postgresql://{shown}"


def database_at(named: str | Path, table: Table) -> Database:
    """Give the database that a setting names; raises SettingsError for an address that is none."""
    if isinstance(named, str) and is_address(named):
        from assistant.web.postgres import Postgres

        return Postgres(named, table)
    return _SqliteFile(named if isinstance(named, Path) else from_root(named), table)


class _SqliteFile(Database):
    is_shared = False

    def __init__(self, path: Path, table: Table) -> None:
        self.path, self.name, self._table = path, str(path), table
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def is_there(self) -> bool:
        return self.path.exists()

    @contextmanager
    def opened(self) -> Iterator[Session]:
        try:
            with self._guard, self._connected() as connection:
                yield cast(Session, connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SettingsError(unusable(self.name, error, self._table)) from error

    def close(self) -> None:
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


def schema(table: Table, *, number: str, of_bytes: str) -> list[str]:
    """Give the statements that make a table, with the types of its number and of bytes."""
    return [statement.format(number=number, bytes=of_bytes) for statement in _SCHEMAS[table]]


def unusable(name: str, error: Exception, table: Table) -> str:
    """Say in one line that a database cannot be used, why, and which setting names it."""
    said = " ".join(str(error).split())[:300] or type(error).__name__
    return f"the database {name} cannot be used ({said}); look after it, or set {SETTINGS[table]}"
