"""What a build has encoded and not yet committed: a killed build does not encode it again.

A block is some files of the same number: vectors, words, and last the keys of their texts (128 bits of a hash
over encoder and text), renamed into place, so that a block with keys is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.store.files import save_array, sync_folder

FOLDER = "pending"
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Encoded:
    """What an encoder made of n passages.

    `vectors` (n, dimension), and for each its words, uint8 (words, width).
    """

    vectors: np.ndarray
    words: Sequence[np.ndarray]


class Pending:
    """What is kept under `folder/pending` for one encoder, memory-mapped."""

    def __init__(self, folder: Path, *, encoder: str, dimension: int):
        self._folder = folder / FOLDER
        self._salt = hashlib.sha256(f"{encoder}\0{dimension}".encode()).digest()
        self._dimension = dimension
        self._blocks: list[Encoded] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        self._folder.mkdir(exist_ok=True)
        for path in sorted(self._folder.glob("*.keys.npy")):
            with contextlib.suppress(OSError, ValueError):  # such a block is encoded again
                self._remember(path.name[:8])
        self._number = max((int(path.name[:8]) for path in self._folder.glob("????????.*.npy")), default=0)

    def key(self, text: str) -> bytes:
        """What stands for `text` as this encoder sees it."""
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._salt, digest_size=KEY_BYTES).digest()

    def get(self, key: bytes) -> tuple[np.ndarray, np.ndarray] | None:
        """Vector, float32 (dimension,), and words, uint8 (words, width), kept for a key."""
        place = self._places.get(key)
        if place is None:
            return None
        block = self._blocks[place[0]]
        return block.vectors[place[1]], block.words[place[1]]

    def keep(self, keys: Sequence[bytes], encoded: Encoded) -> None:
        """Puts a block on disk."""
        self._number += 1
        name = f"{self._number:08d}"
        held = [len(words) for words in encoded.words]
        words = np.concatenate(
            [words for words in encoded.words if len(words)] or [np.empty((0, 0), np.uint8)]
        )
        save_array(self._file(name, "vectors"), np.asarray(encoded.vectors, dtype=np.float32))
        save_array(self._file(name, "words"), words)
        save_array(self._file(name, "offsets"), np.concatenate([[0], np.cumsum(held)]).astype(np.int64))
        packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), KEY_BYTES)
        aside = self._folder / f"{name}.new"
        save_array(aside, packed)
        os.replace(aside, self._file(name, "keys"))
        sync_folder(self._folder)
        self._remember(name)

    def clear(self) -> None:
        """Forgets everything: it has been committed."""
        self._blocks.clear()
        self._places.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, name: str, part: str) -> Path:
        return self._folder / f"{name}.{part}.npy"

    def _remember(self, name: str) -> None:
        keys, vectors, words, offsets = (
            np.load(self._file(name, part), mmap_mode="r", allow_pickle=False)
            for part in ("keys", "vectors", "words", "offsets")
        )
        if keys.shape != (len(vectors), KEY_BYTES) or vectors.shape[1] != self._dimension:
            return
        if len(offsets) != len(vectors) + 1 or offsets[-1] != len(words):
            return
        for place, key in enumerate(np.asarray(keys)):
            self._places[key.tobytes()] = (len(self._blocks), place)
        offsets, words = np.asarray(offsets).tolist(), np.asarray(words)
        rows = [words[first:last] for first, last in zip(offsets, offsets[1:], strict=False)]
        self._blocks.append(Encoded(np.asarray(vectors), rows))
