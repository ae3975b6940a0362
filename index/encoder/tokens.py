"""Where tokens come from: a forward pass to the tokens of its texts, with the code points each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.encoder.protocol import TokenBatch
from index.encoder.runtime import Pass

_LAST_SPACE = 0x3000  # no later code point is white space


def token_batch(done: Pass, texts: Sequence[str], shift: int) -> TokenBatch:
    """The tokens of `texts`, those of `done` without their prompts, which are `shift` code points long."""
    counts = [len(encoding.ids) for encoding in done.encodings]
    spans = np.array([span for each in done.encodings for span in each.offsets], np.int64).reshape(-1, 2)
    special = np.array([flag for each in done.encodings for flag in each.special_tokens_mask], bool)
    kept = np.flatnonzero(~special & (spans[:, 1] > shift))
    owners = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
    owners, places = owners[kept], places[kept]
    starts, ends = np.maximum(spans[kept, 0] - shift, 0), spans[kept, 1] - shift
    return TokenBatch(
        rows=np.array(done.rows, np.int64),
        sentences=done.sentences,
        vectors=_unit_rows(done.tokens[owners, places]),
        owners=owners,
        starts=_without_leading_space(texts, owners, starts, ends),
        ends=ends,
    )


def _without_leading_space(
    texts: Sequence[str], owners: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """`starts`, each moved past white space, to its end at most."""
    points, bases = code_points(texts)
    spaces = np.append(_is_space()[np.minimum(points, _LAST_SPACE + 1)], False)
    positions = np.where(spaces, len(points), np.arange(len(points) + 1))
    following = np.minimum.accumulate(positions[::-1])[::-1]
    return np.minimum(following[bases[owners] + starts] - bases[owners], ends)


def code_points(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """uint32: the code points of all texts, one after the other; int64 (n + 1,): where each begins."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    return points, np.cumsum([0, *map(len, texts)])


@lru_cache(maxsize=1)
def _is_space() -> np.ndarray:
    return np.array([chr(point).isspace() for point in range(_LAST_SPACE + 1)] + [False])


def _unit_rows(vectors: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return vectors / np.maximum(lengths, 1e-12)[:, None]
