"""A segment: vectors and postings of some passages, in files that never change."""

from __future__ import annotations

import io
import math
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from index.dense import FLAT, build_graph
from index.errors import SnapshotDamaged, damage_explained
from index.sparse import Postings
from index.store.durable.disk import (
    StoredFile,
    StoredRows,
    check_size,
    read_arrays,
    save_array,
    save_arrays,
    save_blocks,
    sync_folder,
    whole_content,
)
from index.store.durable.mapping import MappedFile
from index.store.generations.manifest import SegmentEntry

FOLDER = "segments"
GRAPH = "faiss.bin"
MAPPED_FROM = 1 << 20  # bytes; each mapped file keeps a descriptor open, and small segments are many
READ_FROM = 1 << 28  # bytes of vectors or counts that searches read instead of mapping them
POSTINGS = ("terms", "offsets", "rows", "counts", "lengths")
KEYS = ("passages", "articles", "stories")
TYPES: dict[str, type] = {
    "terms": np.uint64,
    "offsets": np.int64,
    "rows": np.uint32,
    "counts": np.uint16,
    "lengths": np.uint32,
    **dict.fromkeys(KEYS, np.int64),
    "word_offsets": np.int64,
    "words": np.uint8,
    "vectors": np.float16,
}
WORDS_AT_ONCE = 4_096  # rows whose words are written together
LONGEST_HEADER = 4_096  # bytes before the values of an array; numpy writes 128


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
    mapped: tuple[MappedFile, ...] = ()

    def check(self) -> None:
        """Raise SnapshotDamaged when a file that is mapped has been cut short since it was opened."""
        for file in self.mapped:
            file.check()

    def words_of(self, row: int) -> np.ndarray:
        """Give the words of one row, uint8 (words, width)."""
        return np.asarray(self.words[self.word_offsets[row] : self.word_offsets[row + 1]])

    def words_of_all(self, rows: np.ndarray) -> list[np.ndarray]:
        """Give the words of some rows."""
        starts, ends = self.word_offsets[rows].tolist(), self.word_offsets[rows + 1].tolist()
        return [self.words[start:end] for start, end in zip(starts, ends, strict=True)]

    @property
    def graph(self) -> Path | None:
        """Name FAISS's file, where the segment is large enough to have one."""
        return self.folder / GRAPH if GRAPH in self.entry.files else None

    def open_vectors(self) -> StoredRows | None:
        """Open the vectors to be read row by row; None where they are few enough to be mapped in memory."""
        large = self.entry.files["vectors.npy"].size >= READ_FROM
        return StoredRows(self.folder / "vectors.npy") if large else None

    def live(self) -> np.ndarray:
        """Mark, in boolean (rows,), what still counts."""
        live = np.ones(self.entry.rows, dtype=bool)
        live[self.deleted] = False
        return live


class WordRows(Protocol):
    """The words of rows, uint8 (words, width) each, that may be read only when they are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, row: int, /) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class SegmentData:
    """The arrays of a segment about to be written; as in `Segment`, but `words` row by row."""

    vectors: np.ndarray
    postings: Postings
    passages: np.ndarray
    articles: np.ndarray
    stories: np.ndarray
    words: WordRows


def write_segment(root: Path, name: str, content: SegmentData) -> SegmentEntry:
    """Write `content` under `root/segments/name`, on disk when this returns; it has no graph yet."""
    folder = root / FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_array(folder / "vectors.npy", np.asarray(content.vectors, dtype=np.float16))
    for field in POSTINGS:
        save_array(folder / f"{field}.npy", getattr(content.postings, field))
    for field in KEYS:
        save_array(folder / f"{field}.npy", getattr(content, field))
    _write_words(folder, content.words)
    sync_folder(folder)
    sync_folder(folder.parent)
    files = {path.name: StoredFile.of(path) for path in sorted(folder.iterdir())}
    return SegmentEntry(name, len(content.passages), FLAT, files)


def add_graph(root: Path, segment: Segment) -> SegmentEntry:
    """Write FAISS's graph of a new segment where it is large enough for one; the entry that names it."""
    entry, path = segment.entry, segment.folder / GRAPH
    if path.name in entry.files:
        return entry
    dense = build_graph(segment.vectors, path)
    if dense == FLAT:
        return entry
    sync_folder(path.parent)
    return replace(entry, dense=dense, files={**entry.files, GRAPH: StoredFile.of(path)})


def open_segment(root: Path, entry: SegmentEntry, dimension: int | None = None) -> Segment:
    """Map the files of a segment, whose vectors have `dimension` places.

    Raises SnapshotDamaged when a file is missing, or has another size or another header than it must have;
    of small files every byte is checked.
    """
    folder = root / FOLDER / entry.name
    opening = _Opening(folder, entry, [])
    for name, stored in entry.files.items():
        check_size(folder / name, stored)
    deleted, gone_terms, gone_counts = opening.tombstones()
    arrays = {field: opening.array(field) for field in (*POSTINGS, *KEYS, "word_offsets", "vectors")}
    words = opening.words()
    opening.check_shapes(arrays, words, dimension)
    large = entry.files["counts.npy"].size >= READ_FROM
    counts = opening.rows("counts") if large else None
    postings = Postings(
        **{field: arrays[field] for field in POSTINGS},
        gone_terms=gone_terms,
        gone_counts=gone_counts,
        stored=counts,
    )
    others = {field: arrays[field] for field in (*KEYS, "word_offsets", "vectors")}
    if GRAPH in entry.files:  # FAISS maps it
        opening.mapped.append(MappedFile.of(folder / GRAPH))
    return Segment(
        entry,
        folder,
        postings=postings,
        words=words,
        deleted=deleted,
        mapped=tuple(opening.mapped),
        **others,
    )


