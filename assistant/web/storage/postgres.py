"""PostgreSQL, and only here: one connection a process, and errors in one line.

A database that does not answer within `WAIT_S` is away: whoever works with it gets `DatabaseAway`, and the
next one connects anew. No answer waits for what is done here: see `assistant.operation.later`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.web.storage.database import (
    SETTINGS,
    Database,
    DatabaseAway,
    Rows,
    Session,
    Table,
    schema,
    unusable,
    without_password,
)
from index.errors import SettingsError

if TYPE_CHECKING:
    import psycopg

WAIT_S = 5.0  # to be free, and to do a piece of work
_LOCK = 0x6D757374  # of the database, while a table is made: any number that nothing else there uses
_CONNECTION = {  # what an address does not say
    "connect_timeout": "3",  # seconds; libpq takes 2 at least
    "application_name": "mustanad",
    "client_encoding": "utf8",
}


class Postgres(Database):
    """One table of a database that a setting names; raises SettingsError for an address that is none."""

    is_shared = True

    def __init__(self, address: str, table: Table) -> None:
        self.name, self._table = without_password(address), table
        try:
            from psycopg import ProgrammingError
            from psycopg.conninfo import conninfo_to_dict, make_conninfo
        except ImportError as error:
            raise SettingsError(
                f"{self.name} needs psycopg ({error}); run: pip install -r requirements-scale.txt"
            ) from None
        try:
            parameters = {key: str(value) for key, value in conninfo_to_dict(address).items()}
        except ProgrammingError:  # whose message has the address, and the password with it
            raise SettingsError(
                f"{SETTINGS[table]} is no address of a database; write postgresql://user@host:port/name"
            ) from None
        self._server = _server_of(make_conninfo("", **{**_CONNECTION, **parameters}))

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """Open a transaction; raises DatabaseAway where no server answers, else SettingsError."""
        import psycopg

        try:
            with self._server.lent() as connection:
                self._make(connection)
                with connection.transaction():
                    yield _Translating(connection)
        except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as error:
            raise DatabaseAway(unusable(self.name, error, self._table)) from error
        except psycopg.Error as error:
            raise SettingsError(unusable(self.name, error, self._table)) from error

    def _make(self, connection: psycopg.Connection[Any]) -> None:
        if self._table in self._server.made:
            return
        table = connection.execute("SELECT to_regclass(%s)", (self._table,)).fetchone()
        if table is None or table[0] is None:  # who only reads and writes need not be allowed to make it
            identity = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                for statement in schema(self._table, number=identity, of_bytes="BYTEA"):
                    connection.execute(statement.encode())
        self._server.made.add(self._table)


class _Server:
    """The one connection that a process has to a database; lent to one piece of work at a time."""

    def __init__(self, parameters: str) -> None:
        self._parameters = parameters
        self._guard = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self.made: set[Table] = set()

    @contextmanager
    def lent(self) -> Iterator[psycopg.Connection[Any]]:
        import psycopg

        if not self._guard.acquire(timeout=WAIT_S):
            raise TimeoutError(f"it was busy for {WAIT_S:g} seconds")
        deadline = _Deadline()
        try:
            if self._connection is not None:
                deadline.watch(self._connection)
                try:
                    self._connection.execute(b"")
                except psycopg.Error:  # a server that was started again
                    self._drop()
            if self._connection is None:
                self._connection = psycopg.connect(self._parameters, autocommit=True, prepare_threshold=None)
            deadline.watch(self._connection)
            yield self._connection
        except psycopg.Error:
            self._drop()
            if deadline.is_over:
                raise TimeoutError(f"it did not answer within {WAIT_S:g} seconds") from None
            raise
        finally:
            deadline.end()
            self._guard.release()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self.made.clear()
        if connection is not None:
            connection.close()


class _Deadline:
    """Ends a connection that is used for over `WAIT_S`: a server may take a question and never answer."""

    def __init__(self) -> None:
        self.is_over = False
        self._timer: threading.Timer | None = None
        self._line: socket.socket | None = None

    def watch(self, connection: psycopg.Connection[Any]) -> None:
        self.end()
        # A descriptor of its own: the connection's may be another file's by the time.
        self._line = socket.socket(fileno=os.dup(connection.fileno()))
        self._timer = threading.Timer(WAIT_S, self._cut, (self._line,))
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.close()

    def _cut(self, line: socket.socket) -> None:
        self.is_over = True
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # whoever waits for it gets an error


class _Translating:
    """A session of PostgreSQL: its own sign for values, and no text with a NUL, which it does not take."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        sound = [each.replace("\0", "\ufffd") if isinstance(each, str) else each for each in parameters]
        rows: Rows = self._connection.execute(statement.replace("?", "%s").encode(), sound)
        return rows


@cache
def _server_of(parameters: str) -> _Server:
    return _Server(parameters)
