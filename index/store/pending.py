"""Vectors that a build has encoded and not yet committed: a killed build does not encode them again.

Each file holds one block: the keys of the texts (128 bits of a hash over encoder and text) and their vectors.
A block is written aside and renamed, so that it is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.store.files import save_arrays

FOLDER = "pending"


class Pending:
    """The vectors kept under `folder/pending` for one encoder."""

    def __init__(self, folder: Path, *, encoder: str, dimension: int):
        self._folder = folder / FOLDER
        self._salt = hashlib.sha256(f"{encoder}\0{dimension}\0".encode()).digest()
        self._blocks: list[np.ndarray] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        self._folder.mkdir(exist_ok=True)
        for path in sorted(self._folder.glob("*.npz")):
            with (
                contextlib.suppress(OSError, ValueError, KeyError),
                np.load(path, allow_pickle=False) as stored,
            ):
                self._remember(stored["keys"], stored["vectors"], dimension)
        self._number = len(list(self._folder.iterdir()))

    def key(self, text: str) -> bytes:
        """16 bytes that stand for `text` as this encoder sees it."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=16).digest()

    def get(self, key: bytes) -> np.ndarray | None:
        """The vector kept for a key, float32 (dimension,)."""
        place = self._places.get(key)
        return None if place is None else self._blocks[place[0]][place[1]]

    def keep(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        """Puts a block on disk."""
        packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), 16)
        self._number += 1
        save_arrays(self._folder / f"{self._number:08d}.npz", keys=packed, vectors=vectors)
        self._remember(packed, vectors, vectors.shape[1])

    def clear(self) -> None:
        """Forgets everything: it has been committed."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _remember(self, keys: np.ndarray, vectors: np.ndarray, dimension: int) -> None:
        if vectors.shape != (len(keys), dimension):
            return
        for place, key in enumerate(keys):
            self._places[key.tobytes()] = (len(self._blocks), place)
        self._blocks.append(vectors)
