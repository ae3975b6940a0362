"""The database that a setting names: an SQLite file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from assistant.web.storage.database import Database, Table, is_address
from assistant.web.storage.sqlite_file import SqliteFile
from index.commands.environment import from_root


def database_at(named: str | Path, table: Table) -> Database:
    """Give the database that a setting names; raises SettingsError for an address that is none."""
    if isinstance(named, str) and is_address(named):
        from assistant.web.storage.postgres import Postgres

        return Postgres(named, table)
    return SqliteFile(named if isinstance(named, Path) else from_root(named), table)
