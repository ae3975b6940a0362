"""Building into an engine: rows that no reader sees yet, then a ledger that shows them.

A row says from which generation on it is seen, and until which. A writer marks its rows with the generation
that it is going to commit; what a killed writer left is taken back by the next one. A long build commits
several times on its way, so that little of it is ever lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.articles import Article
from index.backends.milvus.collections.ledger import Ledger
from index.backends.milvus.collections.milvus_schema import FOREVER, drop, number_of, numbered
from index.backends.milvus.collections.passage_rows import rows_of, unpacked_words, vector_of
from index.backends.milvus.collections.shelf import Shelf, ShelvedArticle, end_rows
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.term_weights import PassageTerms, TermStatistics
from index.backends.milvus.writing.engine_catalogue import EngineCatalogue
from index.backends.milvus.writing.engine_lock import EngineLock
from index.backends.milvus.writing.reweighing import recount, reweigh
from index.sparse import Postings
from index.store.durable.disk import StoredFile
from index.store.generations.manifest import NamedFile
from index.store.generations.tally import Tally, positive
from index.store.sqlite.schema import NewArticle
from index.store.writing.pending import Encoded

ROWS_AT_ONCE = 256  # passages of a request: some 4 MB; a server takes 64
COMMITTED_AT_ONCE = 50_000  # passages, at most, that a killed build uploads again

Bands = Callable[[bytes], list[int]]


class MilvusWriter:
    """The next generation in an engine; only `writing_elsewhere` makes one."""

    def __init__(self, wire: Wire, collection: str, base: Ledger, folder: Path, bands: Bands, at_once: int):
        self._wire, self._collection, self._bands, self._at_once = wire, collection, bands, at_once
        self._shelf = Shelf(wire, collection)
        self.base, self.folder = base, folder
        self.catalogue = EngineCatalogue(wire, collection, base.generation)
        self.calibration = self._stored_calibration()
        self._tally = Tally.of_counts(base.articles, base.languages, base.sources, base.dates)
        self._statistics = self._stored_statistics()
        self._average = base.average
        self._next_article, self._next_passage = base.next_article, base.next_passage
        self._lock = EngineLock(self._shelf)
        self._forget_changes()

    def _forget_changes(self) -> None:
        """Begin to note what the next commit changes."""
        self._changed = False
        self._passages = self._length = self._uploaded = 0
        self._frequencies: Counter[int] = Counter()
        self._ended_articles: list[int] = []
        self._ended_passages: list[int] = []
        self._shared: list[int] = []

    @property
    def generation(self) -> int:
        """Number the generation that the next commit will make."""
        return self.base.generation + 1

    def name_calibration(self, path: Path) -> None:
        """Keep the calibration of a new index in the engine."""
        kept = self._shelf.keep("calibration", path.read_bytes())
        self.base = replace(self.base, calibration=kept)
        self.calibration = NamedFile(path.name, StoredFile.of(path))

    def claim(self, passages: int) -> tuple[int, int]:
        """Give keys for one new article and the first of its passages."""
        article, first = self._next_article, self._next_passage
        self._next_article += 1
        self._next_passage += passages
        return article, first

    def add(self, articles: Sequence[NewArticle], encoded: Encoded, postings: Postings) -> None:
        """Add articles with what was encoded of all their passages and their postings."""
        self._changed = True
        self._lock.say_alive()
        terms = PassageTerms.of(postings)
        if not self._average and len(terms.lengths):
            self._average = float(terms.lengths.mean())
        weights, first = terms.weights(self._average), 0
        rows, shelved, bands = [], [], {}
        for new in articles:
            last = first + len(new.passages)
            one = _shelved(new)
            shelved.append(one)
            bands[new.key] = self._bands(one.signature)
            part = encoded.vectors[first:last], encoded.words[first:last], weights[first:last]
            rows += rows_of(one, new.passages, *part, self.generation)
            self._tally.count(new.article, 1)
            if new.story != new.key:
                self._shared.append(new.story)
            first = last
        for start in range(0, len(rows), ROWS_AT_ONCE):
            self._wire.call("upsert", self._collection, rows[start : start + ROWS_AT_ONCE])
        self._shelf.add(shelved, generation=self.generation, bands=bands)
        self._count(terms, 1)
        self._uploaded += len(rows)
        if self._uploaded >= self._at_once:
            self._commit(complete=self.base.complete)

    def remove(self, key: int, article: Article, passages: Mapping[int, Sequence[str]]) -> None:
        """Remove an article; `passages` maps the keys of its passages to their terms."""
        self._changed = True
        self._tally.count(article, -1)
        self._ended_articles.append(key)
        self._ended_passages += passages
        self._count(PassageTerms.of(Postings.of(passages.values())), -1)

    def encoded(self, first_passage: int, passages: int) -> Encoded | None:
        """Give what was encoded of passages that are already there; None when they are not."""
        keys = list(range(first_passage, first_passage + passages))
        stored: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for start in range(0, len(keys), ROWS_AT_ONCE):
            some = keys[start : start + ROWS_AT_ONCE]
            fields = ["key", "vector", "words"]
            for row in self._wire.call("get", self._collection, ids=some, output_fields=fields):
                vector = vector_of(row, self.base.dimension)
                stored[int(row["key"])] = vector, unpacked_words([str(piece) for piece in row["words"]])
        if len(stored) < passages or not passages:
            return None
        return Encoded(np.stack([stored[key][0] for key in keys]), [stored[key][1] for key in keys])

    def commit(self) -> Ledger:
        """Make the next generation the one that readers see; when nothing changed, the last stays."""
        if not self.base.complete:
            return self._complete()
        return self._commit(complete=True) if self._changed else self.base

    def refresh(self) -> Ledger:
        """Count the corpus anew, and weigh every passage by its mean length."""
        self._lock.say_alive()
        self._weigh_again()
        ledger = self._commit(complete=True)
        self._settle()
        return ledger

    # Committing

    def _complete(self) -> Ledger:
        """Show a collection that was filled from the beginning: its weights are made once all is counted."""
        self._commit(complete=False)
        self._weigh_again()
        ledger = self._commit(complete=True)
        self._settle()
        alias = self._wire.address.collection
        before = self._wire.target()
        self._wire.call("create_alias" if before is None else "alter_alias", self._collection, alias)
        for number in range(1, number_of(alias, before or "")):
            drop(self._wire, numbered(alias, number))  # the last one stays for readers who are on their way
        return ledger

    def _settle(self) -> None:
        """Have all rows sealed, and so indexed: until then a server compares them one by one."""
        for name in (self._collection, self._shelf.name):
            self._wire.call("flush", name)

    def _weigh_again(self) -> None:
        total = recount(self._wire, self._collection, self.base.generation)
        reweigh(self._wire, self._collection, self.base.generation, total.average)
        self._average = total.average
        self._statistics = TermStatistics.none().changed(total.frequencies, self._statistics.shared.tolist())
        self.base = replace(self.base, passages=total.passages, length=total.length)

    def _commit(self, *, complete: bool) -> Ledger:
        """Write the statistics, then the ledger that names them."""
        self._lock.say_alive()
        generation = self.generation
        end_rows(self._wire, self._collection, "key", self._ended_passages, generation)
        self._shelf.end(self._ended_articles, generation)
        self._statistics = self._statistics.changed(self._frequencies, self._shared)
        content = self._statistics.as_content()
        ledger = replace(
            self.base,
            generation=generation,
            updated=datetime.now(UTC).isoformat(timespec="seconds"),
            complete=complete,
            average=self._average,
            passages=self.base.passages + self._passages,
            length=self.base.length + self._length,
            statistics=self._shelf.keep(f"s{generation}", content, generation=generation),
            next_article=self._next_article,
            next_passage=self._next_passage,
            articles=self._tally.articles,
            languages=positive(self._tally.languages),
            sources=positive(self._tally.sources),
            dates=positive(self._tally.months),
        )
        self._shelf.commit(ledger)
        self.base, self.catalogue.generation = ledger, generation
        self._forget_changes()
        self._shelf.forget(generation - 1)
        return ledger

    def _count(self, terms: PassageTerms, step: int) -> None:
        """Count passages in (`step` 1) or out (-1)."""
        self._passages += step * len(terms.lengths)
        self._length += step * int(terms.lengths.sum())
        if step > 0:
            self._frequencies.update(terms.frequencies())
        else:
            self._frequencies.subtract(terms.frequencies())

    # What was there before

    def begin(self) -> None:
        """Take the lock, take back what a killed writer left, and purge what no reader sees any more."""
        self._lock.take()
        after, ended = self.base.generation, f"until > {self.base.generation} and until < {FOREVER}"
        self._wire.call("delete", self._collection, filter=f"key >= {self._next_passage}")
        self._wire.call("delete", self._shelf.name, filter=f"article >= {self._next_article}")
        for collection, key in ((self._collection, "key"), (self._shelf.name, "name")):
            keys = [row[key] for page in self._wire.rows(collection, [key], ended) for row in page]
            end_rows(self._wire, collection, key, keys, FOREVER)
        self._shelf.drop(f"until < {after}")
        self._wire.call("delete", self._collection, filter=f"until < {after}")

    def end(self) -> None:
        """Give the lock back."""
        self._lock.give_back()

    def _stored_calibration(self) -> NamedFile | None:
        if not self.base.calibration[1]:
            return None
        path = self.folder / "engine-calibration.npz"
        path.write_bytes(self._shelf.kept(self.base.calibration))
        return NamedFile(path.name, StoredFile.of(path))

    def _stored_statistics(self) -> TermStatistics:
        if not self.base.statistics[1]:
            return TermStatistics.none()
        try:
            return TermStatistics.of_content(self._shelf.kept(self.base.statistics))
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise self._wire.nonsense(f"statistics that cannot be read ({error})") from error


def _shelved(new: NewArticle) -> ShelvedArticle:
    return ShelvedArticle(
        new.key,
        new.article,
        new.content_hash,
        new.first_passage,
        len(new.passages),
        new.story,
        new.signature or b"",
    )
