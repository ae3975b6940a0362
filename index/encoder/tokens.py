"""Where tokens come from: a forward pass to the tokens of its texts, with the code points each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from index.encoder.protocol import TokenBatch
from index.encoder.runtime import Pass
from index.text.tashkeel import Unvowelled

if TYPE_CHECKING:
    from tokenizers import Encoding


@dataclass(frozen=True, slots=True)
class TokenSpans:
    """Token i is number `places[i]` of text `owners[i]` and stands for its `[starts[i]:ends[i]]`."""

    owners: np.ndarray
    places: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


Spans = TypeVar("Spans", TokenBatch, TokenSpans)
_LAST_SPACE = 0x3000  # no later code point is white space


def token_batch(done: Pass, texts: Sequence[str], shift: int) -> TokenBatch:
    """The tokens of `texts`, those of `done` without their prompts, which are `shift` code points long."""
    spans = token_spans(done.encodings, texts, shift)
    return TokenBatch(
        rows=np.array(done.rows, np.int64),
        sentences=done.sentences,
        vectors=_unit_rows(done.tokens[spans.owners, spans.places]),
        owners=spans.owners,
        starts=spans.starts,
        ends=spans.ends,
    )


def token_spans(encodings: Sequence[Encoding], texts: Sequence[str], shift: int) -> TokenSpans:
    """Where the tokens of `texts` stand; their prompts, `shift` code points long, are left out."""
    counts = [len(encoding.ids) for encoding in encodings]
    spans = np.array([span for each in encodings for span in each.offsets], np.int64).reshape(-1, 2)
    special = np.array([flag for each in encodings for flag in each.special_tokens_mask], bool)
    kept = np.flatnonzero(~special & (spans[:, 1] > shift))
    owners = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
    owners, places = owners[kept], places[kept]
    starts, ends = np.maximum(spans[kept, 0] - shift, 0), spans[kept, 1] - shift
    return TokenSpans(owners, places, _without_leading_space(texts, owners, starts, ends), ends)


def located(tokens: Spans, bare: Sequence[Unvowelled | None]) -> Spans:
    """`tokens` with their spans in the texts as they were given.

    `bare` is what the model read of each text; None where that is the text itself.
    """
    changed = [owner for owner, text in enumerate(bare) if text is not None]
    if not changed:
        return tokens
    starts, ends = tokens.starts.copy(), tokens.ends.copy()
    for owner in changed:
        own = slice(*np.searchsorted(tokens.owners, [owner, owner + 1]))
        starts[own] = bare[owner].starts(tokens.starts[own], tokens.ends[own])
        ends[own] = bare[owner].ends(tokens.ends[own])
    return replace(tokens, starts=starts, ends=ends)


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
