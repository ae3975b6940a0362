"""One transaction: from the generation committed last to the next one.

Nothing that readers see changes before `commit` renames the manifest; what a crash leaves behind is
swept by the next writer.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.articles.article import Article
from index.dense import FLAT
from index.errors import SnapshotDamaged, SnapshotError, SnapshotMissing
from index.sparse import Postings, Statistics
from index.store.durable.disk import StoredFile, disk_errors_explained
from index.store.durable.lock import writer_lock
from index.store.durable.seal import Seal, break_seal
from index.store.generations.joining import join_segments, to_join
from index.store.generations.manifest import FILE_NAME, Manifest, NamedFile, SegmentEntry
from index.store.generations.segment import (
    FOLDER,
    Segment,
    SegmentData,
    add_graph,
    bury,
    open_segment,
    write_segment,
)
from index.store.generations.snapshot import (
    PINS,
    create_pin,
    oldest_in_use,
    read_statistics,
    write_statistics,
)
from index.store.generations.tally import Tally, positive
from index.store.sqlite.catalogue import Catalogue
from index.store.sqlite.schema import NewArticle
from index.store.writing.pending import Encoded


@dataclass(frozen=True, slots=True)
class Identity:
    """What all passages of an index were made with."""

    encoder: str
    dimension: int
    fingerprint: str
    analysis: str
    passage_words: int


@dataclass
class Writer:
    """The next generation while it is being made; only `writing` makes one."""

    folder: Path
    base: Manifest
    catalogue: Catalogue
    segments: list[Segment]
    statistics: Statistics
    next_article: int
    next_passage: int
    tally: Tally
    committed: Manifest
    calibration: NamedFile | None
    changed: bool = False
    _read: list[Segment] = field(default_factory=list)
    _removed: dict[int, Mapping[int, Sequence[str]]] = field(default_factory=dict)

    @property
    def generation(self) -> int:
        """Number the generation that `commit` will make."""
        return self.base.generation + 1

    def name_calibration(self, path: Path) -> None:
        """Name the file that the manifest of a new index will carry from now on."""
        self.calibration = NamedFile(path.name, StoredFile.of(path))

    def claim(self, passages: int) -> tuple[int, int]:
        """Give keys for one new article and the first of its passages."""
        article, first = self.next_article, self.next_passage
        self.next_article += 1
        self.next_passage += passages
        return article, first

    def add(self, articles: Sequence[NewArticle], encoded: Encoded, postings: Postings) -> None:
        """Add articles with what was encoded of all their passages and their postings, as one segment."""
        self.changed = True
        self.catalogue.add(articles, generation=self.generation)
        self.catalogue.commit()
        for new in articles:
            self.tally.count(new.article, 1)
        passages = [new.first_passage + number for new in articles for number in range(len(new.passages))]
        content = SegmentData(
            vectors=encoded.vectors,
            words=encoded.words,
            postings=postings,
            passages=np.array(passages, np.int64),
            articles=np.array([new.key for new in articles for _ in new.passages], np.int64),
            stories=np.array([new.story for new in articles for _ in new.passages], np.int64),
        )
        before = self._frequencies(content.postings.terms)
        self._adopt(self._write(content))
        self._retally(content.postings.terms, before, passages=len(passages), length=content.postings.lengths)

    def remove(self, key: int, article: Article, passages: Mapping[int, Sequence[str]]) -> None:
        """Remove an article; `passages` maps the keys of its passages to their terms."""
        self.changed = True
        self.tally.count(article, -1)
        self._removed[key] = passages
        self.catalogue.remove([key], generation=self.generation)

    def encoded(self, first_passage: int, passages: int) -> Encoded | None:
        """Give what was encoded of passages that are already there; None when they are not."""
        for segment in self.segments:
            row = int(np.searchsorted(segment.passages, first_passage))
            if row < len(segment.passages) and segment.passages[row] == first_passage:
                words = [segment.words_of(each) for each in range(row, row + passages)]
                return Encoded(segment.vectors[row : row + passages], words)
        return None

    def commit(self) -> Manifest:
        """Make the next generation the one that readers see; when nothing changed, the last stays."""
        if not self.changed:
            self.catalogue.commit()
            return self.base
        self._bury_removed()
        self._merge()
        self._add_graphs()
        for segment in self._read:
            segment.check()  # what was joined of a file that was cut meanwhile is nothing
        self.catalogue.commit()
        manifest = self._manifest()
        create_pin(self.folder, manifest.generation)
        manifest.write(self.folder)
        self.committed = manifest
        return manifest

    # Segments

    def _write(self, content: SegmentData) -> SegmentEntry:
        """Write a segment under a name that says its generation, first passage and passages."""
        name = f"{self.generation:06d}-{content.passages[0]:010d}-{len(content.passages)}"
        taken = {segment.entry.name for segment in self.segments}
        # One with tombstones, joined anew, may begin with the same passage and be as long.
        names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        return write_segment(self.folder, next(name for name in names if name not in taken), content)

    def _adopt(self, entry: SegmentEntry) -> None:
        """Open a segment that was written, and search it from now on."""
        self.segments.append(open_segment(self.folder, entry))
        self._read.append(self.segments[-1])

    def _bury_removed(self) -> None:
        """Write tombstones, and take what they bury out of BM25's statistics."""
        terms_of = {
            passage: terms for passages in self._removed.values() for passage, terms in passages.items()
        }
        gone = np.array(sorted(terms_of), dtype=np.int64)
        if not len(gone):
            return
        touched = Postings.of([terms_of[passage] for passage in gone.tolist()])
        before, lengths = self._frequencies(touched.terms), []
        for number, segment in enumerate(self.segments):
            places = np.minimum(np.searchsorted(segment.passages, gone), segment.entry.rows - 1)
            rows = np.setdiff1d(places[segment.passages[places] == gone], segment.deleted)
            if not len(rows):
                continue
            buried_terms = Postings.of([terms_of[int(passage)] for passage in segment.passages[rows]])
            terms = buried_terms.terms, np.diff(buried_terms.offsets)
            lengths.append(np.asarray(segment.postings.lengths)[rows])
            entry = bury(self.folder, segment, rows, terms, self.generation)
            self.segments[number] = open_segment(self.folder, entry)
        buried = np.concatenate(lengths) if lengths else np.empty(0, np.uint32)
        self._retally(touched.terms, before, passages=-len(buried), length=-buried.astype(np.int64))

    def _merge(self) -> None:
        """Join segments, so that a search has few to ask and few rows to compare one by one."""
        self.segments = [segment for segment in self.segments if segment.entry.live]
        before = {entry.name for entry in self.base.segments}
        while chosen := to_join(self.segments, before=before):
            entry = self._write(join_segments(chosen))
            names = {segment.entry.name for segment in chosen}
            self.segments = [segment for segment in self.segments if segment.entry.name not in names]
            self._adopt(entry)

    def _add_graphs(self) -> None:
        """Build graphs: last, so that none is built of a segment that is joined with others at once."""
        for number, segment in enumerate(self.segments):
            if segment.entry.dense == FLAT:
                entry = add_graph(self.folder, segment)
                if entry != segment.entry:
                    self.segments[number] = open_segment(self.folder, entry)

    # Statistics

    def _frequencies(self, hashes: np.ndarray) -> np.ndarray:
        """Tell in how many passages that count the terms with these hashes are, int64."""
        frequencies = np.zeros(len(hashes), dtype=np.int64)
        for segment in self.segments:
            frequencies += segment.postings.frequencies(hashes)
        return frequencies

    def _retally(self, hashes: np.ndarray, before: np.ndarray, *, passages: int, length: np.ndarray) -> None:
        """Bring the statistics forward by terms whose frequencies were `before`."""
        frequencies = Counter(self.statistics.frequencies)
        frequencies.subtract(before[before > 0].tolist())
        after = self._frequencies(hashes)
        frequencies.update(after[after > 0].tolist())
        self.statistics = Statistics(
            self.statistics.passages + passages,
            self.statistics.length + int(length.sum(dtype=np.int64)),
            {frequency: terms for frequency, terms in frequencies.items() if terms},
        )

    def _manifest(self) -> Manifest:
        """Write the statistics and draw up the manifest of the generation."""
        name = f"statistics-{self.generation}.npz"
        path = write_statistics(self.folder, name, self.statistics)
        return replace(
            self.base,
            generation=self.generation,
            updated=datetime.now(UTC).isoformat(timespec="seconds"),
            segments=tuple(segment.entry for segment in self.segments),
            statistics={name: StoredFile.of(path)},
            calibration=self.calibration,
            passages=self.statistics.passages,
            length=self.statistics.length,
            next_article=self.next_article,
            next_passage=self.next_passage,
            articles=self.tally.articles,
            languages=positive(self.tally.languages),
            sources=positive(self.tally.sources),
            dates=positive(self.tally.months),
        )


