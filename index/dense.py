"""Dense search: FAISS inner product over unit vectors, with exact scores.

The kind of FAISS index follows the size of a segment: a flat one, searched exactly, is fastest while it is
small; beyond, an HNSW graph over 8-bit vectors finds candidates, which are then scored with the vectors
as stored. Where a filter leaves few rows, those are compared one by one, so that nothing is missed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol

import numpy as np

from index.errors import damage_explained

FLAT = "Flat"
GRAPH = "HNSW32,SQ8"
FLAT_BELOW = 10_000  # rows; a flat search of so many takes about as long as one of a graph
NEIGHBOURS = 32
BUILD_EFFORT = 80
SEARCH_EFFORT = 128
ROWS_AN_EFFORT = 1_300  # a larger graph is searched more widely: one of a million rows with 769
TRAINED_ON = 100_000  # rows that teach the scalar quantiser its ranges
COMPARED_ONE_BY_ONE = 8_192  # rows a filter leaves; so few are scored directly
SCANNED = 32_768  # rows a filter leaves; the 8-bit vectors of so few are compared without the graph
NARROW = 0.15  # share of the rows that a filter leaves; under it the graph is searched more widely
ADDED_AT_ONCE = 65_536
READ_AT_MOST = 2_048  # vectors that are read one by one


class RowReader(Protocol):
    """Reads single rows of an array that lies on disk."""

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Give the rows (n, dimension) with these numbers, int64 (n,)."""
        ...


class VectorIndex(Protocol):
    """What is used of an index of FAISS, whose own stubs are not what it takes and gives."""

    ntotal: int
    d: int
    storage: VectorIndex  # of a graph: the vectors that it leads to

    def add(self, vectors: np.ndarray, /) -> None:
        """Take vectors in, float32 (n, d)."""
        ...

    def search(self, queries: np.ndarray, depth: int, /, *, params: object) -> tuple[np.ndarray, np.ndarray]:
        """Give scores and rows of the best for each query, (queries, depth); row -1 where there are fewer."""
        ...


def _faiss() -> ModuleType:
    """Import FAISS when it is first needed."""
    import faiss

    module: ModuleType = faiss
    return module


def build_graph(vectors: np.ndarray, path: Path, *, flat_below: int = FLAT_BELOW) -> str:
    """Write FAISS's file for (rows, dimension) `vectors` where they are many; return the kind of index."""
    if len(vectors) < flat_below:
        return FLAT
    faiss = _faiss()
    graph = faiss.IndexHNSWSQ(
        vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT
    )
    graph.hnsw.efConstruction = BUILD_EFFORT
    step = max(1, len(vectors) // TRAINED_ON)
    graph.train(np.ascontiguousarray(vectors[::step], dtype=np.float32))
    for first in range(0, len(vectors), ADDED_AT_ONCE):
        graph.add(np.ascontiguousarray(vectors[first : first + ADDED_AT_ONCE], dtype=np.float32))
    try:
        faiss.write_index(graph, str(path))
    except RuntimeError as error:  # how FAISS tells of a full disk
        said = [code for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) if os.strerror(code) in str(error)]
        code = said[0] if said else errno.EIO
        raise OSError(code, os.strerror(code), str(path)) from error
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return GRAPH


