"""Words in two bits a dimension, as they are stored and compared.

A unit vector is turned at random, so that its parts are all alike and nearly normal; then each part falls in
one of the four cells that are best for a normal variable (Max 1960). No training, and no codebook that a
later article could outdate.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

# The four cells of Max's table for a normal variable: their middles, in standard deviations, and the edge
# between an inner and an outer one.
_CELLS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], dtype=np.float32)
_EDGE = 0.9816
_LOW_BITS = np.uint64(0x5555555555555555)  # of each code; the codes of outer cells have two equal bits


def width(dimension: int) -> int:
    """Give the bytes of one stored word."""
    return -(-dimension // 4)


def pack(vectors: np.ndarray) -> np.ndarray:
    """Turn unit rows (n, dimension) and cut them to two bits a dimension; return uint8 (n, width)."""
    count, dimension = vectors.shape
    turned = vectors @ rotation(dimension)
    edge = np.float32(_EDGE / np.sqrt(dimension))
    cells = (turned >= -edge).view(np.uint8) + (turned >= 0).view(np.uint8) + (turned >= edge).view(np.uint8)
    codes = cells
    if dimension % 4:
        codes = np.zeros((count, 4 * width(dimension)), dtype=np.uint8)
        codes[:, :dimension] = cells
    # Four codes are one little-endian number: two shifts bring them together.
    fours = codes.view("<u4")
    fours |= fours >> 6
    return np.asarray((fours | fours >> 12).astype(np.uint8))


def unpack(packed: np.ndarray, dimension: int, room: np.ndarray | None = None) -> np.ndarray:
    """Give float32 rows (n, dimension), still turned; nearly of one length, but not of length 1.

    They are made in `room`, complex128 of the shape of `packed`, where it is given.
    """
    # One complex128 stands for the four float32 of a byte: fetched seven times faster than rows of four.
    fetched = np.take(_table(), packed, out=room, mode="clip")
    return np.asarray(fetched.view(np.float32)[:, :dimension])


def lengths(packed: np.ndarray, dimension: int) -> np.ndarray:
    """Give the lengths, float32 (n,), of the rows that `unpack` gives."""
    if dimension % 32:  # 32 dimensions are 64 bits
        words = unpack(packed, dimension)
        return np.asarray(np.sqrt(np.einsum("ij,ij->i", words, words)))
    bits = packed.view(np.uint64)
    unequal = bits >> np.uint64(1)
    np.bitwise_xor(unequal, bits, out=unequal)
    np.bitwise_and(unequal, _LOW_BITS, out=unequal)
    inner = np.bitwise_count(unequal).astype(np.float32) @ np.ones(bits.shape[1], np.float32)
    inner_square, outer_square = _CELLS[2] ** 2, _CELLS[3] ** 2
    return np.asarray(np.sqrt((dimension - inner) * (outer_square - inner_square) + dimension * inner_square))


@lru_cache(maxsize=4)
def rotation(dimension: int) -> np.ndarray:
    """Give a rotation, float32 (dimension, dimension), the same on every machine.

    RandomState's stream is frozen by numpy's policy; signs are fixed so that no library's choice shows.
    """
    normal = np.random.RandomState(0).standard_normal((dimension, dimension))
    turned, triangle = np.linalg.qr(normal)
    return np.ascontiguousarray(turned * np.sign(np.diag(triangle)), dtype=np.float32)


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    """Give the four float32 parts that each byte stands for, in the space of one number.

    Complex128 (256,).
    """
    codes = np.arange(256)[:, None] >> np.array([0, 2, 4, 6]) & 3
    return np.asarray(np.ascontiguousarray(_CELLS[codes]).view(np.complex128).ravel())
