"""Files that are there whole or not at all, and errors of the disk told in one line."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from index.errors import SnapshotError

_REMEDIES = {
    errno.ENOSPC: "free some space and run the command again",
    errno.EDQUOT: "free some space and run the command again",
    errno.EACCES: "give this user the permission to write there",
    errno.EPERM: "give this user the permission to write there",
    errno.EROFS: "choose a folder that can be written with --index",
}


def sync_folder(folder: Path) -> None:
    """Makes renames and new names in `folder` last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Makes the content of a file last through a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces `path`: readers see the old content or the new, never a part."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def save_array(path: Path, array: np.ndarray) -> None:
    """Writes one array as `.npy`, on disk when this returns."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def save_blocks(path: Path, blocks: Iterable[np.ndarray], *, shape: tuple[int, ...], dtype: type) -> None:
    """Writes one `.npy` of `shape` from blocks of its rows, so that the whole need not fit in memory."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype=dtype).data)
        file.flush()
        os.fsync(file.fileno())


class StoredRows:
    """The rows of a `.npy` file of one or two dimensions, read when they are asked for.

    Not mapped: of rows that lie far apart a mapping keeps sixteen pages each in memory, soon the whole file.
    Stays readable after the file was unlinked. Raises ValueError for a file of another kind.
    """

    def __init__(self, path: Path):
        self._file = path.open("rb", buffering=0)
        if np.lib.format.read_magic(self._file) != (1, 0):
            raise ValueError("it is of another version of the format")
        shape, by_columns, dtype = np.lib.format.read_array_header_1_0(self._file)
        if len(shape) not in (1, 2) or by_columns:
            raise ValueError(f"its shape is {shape}, not rows")
        self.shape, self.dtype = shape, dtype
        self._size = math.prod(shape[1:]) * dtype.itemsize
        self._first = self._file.tell()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> np.ndarray:
        first, last, _step = rows.indices(self.shape[0])
        size = self._size
        content = os.pread(self._file.fileno(), max(last - first, 0) * size, self._first + first * size)
        found = np.frombuffer(content, self.dtype)
        return found.reshape(-1, *self.shape[1:]) if len(self.shape) > 1 else found

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Rows by number."""
        file, first, size = self._file.fileno(), self._first, self._size
        content = b"".join([os.pread(file, size, first + row * size) for row in rows.tolist()])
        return np.frombuffer(content, self.dtype).reshape(-1, *self.shape[1:])


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Writes named arrays as `.npz`, aside and then renamed, on disk when this returns."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def disk_errors_explained(folder: Path) -> Iterator[None]:
    """Turns what the disk or SQLite refuses into a SnapshotError; what was committed stays as it was."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno, "check the disk and run the command again")
        place = error.filename or folder
        raise SnapshotError(f"{place} cannot be written: {error.strerror or error}; {remedy}") from error
    except sqlite3.Error as error:
        raise SnapshotError(
            f"{folder / 'articles.sqlite'} cannot be used: {error}; free some space, check the permissions,"
            " or run: python -m index verify"
        ) from error