def _check_layout(path: Path) -> None:
    """Raise ValueError where the arrays of a graph's file do not fill it exactly.

    FAISS makes room for as many values as a file tells of before it reads them: one wrong byte there, and the
    machine is out of memory. The layout is that of `IndexHNSWSQ` in FAISS's index_write.cpp.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        at = _after_header(file, 0, b"IHNs")
        for width in (8, 4, 4, 8, 4):  # probabilities and neighbours of levels; levels, offsets, neighbours
            at = _after_array(file, at, width, size)
        at = _after_header(file, at + _LEVELS, b"IxSQ")
        for width in (4, 1):  # ranges of the quantiser, codes
            at = _after_array(file, at + (_QUANTISER if width == 4 else 0), width, size)
    if at != size:
        raise ValueError(f"its arrays end at byte {at}, the file at {size}")


_HEADER = 37  # bytes: kind, dimensions, vectors, two unused numbers, whether it is trained, metric
_LEVELS = 20  # bytes: entry point, highest level, three efforts
_QUANTISER = 28  # bytes: kind, how ranges are found, its parameter, dimensions, bytes a code


def _after_header(file: BinaryIO, at: int, kind: bytes) -> int:
    """Give the byte after the header of an index of this kind; ValueError where there is none."""
    file.seek(at)
    if file.read(4) != kind:
        raise ValueError(f"no {kind.decode()} at byte {at}")
    return at + _HEADER


def _after_array(file: BinaryIO, at: int, width: int, size: int) -> int:
    """Give the byte after an array of values of `width` bytes; ValueError where it passes `size`."""
    file.seek(at)
    values = int.from_bytes(file.read(8), "little")
    if at + 8 + values * width > size:
        raise ValueError(f"it tells of {values} values at byte {at}, past its end")
    return at + 8 + values * width


class DensePart:
    """The vectors of one segment, and FAISS's view of them."""

    def __init__(self, vectors: np.ndarray, graph: Path | None, stored: RowReader | None = None):
        """`stored` reads single rows of the same vectors where mapping them would fill the memory."""
        faiss = _faiss()
        self.vectors = vectors
        self._stored = stored
        self.kind = FLAT if graph is None else GRAPH
        if graph is None:
            self._index: VectorIndex = faiss.IndexFlatIP(vectors.shape[1])
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        else:
            with damage_explained(graph):
                _check_layout(graph)
                self._index = faiss.read_index(str(graph), faiss.IO_FLAG_MMAP_IFC)
                if (self._index.ntotal, self._index.d) != vectors.shape:
                    raise ValueError(
                        f"it holds {self._index.ntotal} vectors of {self._index.d} dimensions,"
                        f" not {len(vectors)} of {vectors.shape[1]}"
                    )

    def search(
        self, query: np.ndarray, depth: int, allowed: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find rows and scores of the best `depth` of the rows that boolean `allowed` accepts, unordered."""
        if allowed is not None:
            few = int(np.count_nonzero(allowed))
            if few <= max(depth, COMPARED_ONE_BY_ONE) and self.kind != FLAT:
                rows = np.flatnonzero(allowed)
                return rows, self.score(query, rows)
        searched, parameters = self._chosen(depth, allowed)
        _scores, neighbours = searched.search(query[None, :], depth, params=parameters)
        rows = neighbours[0][neighbours[0] >= 0]
        return rows, self.score(query, rows)

    def score(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Give, float32 (n,), the inner products of `query` and the stored vectors of `rows`."""
        if self._stored is not None and len(rows) <= READ_AT_MOST:
            vectors = self._stored.take(rows)
        else:
            vectors = self.vectors[rows]
        return np.asarray(vectors.astype(np.float32) @ query)

    def _chosen(self, depth: int, allowed: np.ndarray | None) -> tuple[VectorIndex, object]:
        """Choose what of FAISS is searched, and how.

        A graph leads past rows that a filter shuts out, and fewer of those it visits count: a narrow filter
        needs a wider search, and few rows are found sooner without the graph.
        """
        faiss = _faiss()
        chosen: dict[str, object] = {}
        widened = 1.0
        if allowed is not None:
            chosen["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            left = int(np.count_nonzero(allowed))
            widened = max(1.0, NARROW * len(allowed) / max(left, 1))
            if self.kind != FLAT and widened > 1 and left <= SCANNED:
                return faiss.downcast_index(self._index.storage), faiss.SearchParameters(**chosen)
        if self.kind == FLAT:
            return self._index, faiss.SearchParameters(**chosen)
        effort = max(SEARCH_EFFORT, depth, len(self.vectors) // ROWS_AN_EFFORT)
        return self._index, faiss.SearchParametersHNSW(efSearch=int(effort * widened), **chosen)


class Dense:
    """The vectors of all segments as one: rows run on from segment to segment."""

    def __init__(self, parts: Sequence[DensePart]):
        self.parts = list(parts)
        self.bases = np.cumsum([0, *(len(part.vectors) for part in self.parts)])

    @property
    def kinds(self) -> str:
        """Name the kinds of FAISS index in use, as `info` says them."""
        return " + ".join(dict.fromkeys(part.kind for part in self.parts)) or FLAT

    def search(self, query: np.ndarray, depth: int, allowed: np.ndarray | None = None) -> np.ndarray:
        """Find the rows, int64, of the `depth` best, best first; `allowed` is boolean (rows,)."""
        return self.best(query, depth, allowed)[0]

    def best(
        self, query: np.ndarray, depth: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Search as `search` does, with the inner products, float32."""
        rows, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        for part, base in zip(self.parts, self.bases[:-1], strict=True):
            part_allowed = None if allowed is None else allowed[base : base + len(part.vectors)]
            part_rows, part_scores = part.search(query, min(depth, len(part.vectors)), part_allowed)
            rows.append(part_rows + base)
            scores.append(part_scores)
        all_rows, all_scores = np.concatenate(rows), np.concatenate(scores)
        order = np.lexsort((all_rows, -all_scores))[:depth]
        return all_rows[order], all_scores[order]

    def score(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Give, float32 (n,), the inner products of `query` and the vectors of `rows`."""
        scores = np.empty(len(rows), dtype=np.float32)
        owners = np.searchsorted(self.bases, rows, side="right") - 1
        for owner in np.unique(owners):
            chosen = owners == owner
            scores[chosen] = self.parts[owner].score(query, rows[chosen] - self.bases[owner])
        return scores
