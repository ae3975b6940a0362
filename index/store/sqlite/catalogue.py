"""Articles and passages in SQLite, each row marked with the generations that see it.

A row is seen by generation g when `added <= g` and it was not removed by then. A writer marks its rows with
the generation it is going to commit, so that they stay unseen until the manifest names that generation.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles.article import Article
from index.articles.filters import ArticleOrder
from index.engine import FormerArticle
from index.errors import damage_explained
from index.passages import Passage
from index.store.durable.seal import pages_logged
from index.store.sqlite import versions
from index.store.sqlite.connections import Connections, opened
from index.store.sqlite.schema import (
    ARTICLE,
    DIGESTED,
    SCHEMA,
    SEEN,
    NewArticle,
    SqliteRow,
    article_of,
    article_row,
    digest,
    passage_of,
    passage_rows,
    storable,
    text_of,
)

FILE_NAME = "articles.sqlite"
SETTLE_MS = 2_000  # that a writer waits, once it has committed, for the searches that are under way
PARAMETERS = 500  # values bound in one statement; old builds of SQLite allow 999

_ORDERS: Mapping[ArticleOrder, str] = {
    "added": "key",
    "newest": "published IS NULL, published DESC, key",
    "oldest": "published IS NULL, published, key",
}


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What a writer needs to know of an article that is already there."""

    key: int
    content_hash: str
    origin: str


