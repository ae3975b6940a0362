"""The records of a generation in an engine: its ledger, its statistics, and the articles whole.

What is long lies in pieces of one record each; the first piece of an article is found by conditions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.articles import Article
from index.backends.milvus.collections.facets import days_of, facet, facets_of, one_of
from index.backends.milvus.collections.ledger import Ledger, packed, pieces_of, unpacked
from index.backends.milvus.collections.milvus_schema import FOREVER, LONGEST_TEXT, records_of
from index.backends.milvus.collections.wire import MOST_NAMED, Wire
from index.errors import EngineAway, SnapshotDamaged

LEDGER = "ledger"
ARTICLES_AT_ONCE = 64
PIECES_AT_ONCE = 128  # of 60,000 characters each: eight megabytes an answer
LONGEST_ARTICLE = 1 << 30  # bytes unpacked: what is longer than any article was made to fill the memory
MOST_PIECES = 100_000  # of what is kept under one name: six gigabytes
HEAD = 0  # the part that has an article's conditions; the others only continue it
NO_ARTICLE = -1


@dataclass(frozen=True, slots=True)
class ShelvedArticle:
    """An article as it lies in the engine, with the keys of its passages and its story."""

    key: int
    article: Article
    content_hash: str
    first_passage: int
    passages: int
    story: int
    signature: bytes = b""


class Shelf:
    """The records behind one collection of passages. Safe for any number of threads."""

    def __init__(self, wire: Wire, collection: str):
        self._wire = wire
        self.name = records_of(collection)

    @property
    def place(self) -> str:
        """Say where the records lie."""
        return str(self._wire.address)

    # Ledger and what else is kept under a name

    def ledger(self) -> Ledger | None:
        """Give the ledger committed last; None while there is none."""
        try:
            rows = self._rows([LEDGER])
        except EngineAway as error:
            if not self._wire.call("has_collection", self.name):
                return None
            raise error
        if not rows:
            return None
        try:
            pointer = json.loads(rows[LEDGER]["content"])
            content = self.kept((str(pointer["name"]), int(pointer["pieces"])))
            return Ledger.of_content(content)
        except (ValueError, KeyError, TypeError) as error:
            raise self._wire.nonsense(f"a ledger that cannot be read ({error})") from error

    def commit(self, ledger: Ledger) -> None:
        """Make this the ledger: after this, and not before, readers see its generation."""
        name, pieces = self.keep(f"l{ledger.generation}", ledger.as_content(), generation=ledger.generation)
        pointer = json.dumps({"name": name, "pieces": pieces})
        self.put([_record(LEDGER, pointer)])

    def keep(self, name: str, content: bytes, *, generation: int = 0) -> tuple[str, int]:
        """Keep bytes under a name, for one generation or (0) for all; give what `kept` finds them by."""
        records = [
            {**_record(f"{name}/{number:06d}", piece), "since": generation}
            for number, piece in _numbered(content)
        ]
        self.put(records)
        return name, len(records)

    def kept(self, kept: tuple[str, int]) -> bytes:
        """Give bytes that were kept; raises SnapshotDamaged when they are not whole."""
        name, pieces = kept
        if not 0 < pieces <= MOST_PIECES:
            raise self._wire.nonsense(f"{name[:40]} in {pieces} parts")
        names = [f"{name}/{number:06d}" for number in range(pieces)]
        rows = self._rows(names)
        try:
            return unpacked("".join(rows[each]["content"] for each in names))
        except (KeyError, ValueError) as error:
            raise self._wire.nonsense(f"{name} in parts that are not whole ({error})") from error

    def forget(self, generation: int) -> None:
        """Take away what was kept for generations before this one."""
        self._wire.call(
            "delete", self.name, filter=f"part == {NO_ARTICLE} and since > 0 and since < {generation}"
        )

    def name_content(self, name: str, content: str) -> None:
        """Write a short record."""
        self.put([_record(name, content)])

    def named(self, name: str) -> str | None:
        """Give the content of a short record; None when there is none."""
        rows = self._rows([name])
        return str(rows[name]["content"]) if name in rows else None

    def forget_named(self, name: str) -> None:
        """Take a short record away."""
        self._wire.call("delete", self.name, ids=[name])

    # Articles

    def add(
        self, shelved: Iterable[ShelvedArticle], *, generation: int, bands: Mapping[int, list[int]]
    ) -> None:
        """Keep articles, to be seen from `generation` on; `bands` are those of their signatures, by key."""
        self.put(
            [record for each in shelved for record in _records(each, generation, bands.get(each.key, []))]
        )

    def by_keys(self, keys: Sequence[int]) -> dict[int, ShelvedArticle]:
        """Give articles by key, whoever sees them."""
        shelved: dict[int, ShelvedArticle] = {}
        for first in range(0, len(keys), ARTICLES_AT_ONCE):
            shelved |= self._read(one_of("article", keys[first : first + ARTICLES_AT_ONCE]))
        return shelved

    def by_id(self, article_id: str, condition: str) -> ShelvedArticle | None:
        """Give the article with an id that a condition accepts; None when there is none."""
        head = f"id_hash == {facet('id', article_id)} and part == {HEAD} and {condition}"
        keys = [int(row["article"]) for row in self._wire.few(self.name, ["article"], head)]
        shelved = [each for each in self.by_keys(keys).values() if each.article.article_id == article_id]
        return max(shelved, key=lambda article: article.key, default=None)

    def heads(self, fields: Sequence[str], condition: str) -> Iterator[list[dict[str, Any]]]:
        """Give fields of the first records of articles, in the order they came, some hundred at a time."""
        yield from self._wire.rows(self.name, fields, f"part == {HEAD} and {condition}")

    def few_heads(self, fields: Sequence[str], condition: str) -> list[dict[str, Any]]:
        """Give them in one request, where there are few, in the order they came."""
        heads = self._wire.few(self.name, [*fields, "article"], f"part == {HEAD} and {condition}")
        return sorted(heads, key=lambda row: int(row["article"]))

    def put(self, records: Sequence[dict[str, Any]]) -> None:
        """Write records, some megabytes at a time; those with the same name are replaced."""
        for first in range(0, len(records), PIECES_AT_ONCE):
            self._wire.call("upsert", self.name, list(records[first : first + PIECES_AT_ONCE]))

    def end(self, keys: Sequence[int], generation: int) -> None:
        """Let articles be seen by no generation from this one on."""
        names = [f"a{key:016d}/{HEAD:06d}" for key in keys]
        end_rows(self._wire, self.name, "name", names, generation)

    def drop(self, condition: str) -> None:
        """Take articles away, all their records, whose first record a condition accepts."""
        for page in list(self.heads(["article"], condition)):
            keys = [int(row["article"]) for row in page]
            self._wire.call("delete", self.name, filter=one_of("article", keys))

    def _rows(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for first in range(0, len(names), PIECES_AT_ONCE):
            answer = self._wire.call(
                "get",
                self.name,
                ids=list(names[first : first + PIECES_AT_ONCE]),
                output_fields=["name", "content"],
                consistency_level="Strong",
            )
            rows |= {str(row["name"]): dict(row) for row in answer}
        return rows

    def _read(self, condition: str) -> dict[int, ShelvedArticle]:
        parts: dict[int, dict[int, str]] = {}
        origins: dict[int, str] = {}
        fields = ("article", "part", "content", "origin")
        for row in self._wire.few(self.name, fields, condition, most=PIECES_AT_ONCE):
            key, part = int(row["article"]), int(row["part"])
            parts.setdefault(key, {})[part] = str(row["content"])
            if part == HEAD and row["origin"]:
                origins[key] = str(row["origin"])  # it may have moved since the article was written
        shelved = {}
        for key, of_article in parts.items():
            text = "".join(of_article[part] for part in sorted(of_article))
            shelved[key] = self._shelved(key, text, origins.get(key))
        return shelved

    def _shelved(self, key: int, text: str, origin: str | None) -> ShelvedArticle:
        try:
            values = json.loads(unpacked(text, most=LONGEST_ARTICLE))
            moved = {} if origin is None else {"origin": origin}
            return ShelvedArticle(
                key,
                Article(**{**values["article"], **moved}),
                values["content_hash"],
                int(values["first_passage"]),
                int(values["passages"]),
                int(values["story"]),
                bytes.fromhex(values["signature"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise SnapshotDamaged(
                f"{self._wire.address} holds an article ({key}) that cannot be read ({error}); build it again"
            ) from error


def _records(shelved: ShelvedArticle, generation: int, bands: list[int]) -> Iterator[dict[str, Any]]:
    """Cut an article into records; the first comes last, so that an article with it is whole."""
    article = shelved.article
    names = ("article_id", "title", "text", "url", "source", "author", "published", "language", "origin")
    values = {
        "article": {**{name: getattr(article, name) for name in names}, "extra": dict(article.extra)},
        "content_hash": shelved.content_hash,
        "first_passage": shelved.first_passage,
        "passages": shelved.passages,
        "story": shelved.story,
        "signature": shelved.signature.hex(),
    }
    pieces = list(_numbered(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")))
    first_day, last_day = days_of(article.published)
    for number, piece in reversed(pieces):
        record = _record(f"a{shelved.key:016d}/{number:06d}", piece)
        record |= {"article": shelved.key, "part": number, "story": shelved.story}
        if number == HEAD:
            record |= {"id_hash": facet("id", article.article_id), "facets": facets_of(article)}
            record |= {"first_day": first_day, "last_day": last_day, "since": generation, "bands": bands}
            record |= {"article_id": fitting(article.article_id), "origin": fitting(article.origin)}
            record["content_hash"] = shelved.content_hash
        yield record


def end_rows(
    wire: Wire, collection: str, key: str, keys: Sequence[int] | Sequence[str], generation: int
) -> None:
    """Let rows be seen by no generation from this one on (FOREVER: by all again)."""
    for first in range(0, len(keys), MOST_NAMED):
        rows = [{key: each, "until": generation} for each in keys[first : first + MOST_NAMED]]
        wire.call("upsert", collection, rows, partial_update=True)


def fitting(text: str) -> str:
    """Give a text that a server takes whole; nothing for one that it does not."""
    return text if len(text.encode("utf-8", "replace")) <= LONGEST_TEXT else ""


def _numbered(content: bytes) -> Iterator[tuple[int, str]]:
    yield from enumerate(pieces_of(packed(content)))


def _record(name: str, content: str) -> dict[str, Any]:
    """Give a record that no condition on articles accepts."""
    return {
        "name": name,
        "content": content,
        **dict.fromkeys(("article", "part", "id_hash", "story"), NO_ARTICLE),
        **dict.fromkeys(("first_day", "last_day"), NO_ARTICLE),
        **dict.fromkeys(("article_id", "origin", "content_hash"), ""),
        "facets": [],
        "bands": [],
        "since": 0,
        "until": FOREVER,
        "unused": [0.0, 1.0],
    }