@contextlib.contextmanager
def writing(folder: Path, identity: Identity | None) -> Iterator[Writer]:
    """Hold the index for writing, left-overs swept; make it when there is none and `identity` is given.

    Raises SnapshotLocked, SnapshotMissing, SnapshotMismatch, SnapshotDamaged, or SnapshotError for a disk
    that is full or may not be written.
    """
    with disk_errors_explained(folder):
        if not (folder / FILE_NAME).exists():
            _check_new(folder, identity)
        folder.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder):
            base = _base(folder, identity)
            _sweep_files(folder, base)  # first: on a full disk this is what makes room
            seal = break_seal(folder)
            catalogue = Catalogue(folder, writable=True)
            try:
                _check_keys(folder, base, catalogue)
                sweep(folder, base, catalogue)
                writer = _writer(folder, base, catalogue)
                yield writer
                sweep(folder, writer.committed, catalogue)
                _seal(folder, catalogue, seal)
            finally:
                catalogue.close()


def _check_keys(folder: Path, manifest: Manifest, catalogue: Catalogue) -> None:
    """Refuse a manifest that counts less than there is: what it does not count would be swept away."""
    article, passage = catalogue.next_keys(manifest.generation)
    if manifest.next_article < article or manifest.next_passage < passage:
        raise SnapshotDamaged(
            f"{folder / FILE_NAME} gives the keys {manifest.next_article} and {manifest.next_passage} to what"
            f" comes next, there are articles up to {article - 1} and passages up to {passage - 1};"
            " restore a backup or build again into a new folder"
        )


