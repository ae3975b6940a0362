"""What is kept beside the index (feedback, questions, pins): its tables, and what they ask of a database.

A file is of one machine. A database, `postgresql://user@host/name`, is shared by all processes whose settings
name it. The statements are the same for both, `?` for each value.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Protocol

from index.errors import SettingsError

Table = Literal["feedback", "asked", "pinned"]
SETTINGS: dict[Table, str] = {
    "feedback": "MUSTANAD_FEEDBACK",
    "asked": "MUSTANAD_QUESTION_LOG",
    "pinned": "MUSTANAD_QUESTION_LOG",
}
SCHEMES = ("postgresql://", "postgres://")  # as libpq reads them
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


def schema(table: Table, *, number: str, of_bytes: str) -> list[str]:
    """Give the statements that make a table, with the types of its number and of bytes."""
    return [statement.format(number=number, bytes=of_bytes) for statement in _SCHEMAS[table]]


def unusable(name: str, error: Exception, table: Table) -> str:
    """Say in one line that a database cannot be used, why, and which setting names it."""
    said = " ".join(str(error).split())[:300] or type(error).__name__
    return f"the database {name} cannot be used ({said}); look after it, or set {SETTINGS[table]}"
