"""Small SQLite files that the server keeps beside the index, opened for one piece of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import SettingsError

WAIT_S = 10  # for another process that writes


@contextmanager
def small_file(path: Path, schema: str, *, what: str, setting: str) -> Iterator[sqlite3.Connection]:
    """Open a file with one table, made where there is none; what is done with it is kept whole or not at all.

    `what` names the file to whoever runs the server, `setting` what says where it lies; SettingsError
    with both when it cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection, connection:
            connection.execute(schema)
            yield connection
    except (sqlite3.Error, OSError) as error:
        raise SettingsError(f"the {what} {path} cannot be used ({error}); set {setting}") from error
