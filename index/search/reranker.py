"""The reranker slot: reads a question and a passage together and scores the pair.

Off by default: a cross-encoder costs a forward pass for every candidate, where the encoder's passage
vectors were made once. Any sentence-transformers CrossEncoder fits, by folder or by a hub's name. What it
costs shows in `python -m index evaluate --reranker NAME`, whose latencies stand beside those without.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.articles import Article, own_title
from index.encoder.running.device import best_device, best_precision
from index.encoder.running.hub import load_named
from index.errors import EncoderError
from index.passages.fields import under_title
from index.search.hits import Hit
from index.search.modes import Mode

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from index.articles.filters import Filters
    from index.search.searcher import Searcher

TEXTS_PER_BATCH = 16  # pairs that go through the model at once
RERANKED = 32  # of the best hits that a reranker reads


class Reranker(Protocol):
    """Scores texts for a question; `name` says which model does."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """Give float32, (n,): higher is better; comparable within one question only."""
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
        """Give float32, (n,): the model's own score of each (query, text), higher is better."""
        if not texts:
            return np.zeros(0, np.float32)
        pairs = [(query, text) for text in texts]
        scores = self._model.predict(
            pairs, batch_size=TEXTS_PER_BATCH, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))


class RerankingSearcher:
    """A searcher whose best hits a reranker puts in order."""

    def __init__(self, searcher: Searcher, reranker: Reranker, *, depth: int = RERANKED):
        self._searcher, self._reranker, self._depth = searcher, reranker, depth

    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        return self._searcher.article(article_id)

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        collapse: bool = True,
    ) -> list[Hit]:
        """Search as the searcher does, the best of its hits reranked."""
        deep = max(k, self._depth)
        hits = self._searcher.search(query, k=deep, mode=mode, filters=filters, collapse=collapse)
        return self.reranked(query, hits)[:k]

    def reranked(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Put hits of the searcher, the best of them, in the reranker's order."""
        ids = dict.fromkeys(hit.passage.article_id for hit in hits[: self._depth])
        articles = [self._searcher.article(article_id) for article_id in ids]
        titles = {article.article_id: own_title(article.title, article.text) for article in articles}
        return rerank(query, hits, self._reranker, titles=titles, depth=self._depth)


def rerank(
    query: str, hits: Sequence[Hit], reranker: Reranker, *, titles: Mapping[str, str], depth: int = RERANKED
) -> list[Hit]:
    """Put the first `depth` hits in the reranker's order, ties as they were; the others after them.

    The reranker reads each passage under its article's title (`titles`, by article id). Its own score is
    in `reranked`; `score` keeps the scale of the search: the scores of the first `depth`, dealt out anew.
    """
    best, rest = hits[:depth], hits[depth:]
    texts = [under_title(titles.get(hit.passage.article_id, ""), hit.passage.text) for hit in best]
    scores = np.asarray(reranker.scores(query, texts), dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    ordered = [
        dataclasses.replace(best[number], score=above.score, rank=above.rank, reranked=float(scores[number]))
        for number, above in zip(order.tolist(), best, strict=True)
    ]
    return [*ordered, *rest]


def load_reranker(name: str, *, device: str | None = None) -> CrossEncoderReranker:
    """Load the cross-encoder `name`, a folder or a hub's name; EncoderError when it cannot be had."""
    return CrossEncoderReranker(name, device=device)


def _load(name: str, *, device: str, precision: str) -> CrossEncoder:
    """Load a cross-encoder that gives one score a pair; EncoderError for any other."""
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
        model: CrossEncoder = CrossEncoder(
            name, device=device, local_files_only=local_only, model_kwargs=model_kwargs
        )
        return model

    model = load_named(name, load, what="reranker")
    labels = getattr(model, "num_labels", 1)
    if labels != 1:
        raise EncoderError(
            f"reranker {name!r} gives {labels} numbers for a pair; use one that gives one score"
        )
    return model
