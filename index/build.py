"""Articles to a committed snapshot; the cost follows what changed.

`build` adds and updates articles, `remove` takes them out. Both hold the writer's lock, and either commit a
whole generation or leave the last one as it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.analysis import ANALYSIS_VERSION, analyze
from index.articles import Article, Skipped
from index.encoder import Encoder
from index.errors import ArticleError, EncoderError, SnapshotMismatch
from index.passages import Passage, split_article
from index.store.catalogue import NewArticle
from index.store.manifest import Manifest
from index.store.pending import Pending
from index.store.writer import Identity, Writer, writing

PASSAGES_AT_ONCE = 65_536  # passages that become one segment before they are merged
ENCODED_AT_ONCE = 1_024  # passages whose vectors a crash may cost
PASSAGE_WORDS = 120


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, in articles."""

    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float
    generation: int
    passages: int

    def as_json(self) -> dict:
        """The report as plain values."""
        skipped = [
            {"origin": each.origin, "line": each.line, "reason": each.reason, "remedy": each.remedy}
            for each in self.skipped
        ]
        values = {name: getattr(self, name) for name in self.__slots__ if name != "skipped"}
        return {**values, "seconds": round(self.seconds, 3), "skipped": skipped}

    def __str__(self) -> str:
        names = ("added", "changed", "unchanged", "removed")
        lines = [f"{name:<10}{getattr(self, name):>10,}" for name in names]
        lines.append(f"{'skipped':<10}{len(self.skipped):>10,}")
        lines.extend(f"  {each}" for each in self.skipped)
        lines.append(f"{self.passages:,} passages, generation {self.generation}, {self.seconds:.1f} s")
        return "\n".join(lines)


def encoded_text(article: Article, passage: Passage) -> str:
    """What the encoder reads of a passage."""
    return passage.text


def passage_terms(article: Article, passage: Passage) -> list[str]:
    """What BM25 counts of a passage."""
    return analyze(passage.text)


def build(
    articles: Iterable[str | Path | Article],
    index_dir: str | Path,
    *,
    encoder: Encoder,
    prune: bool = False,
    progress: bool = True,
) -> BuildReport:
    """Adds and updates articles, given as such or as paths to read them from.

    With `prune`, articles that were read from a file and were not read again now are removed, unless
    their file was skipped. Raises ArticleError for a path with nothing in it, SnapshotMismatch when the
    index was made with another encoder, SnapshotLocked, and SnapshotError for a disk that refuses.
    """
    started = time.monotonic()
    folder = Path(index_dir)
    identity = identity_of(encoder)
    with writing(folder, identity) as writer:
        check_identity(folder, writer.base, encoder)
        run = _Build(writer, encoder, _Progress(progress))
        run.read(articles)
        removed = run.prune() if prune else 0
        manifest = writer.commit()
        run.pending.clear()
    return BuildReport(
        run.added,
        run.changed,
        run.unchanged,
        removed,
        tuple(run.skipped),
        time.monotonic() - started,
        manifest.generation,
        manifest.passages,
    )


def remove(article_ids: Sequence[str], index_dir: str | Path) -> BuildReport:
    """Removes articles by id; raises ArticleError, having removed nothing, when one is unknown."""
    started = time.monotonic()
    with writing(Path(index_dir), None) as writer:
        _check_analysis(Path(index_dir), writer.base)
        found = {article_id: writer.catalogue.find(article_id) for article_id in dict.fromkeys(article_ids)}
        unknown = [article_id for article_id, stored in found.items() if stored is None]
        if unknown:
            raise ArticleError(
                f"no article has the id {unknown[0]!r}; nothing was removed; python -m index search shows ids"
            )
        for stored in found.values():
            take_out(writer, stored.key)
        manifest = writer.commit()
    seconds = time.monotonic() - started
    return BuildReport(0, 0, 0, len(found), (), seconds, manifest.generation, manifest.passages)


def identity_of(encoder: Encoder) -> Identity:
    """What an index made with `encoder` remembers."""
    return Identity(
        encoder=encoder.name,
        dimension=encoder.dimension,
        fingerprint=getattr(encoder, "fingerprint", ""),
        analysis=ANALYSIS_VERSION,
        passage_words=PASSAGE_WORDS,
    )


