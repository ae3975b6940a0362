"""Files mapped into memory: whether they are still as long as when they were mapped.

Nobody shortens an index's files but a fault or a mistaken hand. Their sizes are looked at before and after
each search, which makes that an error of the search; `truncation` keeps a search alive that is under way.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

import numpy as np

from index.errors import SnapshotDamaged
from index.store.durable.disk import read_header
from index.store.durable.truncation import FileIdentity, TruncationGuard


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class MappedFile:
    """A file mapped whole; stays readable after it was unlinked."""

    path: Path
    size: int
    content: mmap.mmap
    identity: FileIdentity

    @classmethod
    def of(cls, path: Path) -> MappedFile:
        """Map a file; raises OSError or ValueError for one that is empty."""
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            status = os.fstat(file.fileno())
        mapped = cls(path, len(content), content, _identity(status))
        _mapped.add(mapped)
        _guard.install()
        return mapped

    def array(self) -> np.ndarray:
        """Give the `.npy` that the file holds; raises ValueError for a file of another kind."""
        self.content.seek(0)
        shape, dtype = read_header(self.content)
        if dtype.hasobject:
            raise ValueError("it holds objects")
        return np.ndarray(shape, dtype, buffer=self.content, offset=self.content.tell())

    def check(self) -> None:
        """Raise SnapshotDamaged when the file is now shorter than it was."""
        if self.content.size() < self.size:  # of the file as it is now, wherever it was moved to
            raise SnapshotDamaged(
                f"{self.path} was cut from {self.size} to {self.content.size()} bytes while it was in use;"
                " restore a backup or build again"
            )


class GuardedFile:
    """A file that somebody else maps, guarded while this lives; it may grow meanwhile."""

    def __init__(self, path: Path):
        self._path = path
        _elsewhere.add(self)
        _guard.install()

    def present(self) -> tuple[FileIdentity, int] | None:
        """Tell which file the path leads to, and its bytes; None when there is none."""
        try:
            status = os.stat(self._path)
        except OSError:
            return None
        return _identity(status), status.st_size


def _identity(status: os.stat_result) -> FileIdentity:
    return os.major(status.st_dev) << 32 | os.minor(status.st_dev), status.st_ino


def _shortened() -> dict[FileIdentity, int]:
    sizes = [(file.identity, file.content.size(), file.size) for file in list(_mapped)]
    cut = {identity: size for identity, size, before in sizes if size < before}
    return cut | dict(filter(None, [file.present() for file in list(_elsewhere)]))


_mapped: WeakSet[MappedFile] = WeakSet()
_elsewhere: WeakSet[GuardedFile] = WeakSet()
_guard = TruncationGuard(_shortened)
