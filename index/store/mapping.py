"""Files mapped into memory: whether they are still as long as when they were mapped.

A page of a mapping that lies past the end of its file cannot be read: the kernel ends the process (SIGBUS).
Nobody shortens an index's files but a fault or a mistaken hand; a look at their sizes before each search
makes that an error of one search instead.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import SnapshotDamaged
from index.store.files import read_header


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file mapped whole; stays readable after it was unlinked."""

    path: Path
    size: int
    content: mmap.mmap

    @classmethod
    def of(cls, path: Path) -> MappedFile:
        """Maps a file; raises OSError or ValueError for one that is empty."""
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return cls(path, len(content), content)

    def array(self) -> np.ndarray:
        """The `.npy` that the file holds; raises ValueError for a file of another kind."""
        self.content.seek(0)
        shape, dtype = read_header(self.content)
        if dtype.hasobject:
            raise ValueError("it holds objects")
        return np.ndarray(shape, dtype, buffer=self.content, offset=self.content.tell())

    def check(self) -> None:
        """Raises SnapshotDamaged when the file is now shorter than it was."""
        if self.content.size() < self.size:  # of the file as it is now, wherever it was moved to
            raise SnapshotDamaged(
                f"{self.path} was cut from {self.size} to {self.content.size()} bytes while it was in use;"
                " restore a backup or build again"
            )
