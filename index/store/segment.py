"""A segment: vectors and postings of some passages, in files that never change."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.dense import build_graph
from index.errors import SnapshotDamaged
from index.sparse import Postings
from index.store.files import checksum, save_array, save_arrays, sync_folder
from index.store.manifest import SegmentEntry, StoredFile

FOLDER = "segments"
GRAPH = "faiss.bin"
MAPPED_FROM = 1 << 20  # bytes; each mapped file keeps a descriptor open, and small segments are many
POSTINGS = ("terms", "offsets", "rows", "counts", "lengths")


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment; arrays are memory-mapped.

    `vectors` float16 (rows, dimension); `passages`, `articles` and `stories` int64 (rows,): the keys of
    the passage (ascending), of its article and of the story it tells; `deleted` uint32, sorted: rows that
    no longer count.
    """

    entry: SegmentEntry
    folder: Path
    vectors: np.ndarray
    postings: Postings
    passages: np.ndarray
    articles: np.ndarray
    stories: np.ndarray
    deleted: np.ndarray

    @property
    def graph(self) -> Path | None:
        """FAISS's file, where the segment is large enough to have one."""
        return self.folder / GRAPH if GRAPH in self.entry.files else None

    def live(self) -> np.ndarray:
        """Boolean (rows,): what still counts."""
        live = np.ones(self.entry.rows, dtype=bool)
        live[self.deleted] = False
        return live


@dataclass(frozen=True, slots=True)
class SegmentData:
    """The arrays of a segment about to be written; as in `Segment`."""

    vectors: np.ndarray
    postings: Postings
    passages: np.ndarray
    articles: np.ndarray
    stories: np.ndarray


def write_segment(root: Path, name: str, data: SegmentData) -> SegmentEntry:
    """Writes `data` under `root/segments/name`, on disk when this returns."""
    folder = root / FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_array(folder / "vectors.npy", np.asarray(data.vectors, dtype=np.float16))
    for field in POSTINGS:
        save_array(folder / f"{field}.npy", getattr(data.postings, field))
    for field in ("passages", "articles", "stories"):
        save_array(folder / f"{field}.npy", getattr(data, field))
    dense = build_graph(data.vectors, folder / GRAPH)
    sync_folder(folder)
    sync_folder(folder.parent)
    files = {path.name: StoredFile(path.stat().st_size, checksum(path)) for path in sorted(folder.iterdir())}
    return SegmentEntry(name, len(data.passages), dense, files)


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
    postings = Postings(**arrays, gone_terms=gone_terms, gone_counts=gone_counts)
    keys = {field: _mapped(folder / f"{field}.npy") for field in ("passages", "articles", "stories")}
    return Segment(entry, folder, _mapped(folder / "vectors.npy"), postings, deleted=deleted, **keys)


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


def join_segments(segments: Sequence[Segment]) -> SegmentData:
    """One segment of what still counts in several, rows in the order of their passages' keys."""
    live = [np.flatnonzero(segment.live()) for segment in segments]
    passages = np.concatenate([segment.passages[rows] for segment, rows in zip(segments, live, strict=True)])
    order = np.argsort(passages, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    parts, first = [], 0
    for segment, rows in zip(segments, live, strict=True):
        moved = np.full(segment.entry.rows, -1, dtype=np.int64)
        moved[rows] = place[first : first + len(rows)]
        parts.append((segment.postings, moved))
        first += len(rows)

    def gathered(field: str) -> np.ndarray:
        arrays = [getattr(segment, field)[rows] for segment, rows in zip(segments, live, strict=True)]
        return np.concatenate(arrays)[order]

    return SegmentData(
        vectors=gathered("vectors"),
        postings=Postings.joined(parts, rows=len(order)),
        passages=passages[order],
        articles=gathered("articles"),
        stories=gathered("stories"),
    )


def _tombstones(folder: Path, entry: SegmentEntry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if entry.tombstones is None:
        return np.empty(0, np.uint32), np.empty(0, np.uint64), np.empty(0, np.int64)
    with np.load(folder / entry.tombstones, allow_pickle=False) as stored:
        return stored["rows"], stored["terms"], stored["counts"]


def _mapped(path: Path) -> np.ndarray:
    small = path.stat().st_size < MAPPED_FROM
    try:
        array = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
    except ValueError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}; restore a backup or build again") from None
    return array.view(np.ndarray)  # np.memmap's own bookkeeping makes every slice slow
