"""Where tokens come from: a forward pass to the tokens of its texts, with the code points each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from index.encoder.protocol import TokenBatch, TokenSpans
from index.encoder.running.runtime import Pass
from index.text.tashkeel import Unvowelled

if TYPE_CHECKING:
    from tokenizers import Encoding


Spans = TypeVar("Spans", TokenBatch, TokenSpans)
_LAST_SPACE = 0x3000  # no later code point is white space


def token_batch(done: Pass, texts: Sequence[str], shift: int) -> TokenBatch:
    """Give the tokens of `texts`: those of `done` without the prompts, which are `shift` code points long."""
    spans = token_spans(done.encodings, texts, shift)
    states = done.tokens
    assert states is not None, "the pass was run without its tokens"
    return TokenBatch(
        rows=np.array(done.rows, np.int64),
        sentences=done.sentences,
        vectors=unit_rows(states[spans.owners, spans.places]),
        owners=spans.owners,
        starts=spans.starts,
        ends=spans.ends,
    )


def token_spans(encodings: Sequence[Encoding], texts: Sequence[str], shift: int) -> TokenSpans:
    """Tell where the tokens of `texts` stand; their prompts, `shift` code points long, are left out."""
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
    """Give `tokens` with their spans in the texts as they were given.

    `bare` is what the model read of each text; None where that is the text itself.
    """
    changed = [(owner, text) for owner, text in enumerate(bare) if text is not None]
    if not changed:
        return tokens
    starts, ends = tokens.starts.copy(), tokens.ends.copy()
    for owner, text in changed:
        of_text = slice(*np.searchsorted(tokens.owners, [owner, owner + 1]))
        starts[of_text] = text.starts(tokens.starts[of_text], tokens.ends[of_text])
        ends[of_text] = text.ends(tokens.ends[of_text])
    return replace(tokens, starts=starts, ends=ends)


def _without_leading_space(
    texts: Sequence[str], owners: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Move each of `starts` past white space, to its end at most."""
    points, bases = code_points(texts)
    spaces = np.append(_is_space()[np.minimum(points, _LAST_SPACE + 1)], False)
    positions = np.where(spaces, len(points), np.arange(len(points) + 1))
    following = np.minimum.accumulate(positions[::-1])[::-1]
    return np.asarray(np.minimum(following[bases[owners] + starts] - bases[owners], ends))


def code_points(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Give the code points of all texts, uint32, in one row, and where each text begins, int64 (n + 1,)."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    return points, np.cumsum([0, *map(len, texts)])


@lru_cache(maxsize=1)
def _is_space() -> np.ndarray:
    """Tell of each code point up to the last that is white space, and of one more, whether it is."""
    return np.array([chr(point).isspace() for point in range(_LAST_SPACE + 1)] + [False])


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Divide rows by their lengths; a row of zeros stays one."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-12)[:, None])
