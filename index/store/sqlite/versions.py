"""Former texts of articles: what a correction replaced, kept for so many days.

They lie in a table of the catalogue beside the articles, each marked with the generation that replaced it. An
index made before there was the table has none; the next writer makes it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from index.engine import FormerArticle
from index.store.sqlite.retention import MOST_DAYS
from index.store.sqlite.schema import ARTICLE, article_of, storable

MOST_KEPT = 50  # of one article: what is rewritten every minute must not fill the disk
_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'versions'"


def keep(connection: sqlite3.Connection, key: int, *, generation: int, days: int) -> None:
    """Keep the text of the article with this key, which `generation` replaces, for so many days."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    columns = f"{ARTICLE}, content_hash"
    connection.execute(
        f"INSERT INTO versions ({columns}, replaced, kept_days, generation)"
        f" SELECT {columns}, ?, ?, ? FROM articles WHERE key = ?",
        (now, days, generation, key),
    )
    connection.execute(
        "DELETE FROM versions WHERE article_id = (SELECT article_id FROM articles WHERE key = :key)"
        " AND key NOT IN (SELECT v.key FROM versions v JOIN articles a ON a.article_id = v.article_id"
        " WHERE a.key = :key ORDER BY v.key DESC LIMIT :most)",
        {"key": key, "most": MOST_KEPT},
    )


def forget(connection: sqlite3.Connection, key: int) -> None:
    """Forget the former texts of the article with this key: who removes an article removes them too."""
    connection.execute(
        "DELETE FROM versions WHERE article_id = (SELECT article_id FROM articles WHERE key = ?)", (key,)
    )


def keep_for(connection: sqlite3.Connection, days: int) -> None:
    """Keep what is there already for so many days after it was replaced."""
    connection.execute("UPDATE versions SET kept_days = ?", (days,))


def expire(connection: sqlite3.Connection) -> None:
    """Delete what was kept for as long as was said."""
    now = datetime.now(UTC)
    rows = connection.execute("SELECT key, replaced, kept_days FROM versions").fetchall()
    gone = [key for key, replaced, days in rows if _until(replaced, days) <= now]
    connection.executemany("DELETE FROM versions WHERE key = ?", [(key,) for key in gone])


def versions_of(connection: sqlite3.Connection, article_id: str, generation: int) -> list[FormerArticle]:
    """Give the former texts of an article as `generation` sees them, the last replaced first."""
    with closing(connection.execute(_TABLE)) as table:
        if table.fetchone() is None:
            return []
    now = datetime.now(UTC)
    rows = connection.execute(
        f"SELECT {ARTICLE}, content_hash, replaced, kept_days FROM versions"
        " WHERE article_id = ? AND generation <= ? ORDER BY key DESC",
        (storable(article_id), generation),
    ).fetchall()
    return [
        FormerArticle(article_of(row[:-3]), row[-3], row[-2])
        for row in rows
        if _until(row[-2], row[-1]) > now
    ]


def _until(replaced: str, days: int) -> datetime:
    return datetime.fromisoformat(replaced) + timedelta(days=min(days, MOST_DAYS))
