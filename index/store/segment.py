"""A segment: vectors and postings of some passages, in files that never change."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.dense import FLAT, build_graph
from index.errors import SnapshotDamaged
from index.sparse import Postings
from index.store.disk import StoredRows, checksum, save_array, save_arrays, save_blocks, sync_folder
from index.store.manifest import SegmentEntry, StoredFile

FOLDER = "segments"
GRAPH = "faiss.bin"
MAPPED_FROM = 1 << 20  # bytes; each mapped file keeps a descriptor open, and small segments are many
READ_FROM = 1 << 28  # bytes of vectors or counts that searches read instead of mapping them
POSTINGS = ("terms", "offsets", "rows", "counts", "lengths")
KEYS = ("passages", "articles", "stories")
WORDS_AT_ONCE = 4_096  # rows whose words are written together


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment; arrays are memory-mapped.

    `vectors` float16 (rows, dimension); `passages`, `articles` and `stories` int64 (rows,): the keys of
    the passage (ascending), of its article and of the story it tells; `deleted` uint32, sorted: rows that
    no longer count. `words` uint8 (words of all rows, width): what late interaction compares, those of
    row i from `word_offsets[i]` to `word_offsets[i + 1]`; empty for an encoder that gives none.
    """

    entry: SegmentEntry
    folder: Path
    vectors: np.ndarray
    postings: Postings
    passages: np.ndarray
    articles: np.ndarray
    stories: np.ndarray
    words: np.ndarray | StoredRows
    word_offsets: np.ndarray
    deleted: np.ndarray

    def words_of(self, row: int) -> np.ndarray:
        """uint8 (words, width): the words of one row."""
        return self.words[self.word_offsets[row] : self.word_offsets[row + 1]]

    def words_of_all(self, rows: np.ndarray) -> list[np.ndarray]:
        """The words of some rows."""
        starts, ends = self.word_offsets[rows].tolist(), self.word_offsets[rows + 1].tolist()
        return [self.words[start:end] for start, end in zip(starts, ends, strict=True)]

    @property
    def graph(self) -> Path | None:
        """FAISS's file, where the segment is large enough to have one."""
        return self.folder / GRAPH if GRAPH in self.entry.files else None

    @property
    def stored_vectors(self) -> StoredRows | None:
        """The vectors to be read row by row, where they are too many to be kept in memory by a mapping."""
        large = self.entry.files["vectors.npy"].size >= READ_FROM
        return StoredRows(self.folder / "vectors.npy") if large else None

    def live(self) -> np.ndarray:
        """Boolean (rows,): what still counts."""
        live = np.ones(self.entry.rows, dtype=bool)
        live[self.deleted] = False
        return live


@dataclass(frozen=True, slots=True)
class SegmentData:
    """The arrays of a segment about to be written; as in `Segment`, but `words` row by row."""

    vectors: np.ndarray
    postings: Postings
    passages: np.ndarray
    articles: np.ndarray
    stories: np.ndarray
    words: Sequence[np.ndarray]


def write_segment(root: Path, name: str, data: SegmentData) -> SegmentEntry:
    """Writes `data` under `root/segments/name`, on disk when this returns; it has no graph yet."""
    folder = root / FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_array(folder / "vectors.npy", np.asarray(data.vectors, dtype=np.float16))
    for field in POSTINGS:
        save_array(folder / f"{field}.npy", getattr(data.postings, field))
    for field in KEYS:
        save_array(folder / f"{field}.npy", getattr(data, field))
    _write_words(folder, data.words)
    sync_folder(folder)
    sync_folder(folder.parent)
    files = {path.name: _stored(path) for path in sorted(folder.iterdir())}
    return SegmentEntry(name, len(data.passages), FLAT, files)


def add_graph(root: Path, segment: Segment) -> SegmentEntry:
    """Writes FAISS's graph of a new segment where it is large enough for one; the entry that names it."""
    entry, path = segment.entry, segment.folder / GRAPH
    if path.name in entry.files:
        return entry
    dense = build_graph(segment.vectors, path)
    if dense == FLAT:
        return entry
    sync_folder(path.parent)
    return replace(entry, dense=dense, files={**entry.files, GRAPH: _stored(path)})


