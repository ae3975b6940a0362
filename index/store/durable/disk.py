"""Files that are there whole or not at all, and errors of the disk told in one line."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import math
import mmap
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.errors import SnapshotDamaged, SnapshotError, damage_explained, reason_of

READ_AT_ONCE = 1 << 30  # bytes; Linux gives 2 GiB less a page at most, however much is asked for
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REMEDIES = {
    **dict.fromkeys(_FULL, "free some space and run the command again"),
    errno.EACCES: "give this user the permission to write there",
    errno.EPERM: "give this user the permission to write there",
    errno.EROFS: "choose a folder that can be written with --index",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was written: bytes and SHA-256."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> StoredFile:
        """Give the file as it is now."""
        return cls(path.stat().st_size, checksum(path))


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of a file last through a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path`: readers see the old content or the new, never a part."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def save_array(path: Path, array: np.ndarray) -> None:
    """Write one array as `.npy`, on disk when this returns."""
    save_blocks(path, [np.asarray(array)], shape=array.shape, dtype=array.dtype)


def save_blocks(
    path: Path, blocks: Iterable[np.ndarray], *, shape: tuple[int, ...], dtype: type | np.dtype
) -> None:
    """Write one `.npy` of `shape` from blocks of its rows, so that the whole need not fit in memory.

    Not by `np.save`, which does not say of a full disk that it is full.
    """
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            content = np.ascontiguousarray(block, dtype=dtype)
            if content.size:  # an empty array has no buffer that could be written
                file.write(content.data)
        file.flush()
        os.fsync(file.fileno())


def read_header(file: BinaryIO | mmap.mmap) -> tuple[tuple[int, ...], np.dtype]:
    """Read shape and type of the `.npy` that `file` begins with; leave it at the first value.

    Raises ValueError for a file of another kind.
    """
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("it is of another version of the format")
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(file)
    if by_columns and len(shape) > 1:
        raise ValueError("its values lie column by column")
    return shape, dtype


class StoredRows:
    """The rows of a `.npy` file of one or two dimensions, read when they are asked for.

    Not mapped: of rows that lie far apart a mapping keeps sixteen pages each in memory, soon the whole file.
    Stays readable after the file was unlinked. Raises ValueError for a file of another kind, SnapshotDamaged
    for one that ends before the rows that are asked for.
    """

    def __init__(self, path: Path, *, at_once: int = READ_AT_ONCE):
        """`at_once` is the number of bytes that one call of the system is asked for."""
        self._path, self._at_once = path, at_once
        self._file = path.open("rb", buffering=0)
        self.shape, self.dtype = read_header(self._file)
        if len(self.shape) not in (1, 2):
            raise ValueError(f"its shape is {self.shape}, not rows")
        self._size = math.prod(self.shape[1:]) * self.dtype.itemsize
        self._first = self._file.tell()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> np.ndarray:
        first, last, _step = rows.indices(self.shape[0])
        size = max(last - first, 0) * self._size
        values = np.frombuffer(self._read(self._first + first * self._size, size), self.dtype)
        return values.reshape(-1, *self.shape[1:]) if len(self.shape) > 1 else values

    def take(self, rows: np.ndarray) -> np.ndarray:
        """Give rows by number."""
        file, first, size = self._file.fileno(), self._first, self._size
        content = b"".join([os.pread(file, size, first + row * size) for row in rows.tolist()])
        if len(content) != len(rows) * size:
            raise self._cut()
        return np.frombuffer(content, self.dtype).reshape(-1, *self.shape[1:])

    def _read(self, start: int, size: int) -> bytes | bytearray:
        """Read so many bytes; one call gives 2 GiB at most, and fewer where a signal comes between."""
        content = os.pread(self._file.fileno(), min(size, self._at_once), start)
        if len(content) == size:
            return content
        whole = bytearray(size)
        filled = len(content)
        whole[:filled] = content
        while filled < size:
            piece = memoryview(whole)[filled : filled + self._at_once]
            count = os.preadv(self._file.fileno(), [piece], start + filled)
            if not count:
                raise self._cut()
            filled += count
        return whole

    def _cut(self) -> SnapshotDamaged:
        return SnapshotDamaged(f"{self._path} ends too early; restore a backup or build again")


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write named arrays as `.npz`, aside and then renamed, on disk when this returns."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes the names for allow_pickle too
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole_content(path: Path, stored: StoredFile) -> bytes:
    """Give the content of a small file, every byte of it as it was written; raises SnapshotDamaged."""
    with damage_explained(path):
        content = path.read_bytes()
    if len(content) != stored.size:
        raise SnapshotDamaged(_not_its_size(path, len(content), stored))
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise SnapshotDamaged(
            f"{path}: its checksum is not the one it was written with; restore a backup or build again"
        )
    return content


def check_size(path: Path, stored: StoredFile) -> None:
    """Raise SnapshotDamaged for a file that is not there or has another size than when it was written."""
    with damage_explained(path):
        size = path.stat().st_size
        if not path.is_file():
            raise ValueError("it is no file")
    if size != stored.size:
        raise SnapshotDamaged(_not_its_size(path, size, stored))


def read_arrays(path: Path, stored: StoredFile) -> dict[str, np.ndarray]:
    """Give what `save_arrays` wrote, checked whole; raises SnapshotDamaged."""
    content = whole_content(path, stored)
    with damage_explained(path), np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


def _not_its_size(path: Path, size: int, stored: StoredFile) -> str:
    return f"{path} has {size} bytes, not {stored.size}; restore a backup or build again"


@contextlib.contextmanager
def disk_errors_explained(folder: Path) -> Iterator[None]:
    """Turn what the disk or SQLite refuses into a SnapshotError; what was committed stays as it was."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "check the disk and run the command again")
        said = f"{error.filename or folder} cannot be written: {reason_of(error)}; {remedy}"
        raise SnapshotError(f"the disk is full: {said}" if error.errno in _FULL else said) from error
    except sqlite3.Error as error:
        path = folder / "articles.sqlite"
        if _is(error, "SQLITE_FULL"):
            raise SnapshotError(
                f"the disk is full: {path} cannot be written; {_REMEDIES[errno.ENOSPC]}"
            ) from error
        if _is(error, "SQLITE_CORRUPT") or _is(error, "SQLITE_NOTADB"):
            raise SnapshotDamaged(
                f"{path} cannot be read: {reason_of(error)}; restore a backup or build again"
            ) from error
        raise SnapshotError(
            f"{path} cannot be used: {reason_of(error)}; free some space, check the permissions,"
            " or run: python -m index verify"
        ) from error


@contextlib.contextmanager
def catalogue_errors_explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says while it is read into a SnapshotError: damage, unless a writer is in the way."""
    try:
        yield
    except sqlite3.Error as error:
        if _is(error, "SQLITE_BUSY") or _is(error, "SQLITE_LOCKED"):
            raise SnapshotError(f"{path} is in use: {reason_of(error)}; try again") from error
        raise SnapshotDamaged(
            f"{path} cannot be read: {reason_of(error)}; restore a backup or build again"
        ) from error


def _is(error: sqlite3.Error, name: str) -> bool:
    """Tell whether SQLite gave this kind of error, or a finer one of it."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(name)
