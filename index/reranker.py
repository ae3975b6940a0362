"""The reranker slot: reads a question and a passage together and scores the pair.

Off by default: a cross-encoder costs a forward pass for every candidate, where the encoder's passage
vectors were made once. Any sentence-transformers CrossEncoder fits, by folder or by a hub's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from index.device import best_device, best_precision
from index.errors import EncoderError
from index.hub import load_named

TEXTS_PER_BATCH = 16


class Reranker(Protocol):
    """Scores texts for a question; `name` says which model does."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """float32, (n,): higher is better; comparable within one question only."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder. Safe to use from many threads.

    `device` and `precision` are chosen as the encoder's are.
    """

    def __init__(self, name: str, *, device: str | None = None, precision: str | None = None) -> None:
        self.name = name
        self.device = device or best_device()
        self.precision = precision or best_precision(self.device)
        self._model = _load(name, device=self.device, precision=self.precision)

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """float32, (n,): the model's own score of each (query, text), higher is better."""
        if not texts:
            return np.zeros(0, np.float32)
        pairs = [(query, text) for text in texts]
        found = self._model.predict(
            pairs, batch_size=TEXTS_PER_BATCH, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(found, dtype=np.float32).reshape(len(texts))


def load_reranker(name: str, *, device: str | None = None) -> CrossEncoderReranker:
    """The cross-encoder `name`, a folder or a hub's name; EncoderError when it cannot be had."""
    return CrossEncoderReranker(name, device=device)


def _load(name: str, *, device: str, precision: str):
    import torch
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    if Path(name).is_dir() and not (Path(name) / "config.json").is_file():
        raise EncoderError(
            f"reranker {name!r} is a folder without a config.json; give a CrossEncoder's folder"
        )
    logging.disable_progress_bar()
    model_kwargs = {"dtype": getattr(torch, precision)}

    def load(local_only: bool) -> CrossEncoder:
        return CrossEncoder(name, device=device, local_files_only=local_only, model_kwargs=model_kwargs)

    model = load_named(name, load, what="reranker")
    labels = getattr(model, "num_labels", 1)
    if labels != 1:
        raise EncoderError(
            f"reranker {name!r} gives {labels} numbers for a pair; use one that gives one score"
        )
    return model
