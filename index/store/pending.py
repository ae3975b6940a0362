"""Vectors that a build has encoded and not yet committed: a killed build does not encode them again.

A block is two files: the vectors, and the keys of their texts (128 bits of a hash over encoder and text).
The keys are renamed into place last, so that a block with keys is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.store.files import save_array, sync_folder

FOLDER = "pending"
KEY_BYTES = 16


class Pending:
    """The vectors kept under `folder/pending` for one encoder, memory-mapped."""

    def __init__(self, folder: Path, *, encoder: str, dimension: int):
        self._folder = folder / FOLDER
        self._salt = hashlib.sha256(f"{encoder}\0{dimension}".encode()).digest()
        self._dimension = dimension
        self._blocks: list[np.ndarray] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        self._folder.mkdir(exist_ok=True)
        for path in sorted(self._folder.glob("*.keys.npy")):
            with contextlib.suppress(OSError, ValueError):  # such a block is encoded again
                self._remember(path)
        self._number = max((int(path.name[:8]) for path in self._folder.glob("????????.*.npy")), default=0)

    def key(self, text: str) -> bytes:
        """What stands for `text` as this encoder sees it."""
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._salt, digest_size=KEY_BYTES).digest()

    def get(self, key: bytes) -> np.ndarray | None:
        """The vector kept for a key, float32 (dimension,)."""
        place = self._places.get(key)
        return None if place is None else self._blocks[place[0]][place[1]]

    def keep(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        """Puts a block on disk."""
        self._number += 1
        name = self._folder / f"{self._number:08d}"
        packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), KEY_BYTES)
        save_array(name.with_suffix(".vectors.npy"), vectors)
        save_array(name.with_suffix(".new"), packed)
        os.replace(name.with_suffix(".new"), name.with_suffix(".keys.npy"))
        sync_folder(self._folder)
        self._remember(name.with_suffix(".keys.npy"))

    def clear(self) -> None:
        """Forgets everything: it has been committed."""
        self._blocks.clear()
        self._places.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _remember(self, path: Path) -> None:
        keys = np.load(path, allow_pickle=False)
        vectors = path.with_name(path.name.replace(".keys.", ".vectors."))
        block = np.load(vectors, mmap_mode="r", allow_pickle=False)
        if keys.shape != (len(block), KEY_BYTES) or block.shape[1] != self._dimension:
            return
        for place, key in enumerate(keys):
            self._places[key.tobytes()] = (len(self._blocks), place)
        self._blocks.append(block)