@dataclass(frozen=True, slots=True)
class _Opening:
    """A segment that is being opened, and what of it was mapped so far."""

    folder: Path
    entry: SegmentEntry
    mapped: list[MappedFile]

    def array(self, field: str) -> np.ndarray:
        """Give one array: mapped where it is large, else read and checked whole."""
        path, stored = self._file(field)
        if stored.size >= MAPPED_FROM:
            with damage_explained(path):
                file = MappedFile.of(path)
                array = file.array()
            self.mapped.append(file)
        else:
            content = whole_content(path, stored)
            with damage_explained(path):
                array = np.load(io.BytesIO(content), allow_pickle=False)
        self._check_type(field, array)
        return array

    def rows(self, field: str) -> StoredRows:
        """Give one array, read when it is needed."""
        path, _stored = self._file(field)
        with damage_explained(path):
            rows = StoredRows(path)
        self._check_type(field, rows)
        return rows

    def words(self) -> np.ndarray | StoredRows:
        """Give the words: read when they are needed, where they are many."""
        large = self._file("words")[1].size >= MAPPED_FROM
        return self.rows("words") if large else self.array("words")

    def tombstones(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give rows that no longer count, the hashes of their terms, and in how many of them each is."""
        if self.entry.tombstones is None:
            return np.empty(0, np.uint32), np.empty(0, np.uint64), np.empty(0, np.int64)
        path = self.folder / self.entry.tombstones
        with damage_explained(path):
            arrays = read_arrays(path, self.entry.files[self.entry.tombstones])
            return arrays["rows"], arrays["terms"], arrays["counts"]

    def check_shapes(
        self, arrays: dict[str, np.ndarray], words: np.ndarray | StoredRows, dimension: int | None
    ) -> None:
        """Raise SnapshotDamaged for an array that is longer or shorter than the others say."""
        rows, postings, terms = self.entry.rows, len(arrays["rows"]), len(arrays["terms"])
        wanted = {
            "vectors": (rows, arrays["vectors"].shape[-1] if dimension is None else dimension),
            "lengths": (rows,),
            **dict.fromkeys(KEYS, (rows,)),
            "offsets": (terms + 1,),
            "counts": (postings,),
            "word_offsets": (rows + 1,),
        }
        for field, shape in wanted.items():
            if arrays[field].shape != shape:
                raise self._damaged(field, f"its shape is {arrays[field].shape}, not {shape}")
        for field, counted in (("offsets", postings), ("word_offsets", len(words))):
            first, last = int(arrays[field][0]), int(arrays[field][-1])
            if (first, last) != (0, counted):
                raise self._damaged(field, f"it goes from {first} to {last}, not from 0 to {counted}")

    def _check_type(self, field: str, array: np.ndarray | StoredRows) -> None:
        path, stored = self._file(field)
        width = 2 if field in ("vectors", "words") else 1
        if array.dtype != TYPES[field] or len(array.shape) != width:
            raise self._damaged(field, f"it holds {array.dtype} in {len(array.shape)} dimensions")
        values = math.prod(array.shape) * array.dtype.itemsize
        if not 0 < stored.size - values <= LONGEST_HEADER:
            raise self._damaged(field, f"its header tells of {values} bytes, it has {stored.size}")

    def _file(self, field: str) -> tuple[Path, StoredFile]:
        path = self.folder / f"{field}.npy"
        try:
            return path, self.entry.files[path.name]
        except KeyError:
            raise self._damaged(field, "the manifest does not name it") from None

    def _damaged(self, field: str, reason: str) -> SnapshotDamaged:
        path = self.folder / f"{field}.npy"
        return SnapshotDamaged(f"{path} cannot be read: {reason}; restore a backup or build again")


def bury(
    root: Path, segment: Segment, rows: np.ndarray, terms: tuple[np.ndarray, np.ndarray], generation: int
) -> SegmentEntry:
    """Write tombstones for `rows` besides those already there; `terms` are their terms and in how many."""
    name = f"deleted-{generation}.npz"
    deleted = np.union1d(segment.deleted, rows).astype(np.uint32)
    gone_terms, gone_counts = add_counts((segment.postings.gone_terms, segment.postings.gone_counts), terms)
    path = segment.folder / name
    save_arrays(path, rows=deleted, terms=gone_terms, counts=gone_counts)
    entry = segment.entry
    files = {name: stored for name, stored in entry.files.items() if name != entry.tombstones}
    files[name] = StoredFile.of(path)
    return SegmentEntry(entry.name, entry.rows, entry.dense, files, len(deleted), name)


def add_counts(*tables: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Sum tables of (sorted hashes, counts) into one."""
    hashes, places = np.unique(np.concatenate([table[0] for table in tables]), return_inverse=True)
    counts = np.concatenate([table[1] for table in tables])
    return hashes.astype(np.uint64), np.bincount(places, weights=counts, minlength=len(hashes)).astype(
        np.int64
    )


def _write_words(folder: Path, words: WordRows) -> None:
    """Write the words of all rows, block by block, and where those of each row begin."""
    counts = [len(words[row]) for row in range(len(words))]
    save_array(folder / "word_offsets.npy", np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    width = max((words[row].shape[1] for row in range(len(words)) if counts[row]), default=0)
    blocks = (
        np.concatenate(
            [words[row] for row in range(first, min(first + WORDS_AT_ONCE, len(words))) if counts[row]]
            or [np.empty((0, width), np.uint8)]
        )
        for first in range(0, len(words), WORDS_AT_ONCE)
    )
    save_blocks(folder / "words.npy", blocks, shape=(sum(counts), width), dtype=np.uint8)
