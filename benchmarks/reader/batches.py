"""Batches of windows of one width, with room for as many tokens as a step of training takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from assistant.answering.reader.windows import Window, WindowTokens, tokens_of
from benchmarks.reader.examples import Group

WIDTHS = (64, 96, 128, 160, 192, 224, 256)
PADDING = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one width, and the questions that they are read for.

    `ids`, int64 (windows, width), and `lengths` (windows,) are tokens; `allowed`, bool (windows, width), the
    passage's own; `gold`, bool (windows, width, 2), right starts and ends; `groups` (windows,) says whose
    window it is; `count` is the number of questions.
    """

    ids: torch.Tensor
    lengths: torch.Tensor
    allowed: torch.Tensor
    gold: torch.Tensor
    groups: torch.Tensor
    count: int

    def to(self, device: torch.device) -> Batch:
        """Give the same batch on a device."""
        tensors = (self.ids, self.lengths, self.allowed, self.gold, self.groups)
        ids, lengths, allowed, gold, groups = (tensor.to(device, non_blocking=True) for tensor in tensors)
        return Batch(ids, lengths, allowed, gold, groups, self.count)


@dataclass(frozen=True, slots=True)
class TokenGroup:
    """A question's windows as tokens. `gold` holds first and last token of every right span of a window."""

    windows: list[WindowTokens]
    gold: list[list[tuple[int, int]]]
    width: int


def batches_of(groups: Iterable[Group], tokenizer: Tokenizer, *, tokens: int) -> Iterator[Batch]:
    """Give batches of at most `tokens` tokens, padding counted, as they fill; a question is in one batch."""
    waiting: dict[int, list[TokenGroup]] = {width: [] for width in WIDTHS}
    for group in token_groups(groups, tokenizer):
        row, room = waiting[group.width], tokens // group.width
        if sum(len(waited.windows) for waited in row) + len(group.windows) > room:
            yield batch_of(row, group.width)
            row.clear()
        row.append(group)


def token_groups(groups: Iterable[Group], tokenizer: Tokenizer) -> Iterator[TokenGroup]:
    """Give the groups as tokens; one whose answer stands in what a window cuts off is left out."""
    for group in groups:
        windows = [Window(window.title, window.text) for window in group.windows]
        tokens = tokens_of(tokenizer, group.question, windows)
        spans = [[_token_span(row, *span) for span in window.answers]
                 for row, window in zip(tokens, group.windows, strict=True)]  # fmt: skip
        gold = [[span for span in row if span is not None] for row in spans]
        if any(row and not whole for row, whole in zip(spans, gold, strict=True)):
            continue
        longest = max(len(row.ids) for row in tokens)
        yield TokenGroup(tokens, gold, next(width for width in WIDTHS if width >= longest))


def _token_span(tokens: WindowTokens, start: int, end: int) -> tuple[int, int] | None:
    """Give the first and the last token of a span of the passage; None when it is not all there."""
    first = int(np.searchsorted(tokens.ends, start, side="right"))
    last = int(np.searchsorted(tokens.starts, end, side="left")) - 1
    if not 0 <= first <= last < len(tokens.ends) or tokens.ends[-1] < end:
        return None
    return tokens.first + first, tokens.first + last


def batch_of(row: Sequence[TokenGroup], width: int) -> Batch:
    """Give the groups as one batch of `width` tokens a window."""
    windows = sum(len(group.windows) for group in row)
    ids = np.full((windows, width), PADDING, np.int64)
    lengths, owners = np.ones(windows, np.int64), np.zeros(windows, np.int64)
    allowed, gold = np.zeros((windows, width), bool), np.zeros((windows, width, 2), bool)
    window = 0
    for number, group in enumerate(row):
        for tokens, spans in zip(group.windows, group.gold, strict=True):
            size = len(tokens.ids)
            ids[window, :size], lengths[window], owners[window] = tokens.ids, size, number
            allowed[window, tokens.first : size - 1] = True
            for first, last in spans:
                gold[window, first, 0] = gold[window, last, 1] = True
            window += 1
    arrays = (ids, lengths, allowed, gold, owners)
    return Batch(*(torch.from_numpy(array) for array in arrays), count=len(row))