def _seal(folder: Path, catalogue: Catalogue, before: Seal | None) -> None:
    """Seal the catalogue; where a long search keeps its log in use, the next build does."""
    page = catalogue.settle()
    if page is not None:
        with catalogue.file() as file:
            Seal.of(file, before, catalogue.changed_pages, page).write(folder)


def sweep(folder: Path, manifest: Manifest, catalogue: Catalogue) -> None:
    """Take away what the committed generation does not name and no reader holds."""
    _sweep_files(folder, manifest)
    catalogue.roll_back(
        manifest.generation, next_article=manifest.next_article, next_passage=manifest.next_passage
    )
    catalogue.purge(oldest_in_use(folder, manifest.generation))


def _sweep_files(folder: Path, manifest: Manifest) -> None:
    """Take away the files that the committed generation does not name."""
    kept = {entry.name: entry.files for entry in manifest.segments}
    (folder / FOLDER).mkdir(exist_ok=True)
    for path in (folder / FOLDER).iterdir():
        if path.name not in kept or not path.is_dir():
            _take_away(path)
            continue
        for file in path.iterdir():
            if file.name not in kept[path.name]:
                _take_away(file)
    named = {*manifest.statistics, *([manifest.calibration.name] if manifest.calibration else [])}
    calibrations = folder.glob("calibration-*") if manifest.generation else ()
    for path in [*folder.glob("statistics-*"), *folder.glob("*.new"), *calibrations]:
        if path.name not in named:
            _take_away(path)


def _take_away(path: Path) -> None:
    """Remove a file or folder; what is gone already is no error."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _check_new(folder: Path, identity: Identity | None) -> None:
    """Refuse to make an index among files that are not ours: left-overs are swept away later."""
    if identity is None:
        Manifest.read(folder)
    if folder.exists() and not folder.is_dir():
        raise SnapshotError(f"{folder} is a file, not a folder; choose another place with --index")
    if folder.exists() and any(folder.iterdir()) and not (folder / "lock").exists():
        raise SnapshotError(f"{folder} is not empty and holds no index; choose another place with --index")


def _base(folder: Path, identity: Identity | None) -> Manifest:
    """Give the manifest to go on from; a first one of generation 0 is written for a new index."""
    try:
        return Manifest.read(folder)
    except SnapshotMissing:
        if identity is None:
            raise
    (folder / PINS).mkdir(exist_ok=True)
    for name in ("", "-wal", "-shm"):  # of an index whose manifest is gone
        (folder / f"articles.sqlite{name}").unlink(missing_ok=True)
    return Manifest(
        generation=0,
        encoder=identity.encoder,
        dimension=identity.dimension,
        fingerprint=identity.fingerprint,
        analysis=identity.analysis,
        passage_words=identity.passage_words,
        updated="",
    )


def _writer(folder: Path, base: Manifest, catalogue: Catalogue) -> Writer:
    """Open everything that the next generation starts from."""
    segments = [open_segment(folder, entry, base.dimension) for entry in base.segments]
    return Writer(
        folder=folder,
        base=base,
        committed=base,
        calibration=base.calibration,
        catalogue=catalogue,
        segments=segments,
        _read=list(segments),
        statistics=read_statistics(folder, base),
        next_article=base.next_article,
        next_passage=base.next_passage,
        tally=Tally.of(base),
    )
