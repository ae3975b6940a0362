"""The reader: the bundled encoder's embeddings, layers of its own on them, and three heads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.answering.reader.quantisation import FOLDER, ReaderWeights, read_weights
from assistant.answering.reader.readings import Reading
from assistant.answering.reader.unit_readings import FEWEST, MOST, SLOWLY
from assistant.answering.reader.windows import Window, WindowTokens, tokens_of
from assistant.computing.turns import late, others
from index.encoder import SentenceTransformerEncoder
from index.encoder.running.device import physical_cores

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.encoder import Encoder
    from index.encoder.running.bert import PackedBert

# Tokens; a new shape makes the processor prepare its products anew.
WIDTHS = (64, 96, 128, 160, 192, 224, 256)
PADDING = 1
LESS = 2  # windows, for each question that computes or waits beside one: four of six find as much as all
MOST_TOKENS = 2048  # of one forward pass, padding counted


class Reader:
    """Reads windows. Safe to use from many threads."""

    def __init__(self, tokenizer: Tokenizer, bert: PackedBert, weights: ReaderWeights) -> None:
        import torch

        self._tokenizer = tokenizer
        self._bert = bert.with_layers(weights.first_layer, weights.layers)
        self._heads = weights.heads
        self._at_most = SLOWLY if bert.dtype == torch.float32 else MOST
        self._workers = physical_cores()
        # Threads of its own: the number of threads for one operation is set for them alone.
        self._pool = ThreadPoolExecutor(self._workers, "reader", initializer=_one_thread_an_operation)

    @property
    def most(self) -> int:
        """Count how many windows are read for a question that comes now.

        Each question beside it takes LESS away, each that waits too long for a turn one more, down to FEWEST.
        Where as many wait too long nothing is read: an answer from the signals alone is better than none.
        """
        waiting = late()
        if waiting >= self._at_most:
            return 0
        return max(FEWEST, self._at_most - LESS * others() - waiting)

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Say what stands in each window, in order."""
        tokens = tokens_of(self._tokenizer, question, windows)
        batches = self._batches(tokens)
        read = list(self._pool.map(lambda rows: self._forward([tokens[row] for row in rows]), batches))
        readings: list[Reading | None] = [None] * len(tokens)
        for rows, batch in zip(batches, read, strict=True):
            for row, reading in zip(rows, batch, strict=True):
                readings[row] = reading
        return [reading for reading in readings if reading is not None]

    def _batches(self, tokens: Sequence[WindowTokens]) -> list[list[int]]:
        """Give rows that go through together, of about the same length; at least one batch for every core."""
        order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row].ids))
        share = -(-len(order) // self._workers)
        batches: list[list[int]] = []
        while order:
            size = max(1, min(share, MOST_TOKENS // _width(len(tokens[order[0]].ids))))
            batches.append(order[:size])
            order = order[size:]
        return batches

    def _forward(self, tokens: Sequence[WindowTokens]) -> list[Reading]:
        """Read one batch on one thread, so that nothing waits for a core that another program holds."""
        import torch

        lengths = np.array([len(each.ids) for each in tokens])
        width = _width(int(lengths.max()))
        ids = np.full((len(tokens), width), PADDING, np.int64)
        for row, window in enumerate(tokens):
            ids[row, : lengths[row]] = window.ids
        mask = np.arange(width) < lengths[:, None]
        with torch.inference_mode():
            states = self._bert(torch.from_numpy(ids), None if mask.all() else torch.from_numpy(mask))
            values = torch.nn.functional.linear(states, *self._heads).float().numpy()
        return [_reading(each, values[row]) for row, each in enumerate(tokens)]


def _one_thread_an_operation() -> None:
    import torch

    torch.set_num_threads(1)


def _reading(tokens: WindowTokens, values: np.ndarray) -> Reading:
    spoken = values[tokens.first : tokens.first + len(tokens.starts), :2] + values[0, 2]
    return Reading(tokens.starts, tokens.ends, spoken[:, 0], spoken[:, 1])


def _width(length: int) -> int:
    return next(width for width in WIDTHS if width >= length)


def load_reader(encoder: object, *, folder: Path = FOLDER) -> Reader | None:
    """Load the reader for an encoder; None where none ships for it, or it is not the bundled one.

    Raises ReaderError when the weights are there and not whole.
    """
    if not isinstance(encoder, SentenceTransformerEncoder) or encoder.bundled is None:
        return None
    model = encoder.bundled
    assert model.bert is not None and model.tokenizer is not None
    weights = read_weights(folder, encoder=encoder.name, dtype=model.bert.dtype)
    return None if weights is None else Reader(model.tokenizer, model.bert, weights)


def reader_of(encoder: Encoder) -> Reader | None:
    """Give the same reader for the same encoder, loaded once; errors as `load_reader`."""
    return _loaded(encoder)  # type: ignore[arg-type]  # a protocol; whatever implements it is an object, hashable


@lru_cache(maxsize=4)
def _loaded(encoder: object) -> Reader | None:
    return load_reader(encoder)