class Catalogue:
    """The SQLite file of one index. Reading is safe for any number of threads; writing is for one."""

    def __init__(self, folder: Path, *, writable: bool = False):
        self.path = folder / FILE_NAME
        self.changed_pages: set[int] = set()
        self._connections = Connections(self.path, writable=writable)
        if writable:
            with self.reading() as connection:
                connection.executescript(SCHEMA)

    def reading(self) -> contextlib.AbstractContextManager[sqlite3.Connection]:
        """Lend a connection; raises SnapshotDamaged for what SQLite cannot read."""
        return self._connections.lend()

    @property
    def connection(self) -> sqlite3.Connection:
        """Give the one connection of a writer."""
        return self._connections.only

    def close(self) -> None:
        """Close all connections; those lent when they come back."""
        self._connections.close()

    # Reading

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Give passages by key, their texts cut out of their articles."""
        rows = self._by_keys(
            'SELECT p.key, a.article_id, p.start, p."end", substr(a.text, p.first_byte + 1, p.bytes)'
            " FROM passages p JOIN articles a ON a.key = p.article WHERE p.key IN ({})",
            keys,
        )
        return {
            key: passage_of(text_of(article), start, end, text_of(text))
            for key, article, start, end, text in rows
        }

    def article(self, article_id: str, generation: int) -> tuple[int, Article] | None:
        """Give key and article as `generation` sees it; None when it sees none."""
        row = self._row(
            f"SELECT key, {ARTICLE} FROM articles WHERE article_id = :id AND {SEEN}",
            {"id": storable(article_id), "g": generation},
        )
        return None if row is None else (row[0], self._article(row[1:]))

    def articles(self, keys: Sequence[int]) -> dict[int, Article]:
        """Give articles by key."""
        rows = self._by_keys(f"SELECT key, {ARTICLE} FROM articles WHERE key IN ({{}})", keys)
        return {row[0]: self._article(row[1:]) for row in rows}

    def keys(
        self,
        generation: int,
        *,
        where: str = "1",
        values: Mapping[str, Any] | None = None,
        limit: int = -1,
        offset: int = 0,
        order: ArticleOrder = "added",
    ) -> list[int]:
        """Give keys of the articles that `generation` sees and `where` accepts, in `order`."""
        rows = self._rows(
            f"SELECT key FROM articles WHERE {SEEN} AND ({where}) ORDER BY {_ORDERS[order]}"
            " LIMIT :limit OFFSET :offset",
            {**(values or {}), "g": generation, "limit": limit, "offset": offset},
        )
        return [key for (key,) in rows]

    def passages_of(self, article_key: int, article: Article) -> list[Passage]:
        """Give the passages of an article, in order."""
        first, count = self.passage_keys(article_key)
        rows = self._rows(
            'SELECT start, "end" FROM passages WHERE key >= ? AND key < ? ORDER BY key',
            (first, first + count),
        )
        return [passage_of(article.article_id, start, end, article.text[start:end]) for start, end in rows]

    def passage_keys(self, article_key: int) -> tuple[int, int]:
        """Give the key of an article's first passage and how many there are; their keys follow each other."""
        sql = "SELECT first_passage, passages FROM articles WHERE key = ?"
        row = self._row(sql, (article_key,))
        return (0, 0) if row is None else row

    def passage_key(self, article_key: int, start: int) -> int | None:
        """Give the key of the passage of an article that starts at `start`; None when none does."""
        first, count = self.passage_keys(article_key)
        sql = "SELECT key FROM passages WHERE key >= ? AND key < ? AND start = ?"
        row = self._row(sql, (first, first + count, start))
        return None if row is None else int(row[0])

    def content_hash(self, article_key: int) -> str:
        """Give the hash that an article was stored with."""
        sql = "SELECT content_hash FROM articles WHERE key = ?"
        row = self._row(sql, (article_key,))
        return "" if row is None else row[0]

    def tellers(self, stories: Sequence[int], generation: int) -> dict[int, list[tuple[int, str]]]:
        """Give for each story key and id of the articles that tell it, in the order they came."""
        tellers: dict[int, list[tuple[int, str]]] = {}
        sql = "SELECT story, key, article_id, added, removed FROM articles WHERE story IN ({}) ORDER BY key"
        for story, key, article_id, added, removed in self._by_keys(sql, stories):
            if added <= generation and (removed is None or removed > generation):
                tellers.setdefault(story, []).append((key, text_of(article_id)))
        return tellers

    def versions(self, article_id: str, generation: int) -> list[FormerArticle]:
        """Give the former texts of an article as `generation` sees them, the last replaced first."""
        with self.reading() as connection, damage_explained(self.path):
            return versions.versions_of(connection, article_id, generation)

    def _by_keys(self, sql: str, keys: Sequence[int]) -> list[SqliteRow]:
        """Run a query once for every few hundred keys."""
        rows: list[SqliteRow] = []
        for first in range(0, len(keys), PARAMETERS):
            some = [int(key) for key in keys[first : first + PARAMETERS]]
            rows += self._rows(sql.format(",".join("?" * len(some))), some)
        return rows

    def _rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[SqliteRow]:
        """Give all rows of a query."""
        with self.reading() as connection:
            return connection.execute(sql, values).fetchall()

    def _row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """Give the first row of a query; None when there is none."""
        with self.reading() as connection:
            return connection.execute(sql, values).fetchone()

    def _article(self, row: Sequence[Any]) -> Article:
        """Make an article of a row; raises SnapshotDamaged for one that is none."""
        with damage_explained(self.path):
            return article_of(row)

    # Checking

    def findings(self) -> Iterator[str]:
        """Give what SQLite's own check finds."""
        for (finding,) in self._rows("PRAGMA integrity_check"):
            if finding != "ok":
                yield str(finding)

    def all_keys(self) -> list[int]:
        """Give the keys of all articles, whoever sees them."""
        return [key for (key,) in self._rows("SELECT key FROM articles ORDER BY key")]

    def is_sound(self, key: int) -> bool:
        """Tell whether the row of an article, and those of its passages, are what they were added as."""
        row = self._row(
            f"SELECT digest, first_passage, passages, {DIGESTED} FROM articles WHERE key = ?", (key,)
        )
        sql = 'SELECT key, article, start, "end", first_byte, bytes FROM passages WHERE key >= ? AND key < ?'
        passages = self._rows(f"{sql} ORDER BY key", (row[1], row[1] + row[2]))
        return bool(row[0] == digest(row[1:], passages))

    def count_passages(self) -> tuple[int, int]:
        """Tell how many passages there are, and how many the articles say there are."""
        stored, said = self._row(
            "SELECT (SELECT count(*) FROM passages), (SELECT coalesce(sum(passages), 0) FROM articles)"
        )
        return stored, said

    def next_keys(self, generation: int) -> tuple[int, int]:
        """Give the least keys that no article and no passage had up to `generation`."""
        row = self._row(
            "SELECT key, first_passage, passages FROM articles WHERE added <= ? ORDER BY key DESC LIMIT 1",
            (generation,),
        )
        return (1, 1) if row is None else (row[0] + 1, row[1] + row[2])

    # Writing

    def find(self, article_id: str) -> StoredArticle | None:
        """Give the newest live row of an article, committed or not."""
        row = self.connection.execute(
            "SELECT key, content_hash, origin FROM articles WHERE article_id = ? AND removed IS NULL",
            (storable(article_id),),
        ).fetchone()
        return None if row is None else StoredArticle(row[0], row[1], text_of(row[2]))

    def origins(self) -> Iterator[tuple[int, str, str]]:
        """Give key, id and origin of every live article."""
        sql = "SELECT key, article_id, origin FROM articles WHERE removed IS NULL ORDER BY key"
        for key, article_id, origin in self.connection.execute(sql):
            yield key, text_of(article_id), text_of(origin)

    def signatures(self) -> Iterator[tuple[int, int, bytes]]:
        """Give key, story and signature of every live article that has one."""
        yield from self.connection.execute(
            "SELECT key, story, signature FROM articles"
            " WHERE removed IS NULL AND signature <> x'' ORDER BY key"
        )

    def add(self, articles: Iterable[NewArticle], *, generation: int) -> None:
        """Add articles and their passages, to be seen from `generation` on."""
        for new in articles:
            passages = list(passage_rows(new))
            self.connection.execute(
                f"INSERT INTO articles VALUES ({','.join('?' * 19)})", article_row(new, passages, generation)
            )
            self.connection.executemany("INSERT INTO passages VALUES (?,?,?,?,?,?)", passages)

    def remove(self, keys: Sequence[int], *, generation: int) -> None:
        """Hide articles from `generation` on."""
        self.connection.executemany(
            "UPDATE articles SET removed = ? WHERE key = ?", [(generation, key) for key in keys]
        )

    def move(self, key: int, origin: str) -> None:
        """Note that an article, unchanged, is now read from another file."""
        self.connection.execute("UPDATE articles SET origin = ? WHERE key = ?", (storable(origin), key))

    def keep_version(self, key: int, *, generation: int, days: int) -> None:
        """Keep the text of an article that `generation` replaces, for so many days; 0 keeps none."""
        if days:
            versions.keep(self.connection, key, generation=generation, days=days)

    def forget_versions(self, key: int) -> None:
        """Forget the former texts of an article that is removed."""
        versions.forget(self.connection, key)

    def keep_versions_for(self, days: int) -> None:
        """Keep the former texts that are there for so many days from when they were replaced."""
        versions.keep_for(self.connection, days)

    def roll_back(self, generation: int, *, next_article: int, next_passage: int) -> None:
        """Take back everything that was marked for a generation after `generation`."""
        with self.connection as connection:
            connection.execute("DELETE FROM passages WHERE key >= ?", (next_passage,))
            connection.execute("DELETE FROM versions WHERE generation > ?", (generation,))
            connection.execute(
                "DELETE FROM articles WHERE key >= ? AND added > ?", (next_article, generation)
            )
            connection.execute("UPDATE articles SET removed = NULL WHERE removed > ?", (generation,))

    def purge(self, generation: int) -> int:
        """Delete what no generation from `generation` on sees; return the number of articles."""
        gone = self.connection.execute(
            "SELECT key, first_passage, passages FROM articles WHERE removed <= ?", (generation,)
        ).fetchall()
        with self.connection as connection:
            versions.expire(connection)
            for key, first, count in gone:
                connection.execute("DELETE FROM passages WHERE key >= ? AND key < ?", (first, first + count))
                connection.execute("DELETE FROM articles WHERE key = ?", (key,))
        return len(gone)

    def commit(self) -> None:
        """Make everything since the last commit last, in the file proper where no reader is in the way."""
        self.connection.commit()
        self._note_changes()
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def settle(self) -> int | None:
        """Move everything from the log to the file proper; the page size, or None when a reader was long."""
        self.connection.commit()
        self._note_changes()
        self.connection.execute(f"PRAGMA busy_timeout = {SETTLE_MS}")
        busy, _logged, _moved = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return None
        return int(self.connection.execute("PRAGMA page_size").fetchone()[0])

    @contextlib.contextmanager
    def file(self) -> Iterator[int]:
        """Open SQLite's file to be read beside SQLite."""
        with opened(self.path) as file:
            yield file

    def _note_changes(self) -> None:
        """Note the pages in the log before a checkpoint: a log that was moved whole is written over."""
        self.changed_pages.update(pages_logged(self.path.with_name(f"{FILE_NAME}-wal")))
