"""What a build has encoded and not yet committed: a killed build does not encode it again.

A block is some files of the same number: vectors, words and their offsets, and last the keys of their texts
(128 bits of a hash over encoder and text) with the checksums of the others, renamed into place, so that a
block with keys is whole. One that is not what its checksums say is encoded again.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import SnapshotDamaged, damage_explained
from index.store.durable.disk import checksum, save_array, save_arrays

FOLDER = "pending"
KEY_BYTES = 16
MOST_OPEN = 128
PARTS = ("vectors", "words", "offsets")


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
        self._places: dict[bytes, tuple[int, int]] = {}  # the number of a block, and the row in it
        self._open: OrderedDict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = OrderedDict()
        self._folder.mkdir(exist_ok=True)
        for path in sorted(self._folder.glob("????????.keys.npz")):
            with (
                contextlib.suppress(SnapshotDamaged),
                damage_explained(path),
            ):  # such a block is encoded again
                self._remember(int(path.name[:8]), checked=True)
        numbers = [path.name[:8] for path in self._folder.glob("????????.*") if path.name[:8].isdigit()]
        self._number = max(map(int, numbers), default=0)

    def key(self, text: str) -> bytes:
        """Give what stands for `text` as this encoder sees it."""
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._salt, digest_size=KEY_BYTES).digest()

    def get(self, key: bytes) -> tuple[np.ndarray, np.ndarray] | None:
        """Give the vector, float32 (dimension,), and words, uint8 (words, width), kept for a key."""
        if key not in self._places:
            return None
        number, row = self._places[key]
        vectors, words, offsets = self._block(number)
        return vectors[row], words[offsets[row] : offsets[row + 1]]

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def keep(self, keys: Sequence[bytes], encoded: Encoded) -> None:
        """Put a block on disk."""
        self._number += 1
        name = self._name(self._number)
        counts = [len(words) for words in encoded.words]
        words = np.concatenate(
            [words for words in encoded.words if len(words)] or [np.empty((0, 0), np.uint8)]
        )
        save_array(self._file(name, "vectors"), np.asarray(encoded.vectors, dtype=np.float32))
        save_array(self._file(name, "words"), words)
        save_array(self._file(name, "offsets"), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
        packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), KEY_BYTES)
        save_arrays(self._folder / f"{name}.keys.npz", keys=packed, sums=self._sums(name))
        self._remember(self._number)

    def clear(self) -> None:
        """Forget everything: it has been committed."""
        self._open.clear()
        self._places.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _name(self, number: int) -> str:
        return f"{number:08d}"

    def _file(self, name: str, part: str) -> Path:
        return self._folder / f"{name}.{part}.npy"

    def _sums(self, name: str) -> np.ndarray:
        return np.array([checksum(self._file(name, part)) for part in PARTS])

    def _remember(self, number: int, *, checked: bool = False) -> None:
        name = self._name(number)
        with np.load(self._folder / f"{name}.keys.npz", allow_pickle=False) as stored:
            keys, sums = stored["keys"], stored["sums"]
        if checked and (sums != self._sums(name)).any():
            return
        vectors, words, offsets = self._block(number)
        if keys.shape != (len(vectors), KEY_BYTES) or vectors.shape[1] != self._dimension:
            return
        if len(offsets) != len(vectors) + 1 or offsets[-1] != len(words):
            return
        self._places.update((key.tobytes(), (number, row)) for row, key in enumerate(keys))

    def _block(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Map vectors, words and their offsets.

        Those used lately stay mapped, since each holds a descriptor.
        """
        block = self._open.pop(number, None)
        if block is None:
            name = self._name(number)
            vectors, words = (
                np.asarray(np.load(self._file(name, part), mmap_mode="r", allow_pickle=False))
                for part in ("vectors", "words")
            )
            block = vectors, words, np.load(self._file(name, "offsets"), allow_pickle=False)
        self._open[number] = block
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return block