def check_identity(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    """Raises SnapshotMismatch when the index was made with another encoder or analysis."""
    fingerprint = getattr(encoder, "fingerprint", "")
    made = (manifest.encoder, manifest.dimension, manifest.fingerprint or fingerprint)
    if made != (encoder.name, encoder.dimension, fingerprint or manifest.fingerprint):
        raise SnapshotMismatch(
            f"{folder} was built with the encoder {manifest.encoder} ({manifest.dimension} dimensions),"
            f" not with {encoder.name} ({encoder.dimension});"
            f" use --encoder {manifest.encoder}, or build into a new folder"
        )
    _check_analysis(folder, manifest)


def _check_analysis(folder: Path, manifest: Manifest) -> None:
    if manifest.analysis != ANALYSIS_VERSION:
        raise SnapshotMismatch(
            f"{folder} was built with version {manifest.analysis} of the text analysis,"
            f" this is version {ANALYSIS_VERSION};"
            f" build it again into a new folder: python -m index build PATH --index {folder}-new"
        )


def take_out(writer: Writer, key: int) -> None:
    """Removes one article with its passages."""
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

    def __init__(self, writer: Writer, encoder: Encoder, progress: _Progress):
        self.writer, self.encoder, self.progress = writer, encoder, progress
        self.pending = Pending(writer.folder, encoder=encoder.name, dimension=encoder.dimension)
        self.added = self.changed = self.unchanged = 0
        self.skipped: list[Skipped] = []
        self.seen: dict[str, str] = {}
        self.batch = _Batch()

    def read(self, articles: Iterable[str | Path | Article]) -> None:
        for article in self._articles(articles):
            self._take(article)
            if self.batch.passages >= PASSAGES_AT_ONCE:
                self._write()
        self._write()
        self.progress.close()

    def prune(self) -> int:
        """Removes articles read from files that this run neither read nor skipped; how many."""
        kept = {each.origin for each in self.skipped}
        gone = [
            key
            for key, article_id, origin in self.writer.catalogue.origins()
            if origin and article_id not in self.seen and origin not in kept
        ]
        for key in gone:
            take_out(self.writer, key)
        return len(gone)

    def _articles(self, given: Iterable[str | Path | Article]) -> Iterator[Article]:
        paths = []
        for each in [given] if isinstance(given, (str, Path)) else given:
            if isinstance(each, Article):
                yield each
            else:
                paths.append(each)
        if paths:
            from index.articles import read_articles

            yield from read_articles(paths, on_skip=self.skipped.append)

    def _take(self, article: Article) -> None:
        content_hash = article.content_hash()
        if (before := self.seen.get(article.article_id)) is not None:
            if before != content_hash:
                reason = f"the id {article.article_id!r} was already used by another article of this run"
                self.skipped.append(Skipped(article.origin, reason, "give every article an id of its own"))
            return
        self.seen[article.article_id] = content_hash
        stored = self.writer.catalogue.find(article.article_id)
        if stored is not None and stored.content_hash == content_hash:
            self.unchanged += 1
            return
        passages = split_article(article)
        if not passages:
            self.skipped.append(
                Skipped(article.origin, "the article has no text", "give it a text or leave it out")
            )
            return
        if stored is None:
            self.added += 1
        else:
            self.changed += 1
            self.batch.replaced.append(stored.key)
        key, first = self.writer.claim(len(passages))
        self.batch.articles.append(NewArticle(key, article, content_hash, passages, first, story=key))
        self.batch.passages += len(passages)

    def _write(self) -> None:
        batch, self.batch = self.batch, _Batch()
        if not batch.articles:
            return
        for key in batch.replaced:
            take_out(self.writer, key)
        pairs = [(new.article, passage) for new in batch.articles for passage in new.passages]
        vectors = self._encode([encoded_text(article, passage) for article, passage in pairs])
        self.writer.add(
            batch.articles, vectors, [passage_terms(article, passage) for article, passage in pairs]
        )

    def _encode(self, texts: list[str]) -> np.ndarray:
        """float32 (n, dimension); what an earlier, killed run has encoded is taken from there."""
        keys = [self.pending.key(text) for text in texts]
        vectors = np.empty((len(texts), self.encoder.dimension), dtype=np.float32)
        missing = []
        for place, key in enumerate(keys):
            kept = self.pending.get(key)
            if kept is None:
                missing.append(place)
            else:
                vectors[place] = kept
        self.progress.start(len(missing))
        missing.sort(key=lambda place: len(texts[place]), reverse=True)
        for first in range(0, len(missing), ENCODED_AT_ONCE):
            places = missing[first : first + ENCODED_AT_ONCE]
            encoded = self.encoder.encode_passages(
                [texts[place] for place in places], progress=self.progress.step
            )
            self._check(encoded, len(places))
            self.pending.keep([keys[place] for place in places], np.asarray(encoded, dtype=np.float32))
            vectors[places] = encoded
        return vectors

    def _check(self, encoded: np.ndarray, wanted: int) -> None:
        if encoded.shape != (wanted, self.encoder.dimension) or not np.isfinite(encoded).all():
            raise EncoderError(
                f"the encoder {self.encoder.name} gave vectors of shape {encoded.shape}, or with gaps;"
                f" {wanted} finite vectors of {self.encoder.dimension} dimensions are needed"
            )


class _Progress:
    """A bar over the passages to encode, on standard error."""

    def __init__(self, shown: bool):
        self._shown = shown
        self._bar = None

    def start(self, passages: int) -> None:
        """So many passages more are to be encoded."""
        if not self._shown or not passages:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=0, desc="encoding", unit=" passages", leave=False)
        self._bar.total += passages
        self._bar.refresh()

    def step(self, passages: int) -> None:
        if self._bar is not None:
            self._bar.update(passages)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