def _stored(path: Path) -> StoredFile:
    return StoredFile(path.stat().st_size, checksum(path))


def open_segment(root: Path, entry: SegmentEntry) -> Segment:
    """Maps the files of a segment; raises SnapshotDamaged when one is missing or has another size."""
    folder = root / FOLDER / entry.name
    for name, stored in entry.files.items():
        size = (folder / name).stat().st_size
        if size != stored.size:
            raise SnapshotDamaged(
                f"{folder / name} has {size} bytes, not {stored.size}; restore a backup or build again"
            )
    deleted, gone_terms, gone_counts = _tombstones(folder, entry)
    arrays = {field: _mapped(folder / f"{field}.npy") for field in POSTINGS}
    large = entry.files["counts.npy"].size >= READ_FROM
    stored = _rows(folder / "counts.npy") if large else None
    postings = Postings(**arrays, gone_terms=gone_terms, gone_counts=gone_counts, stored=stored)
    others = {field: _mapped(folder / f"{field}.npy") for field in (*KEYS, "word_offsets")}
    vectors, words = _mapped(folder / "vectors.npy"), _rows(folder / "words.npy")
    return Segment(entry, folder, vectors, postings, words=words, deleted=deleted, **others)


def bury(
    root: Path, segment: Segment, rows: np.ndarray, terms: tuple[np.ndarray, np.ndarray], generation: int
) -> SegmentEntry:
    """Writes tombstones for `rows` besides those already there; `terms` are their terms and in how many."""
    name = f"deleted-{generation}.npz"
    deleted = np.union1d(segment.deleted, rows).astype(np.uint32)
    gone_terms, gone_counts = add_counts((segment.postings.gone_terms, segment.postings.gone_counts), terms)
    path = segment.folder / name
    save_arrays(path, rows=deleted, terms=gone_terms, counts=gone_counts)
    entry = segment.entry
    files = {name: stored for name, stored in entry.files.items() if name != entry.tombstones}
    files[name] = StoredFile(path.stat().st_size, checksum(path))
    return SegmentEntry(entry.name, entry.rows, entry.dense, files, len(deleted), name)


def add_counts(*tables: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Sums tables of (sorted hashes, counts) into one."""
    hashes, places = np.unique(np.concatenate([table[0] for table in tables]), return_inverse=True)
    counts = np.concatenate([table[1] for table in tables])
    return hashes.astype(np.uint64), np.bincount(places, weights=counts, minlength=len(hashes)).astype(
        np.int64
    )


def _write_words(folder: Path, words: Sequence[np.ndarray]) -> None:
    held = [len(words[row]) for row in range(len(words))]
    save_array(folder / "word_offsets.npy", np.concatenate([[0], np.cumsum(held)]).astype(np.int64))
    width = max((words[row].shape[1] for row in range(len(words)) if held[row]), default=0)
    blocks = (
        np.concatenate(
            [words[row] for row in range(first, min(first + WORDS_AT_ONCE, len(words))) if held[row]]
            or [np.empty((0, width), np.uint8)]
        )
        for first in range(0, len(words), WORDS_AT_ONCE)
    )
    save_blocks(folder / "words.npy", blocks, shape=(sum(held), width), dtype=np.uint8)


def _tombstones(folder: Path, entry: SegmentEntry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if entry.tombstones is None:
        return np.empty(0, np.uint32), np.empty(0, np.uint64), np.empty(0, np.int64)
    with np.load(folder / entry.tombstones, allow_pickle=False) as stored:
        return stored["rows"], stored["terms"], stored["counts"]


def _rows(path: Path) -> np.ndarray | StoredRows:
    if path.stat().st_size < MAPPED_FROM:
        return _mapped(path)
    with _damage_named(path):
        return StoredRows(path)


def _mapped(path: Path) -> np.ndarray:
    small = path.stat().st_size < MAPPED_FROM
    with _damage_named(path):
        array = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
    return array.view(np.ndarray)  # np.memmap's own bookkeeping makes every slice slow


@contextlib.contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}; restore a backup or build again") from None
