"""Articles to a committed snapshot; the cost follows what changed.

`build` adds and updates articles, `remove` takes them out. Both hold the writer's lock, and either commit a
whole generation or leave the last one as it was.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from index.articles import Article, Skipped, read_articles
from index.articles.files.encodable import encodable
from index.articles.files.sources import file_of
from index.backends import EngineAddress, IndexPlace, place_of
from index.building.duplicates import bands
from index.building.encoding import PassageEncoding, Progress, Vectors, calibrate
from index.building.parquet import take_encoded
from index.building.preparation import Preparation
from index.building.spreading import spread_over
from index.building.stories import Stories, StoriesElsewhere
from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.errors import ArticleError, SnapshotError, damage_explained
from index.passages import split_article
from index.passages.fields import encoded_text, passage_terms
from index.store.durable.disk import whole_content
from index.store.sqlite.catalogue import StoredArticle
from index.store.sqlite.retention import KEPT_DAYS
from index.store.sqlite.schema import NewArticle
from index.store.writing.identity import check_analysis, check_encoder, identity_of
from index.store.writing.writer import Identity, Writer, writing

if TYPE_CHECKING:
    from index.backends.milvus.writing.milvus_writer import MilvusWriter

AnyWriter: TypeAlias = "Writer | MilvusWriter"
LOOKED_UP_AT_ONCE = 256  # articles: an engine elsewhere is asked once for so many
FIRST_PASSAGES = 1_024  # encoding begins once so many are read; every batch after may be twice as large
PASSAGES_AT_ONCE = 65_536  # passages that become one segment, at most, before segments are joined


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build or a removal did, in articles; `passages` are those of the whole index afterwards."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[Skipped, ...] = ()
    seconds: float
    generation: int
    passages: int

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        skipped = [
            {"origin": each.shown_origin, "line": each.line, "reason": each.reason, "remedy": each.remedy}
            for each in self.skipped
        ]
        values = {report_field.name: getattr(self, report_field.name) for report_field in fields(self)}
        return {**values, "seconds": round(self.seconds, 3), "skipped": skipped}

    def __str__(self) -> str:
        names = ("added", "changed", "unchanged", "removed")
        lines = [f"{name:<10}{getattr(self, name):>10,}" for name in names]
        lines.append(f"{'skipped':<10}{len(self.skipped):>10,}")
        lines.extend(f"  {each}" for each in self.skipped)
        lines.append(f"{self.passages:,} passages, generation {self.generation}, {self.seconds:.1f} s")
        return "\n".join(lines)


def build(
    articles: Iterable[str | Path | Article],
    index_dir: str | IndexPlace,
    *,
    encoder: Encoder,
    prune: bool = False,
    progress: bool = True,
    follow_links: bool = False,
    anew: bool = False,
    keep_versions: int | None = None,
    encode_with: str | None = None,
    encoded: Sequence[Path] = (),
) -> BuildReport:
    """Add and update articles, given as such or as paths to read them from.

    With `prune`, articles whose file is gone, or was read again and holds them no longer, are removed.
    Links that lead out of a folder are followed with `follow_links` only. The former text of an article that
    is replaced is kept for `keep_versions` days (`KEPT_DAYS` where nothing is said), 0 for not at all; where
    days are given they hold for what was kept before, too. In an engine elsewhere, `anew`
    fills a new generation beside the live one and switches to it at the end. `encode_with` names a Dask
    cluster that encodes; what the Parquet files `encoded` hold is not encoded again.
    Raises ArticleError for a path with nothing in it, SnapshotMismatch when the index was made with
    another encoder, SnapshotLocked, SnapshotError for a disk that refuses, EngineAway.
    """
    started = time.monotonic()
    place = place_of(index_dir)
    bar = Progress(shown=progress)
    try:
        with contextlib.ExitStack() as stack:
            writer = stack.enter_context(_writing(place, identity_of(encoder), anew=anew))
            check_encoder(place, writer.base, encoder)
            check_analysis(place, writer.base)
            calibration = _calibration(writer, encoder, bar)
            spread = stack.enter_context(spread_over(encode_with, encoder, calibration))
            encoding = PassageEncoding(writer.folder, encoder, calibration, bar, spread)
            for path in encoded:
                take_encoded(path, encoding, calibration, encoder.dimension)
            with Preparation(encoding) as preparation:
                run = _Build(writer, preparation, follow_links=follow_links, keep_versions=keep_versions)
                run.read(articles)
            removed = run.prune() if prune else 0
            bar.say("writing")
            manifest = writer.commit()
            encoding.clear()
    finally:
        bar.close()
    return BuildReport(
        added=run.added,
        changed=run.changed,
        unchanged=run.unchanged,
        removed=removed,
        skipped=tuple(run.skipped),
        seconds=time.monotonic() - started,
        generation=manifest.generation,
        passages=manifest.passages,
    )


def remove(article_ids: Sequence[str], index_dir: str | IndexPlace) -> BuildReport:
    """Remove articles by id; raises ArticleError, having removed nothing, when one is unknown."""
    started = time.monotonic()
    place = place_of(index_dir)
    with _writing(place, None) as writer:
        check_analysis(place, writer.base)
        keys = [_stored_key(writer, article_id) for article_id in dict.fromkeys(article_ids)]
        for key in keys:
            writer.catalogue.forget_versions(key)
            _take_out(writer, key)
        manifest = writer.commit()
    return BuildReport(
        removed=len(keys),
        seconds=time.monotonic() - started,
        generation=manifest.generation,
        passages=manifest.passages,
    )


def _writing(
    place: IndexPlace, identity: Identity | None, *, anew: bool = False
) -> contextlib.AbstractContextManager[AnyWriter]:
    """Hold an index for writing, wherever it lies."""
    if isinstance(place, EngineAddress):
        from index.backends.milvus.writing.elsewhere import writing_elsewhere

        return writing_elsewhere(place, identity, anew=anew, bands=bands)
    if anew:
        raise SnapshotError(f"{place} is a folder; build anew into a new one, with --index {place}-new")
    return writing(place, identity)


def _stored_key(writer: AnyWriter, article_id: str) -> int:
    """Find the key of an article; raises ArticleError when there is none with this id."""
    stored = writer.catalogue.find(article_id)
    if stored is None:
        raise ArticleError(
            f"no article has the id {article_id!r}, nothing was removed;"
            " python -m index search shows ids in square brackets, before the #"
        )
    return stored.key


def _calibration(writer: AnyWriter, encoder: Encoder, bar: Progress) -> Calibration:
    """Give the calibration of an index: a new one is calibrated once, for good."""
    if writer.calibration is None:
        bar.say("calibrating")
        writer.name_calibration(calibrate(writer.folder, encoder))
    assert writer.calibration is not None
    path = writer.folder / writer.calibration.name
    content = whole_content(path, writer.calibration.stored)
    with damage_explained(path):
        return Calibration.load(io.BytesIO(content))


def _take_out(writer: AnyWriter, key: int) -> None:
    """Remove one article with its passages."""
    article = writer.catalogue.articles([key])[key]
    passages = writer.catalogue.passages_of(key, article)
    first, _count = writer.catalogue.passage_keys(key)
    terms = {first + number: passage_terms(article, passage) for number, passage in enumerate(passages)}
    writer.remove(key, article, terms)


@dataclass
class _Batch:
    """Articles read and not yet written, with their passages."""

    articles: list[NewArticle] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    passages: int = 0


class _Build:
    """One run of `build`."""

    def __init__(
        self,
        writer: AnyWriter,
        preparation: Preparation,
        *,
        follow_links: bool = False,
        keep_versions: int | None = None,
    ):
        self.version_days = KEPT_DAYS if keep_versions is None else keep_versions
        if keep_versions is not None:
            writer.catalogue.keep_versions_for(keep_versions)
        self.writer, self.preparation, self.follow_links = writer, preparation, follow_links
        self.stories = (
            Stories(writer.catalogue) if isinstance(writer, Writer) else StoriesElsewhere(writer.catalogue)
        )
        self.added = self.changed = self.unchanged = 0
        self.skipped: list[Skipped] = []
        self._seen: dict[str, str] = {}
        self._origins: set[str] = set()
        self._batch = _Batch()
        self._enough = FIRST_PASSAGES

    def read(self, articles: Iterable[str | Path | Article]) -> None:
        """Take in all articles, batch by batch."""
        for article in self._looked_up(articles):
            self._take(article)
            if self._batch.passages >= self._enough:
                self._begin()
                self._enough = min(2 * self._enough, PASSAGES_AT_ONCE)
        self._begin()
        self._finish()

    def prune(self) -> int:
        """Remove articles whose file is gone or was read and has them no longer; return how many."""
        kept = {_absolute(each.origin) for each in self.skipped}
        read = {file_of(origin) for origin in self._origins}
        gone = [
            key
            for key, article_id, origin in self.writer.catalogue.origins()
            if origin and article_id not in self._seen and kept.isdisjoint((origin, file_of(origin)))
            if file_of(origin) in read or not _exists(file_of(origin))
        ]
        for key in gone:
            self.writer.catalogue.forget_versions(key)
            _take_out(self.writer, key)
        return len(gone)

    def _looked_up(self, given: Iterable[str | Path | Article]) -> Iterator[Article]:
        """Give the articles as they are stored; an engine elsewhere hears of them some hundred at a time."""
        ready = (encodable(replace(each, origin=_absolute(each.origin))) for each in self._articles(given))
        if isinstance(self.writer, Writer):
            yield from ready
            return
        while some := list(itertools.islice(ready, LOOKED_UP_AT_ONCE)):
            self.writer.catalogue.expect([each.article_id for each in some])
            yield from some

    def _articles(self, given: Iterable[str | Path | Article]) -> Iterator[Article]:
        """Give the articles among what was given, then those read from its paths."""
        paths = []
        for item in [given] if isinstance(given, (str, Path)) else given:
            if isinstance(item, Article):
                yield item
            else:
                paths.append(item)
        if paths:
            cache = self.writer.folder / "web"  # what addresses answered, asked for again when it changed
            yield from read_articles(
                paths, on_skip=self.skipped.append, cache=cache, follow_links=self.follow_links
            )

    def _take(self, article: Article) -> None:
        """Sort an article out: named twice, unchanged, or one that goes in."""
        content_hash = article.content_hash()
        self._origins.add(article.origin)
        if article.article_id in self._seen:
            if self._seen[article.article_id] != content_hash:
                reason = f"the id {article.article_id!r} was already used by another article of this run"
                self.skipped.append(Skipped(article.origin, reason, "give every article an id of its own"))
            return
        self._seen[article.article_id] = content_hash
        stored = self.writer.catalogue.find(article.article_id)
        if stored is not None and stored.content_hash == content_hash:
            self.unchanged += 1
            if article.origin and article.origin != stored.origin:
                self.writer.catalogue.move(stored.key, article.origin)
            return
        self._take_new(article, content_hash, stored)

    def _take_new(self, article: Article, content_hash: str, stored: StoredArticle | None) -> None:
        """Put an article that is new or has changed into the batch; one without text is skipped."""
        passages = split_article(article)
        if not passages:
            reason = f"the article {article.article_id!r} has no text"
            self.skipped.append(Skipped(article.origin, reason, "give it a text or leave it out"))
            return
        if stored is None:
            self.added += 1
        else:
            self.changed += 1
            self.stories.forget(stored.key)
            self._batch.replaced.append(stored.key)
        key, first = self.writer.claim(len(passages))
        story, signature = self.stories.of(key, article.text)
        new = NewArticle(key, article, content_hash, passages, first, story=story, signature=signature)
        self._batch.articles.append(new)
        self._batch.passages += len(passages)

    def _begin(self) -> None:
        """Have the articles read so far prepared, once those before them are written."""
        self._finish()
        batch, self._batch = self._batch, _Batch()
        if batch.articles:
            encoded = dict(each for key in batch.replaced for each in self._encoded_of(key))
            for key in batch.replaced:
                self.writer.catalogue.keep_version(
                    key, generation=self.writer.generation, days=self.version_days
                )
                _take_out(self.writer, key)
            self.preparation.begin(batch.articles, encoded)

    def _finish(self) -> None:
        """Write the articles that are being prepared."""
        prepared = self.preparation.finish()
        if prepared is not None:
            self.writer.add(*prepared)

    def _encoded_of(self, key: int) -> Iterator[tuple[str, Vectors]]:
        """Give the texts of an article that is going to be replaced, with what was encoded of each."""
        article = self.writer.catalogue.articles([key])[key]
        passages = self.writer.catalogue.passages_of(key, article)
        stored = self.writer.encoded(*self.writer.catalogue.passage_keys(key))
        if stored is not None and len(stored.words) == len(passages):
            for passage, vector, words in zip(passages, stored.vectors, stored.words, strict=True):
                yield encoded_text(article, passage), (vector, words)


def _absolute(origin: str) -> str:
    """Make an origin absolute: a later run may start elsewhere."""
    return origin if not origin or "://" in origin else os.path.abspath(origin)


def _exists(origin: str) -> bool:
    """Tell whether the file of an origin is there; addresses are taken to be."""
    return "://" in origin or os.path.exists(origin)
