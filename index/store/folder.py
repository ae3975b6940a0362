"""The engine of an index in a folder: one opened snapshot, searched by FAISS and by postings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np

from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.dense import Dense, DensePart
from index.engine import Candidates, FormerArticle, SnapshotInfo
from index.errors import ArticleError, SnapshotDamaged
from index.passages import Passage
from index.sparse import BM25, K1, B, QueryTerm
from index.store.generations.info import info_of
from index.store.generations.snapshot import Snapshot
from index.store.sqlite.condition import condition

MASKS_KEPT = 32  # of filters asked before; one of a million passages is a megabyte
_NO_WORDS = np.empty((0, 0), np.uint8)


class FolderEngine:
    """One generation in a folder; see `index.engine.Engine` for what each method promises."""

    def __init__(self, snapshot: Snapshot):
        self._snapshot = snapshot
        segments = snapshot.segments
        self.dense_index = Dense(
            [DensePart(segment.vectors, segment.graph, segment.open_vectors()) for segment in segments]
        )
        self.bm25 = BM25([segment.postings for segment in segments], snapshot.statistics, k1=K1, b=B)
        self._keys = _joined([segment.passages for segment in segments])
        self._articles = _joined([segment.articles for segment in segments])
        self._stories = _joined([segment.stories for segment in segments])
        live = np.concatenate([segment.live() for segment in segments]) if segments else np.empty(0, bool)
        self._live = None if live.all() else live
        self._masks: dict[tuple[object, ...], np.ndarray] = {}

    @property
    def generation(self) -> int:
        """Give the number of the generation."""
        return self._snapshot.manifest.generation

    @property
    def passages(self) -> int:
        """Tell how many rows there are."""
        return len(self._keys)

    @property
    def k1(self) -> float:
        """Give BM25's term saturation."""
        return float(self.bm25.k1)

    def close(self) -> None:
        """Give back files and memory; no method may be called afterwards."""
        self._snapshot.close()

    def check(self) -> None:
        """Raise SnapshotDamaged when a file has been cut short since it was opened."""
        self._snapshot.check()

    def info(self) -> SnapshotInfo:
        """Say what the index holds."""
        return info_of(self._snapshot, dense=self.dense_index.kinds)

    # Candidates

    def terms(self, words: Sequence[str]) -> list[QueryTerm]:
        """Look up the distinct terms of a query."""
        return self.bm25.query_terms(words)

    def unknown_idf(self) -> float:
        """Give the IDF of a term that no passage holds."""
        return self.bm25.idf_in(0)

    def dense(self, vector: np.ndarray, depth: int, filters: Filters | None) -> Candidates:
        """Find the rows nearest to a vector."""
        rows, scores = self.dense_index.best(vector, depth, self._allowed(filters))
        return Candidates(rows, scores, None)

    def sparse(self, words: Sequence[str], depth: int, filters: Filters | None) -> Candidates:
        """Find the rows with the best BM25 scores."""
        rows, scores = self.bm25.top(self.terms(words), depth, self._allowed(filters))
        return Candidates(rows, None, scores)

    def hybrid(
        self, vector: np.ndarray, words: Sequence[str], depth: int, filters: Filters | None
    ) -> Candidates:
        """Find the best rows of either side, each with both scores."""
        allowed = self._allowed(filters)
        # FAISS lets go of the interpreter: both sides search at once.
        searching = _helpers().submit(self.dense_index.best, vector, depth, allowed)
        rows, sparse = self.bm25.top(self.terms(words), depth, allowed, also=lambda: searching.result()[0])
        return Candidates(rows, self._completed(vector, rows, *searching.result()), sparse)

    def _completed(
        self, vector: np.ndarray, rows: np.ndarray, near: np.ndarray, scores: np.ndarray
    ) -> np.ndarray:
        """Give the inner products of `rows`, ascending as `top` gives them, of which `near` have `scores`."""
        completed, missing = np.empty(len(rows), np.float32), np.ones(len(rows), dtype=bool)
        places = np.searchsorted(rows, near)
        completed[places], missing[places] = scores, False
        completed[missing] = self.dense_index.score(vector, rows[missing])
        return completed

    # Rows

    def words(self, rows: np.ndarray) -> list[np.ndarray]:
        """Give the packed words of each row, as the encoder's late interaction makes them."""
        bases = self.dense_index.bases
        owners = np.searchsorted(bases, rows, side="right") - 1
        words: list[np.ndarray] = [_NO_WORDS] * len(rows)
        for owner in set(owners.tolist()):
            places = np.flatnonzero(owners == owner)
            stored = self._snapshot.segments[owner].words_of_all(rows[places] - bases[owner])
            for position, row_words in zip(places.tolist(), stored, strict=True):
                words[position] = row_words
        return words

    def keys(self, rows: np.ndarray) -> np.ndarray:
        """Give the keys of the rows' passages."""
        return np.asarray(self._keys[rows])

    def articles(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of each row's article."""
        return np.asarray(self._articles[rows])

    def stories(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of each row's story."""
        return np.asarray(self._stories[rows])

    def passages_at(self, rows: np.ndarray) -> list[Passage]:
        """Give the passage of each row."""
        keys = self._keys[rows].tolist()
        stored = self._snapshot.catalogue.passages(keys)
        if len(stored) < len(set(keys)):
            raise SnapshotDamaged(
                f"{self._snapshot.folder} has vectors of passages that it does not hold;"
                " restore a backup or build again"
            )
        return [stored[key] for key in keys]

    def twins(self, rows: np.ndarray, filters: Filters | None) -> list[tuple[str, ...]]:
        """Give for each row the other articles that tell its story and that the filters accept."""
        stories = self._stories[rows].tolist()
        tellers = self._snapshot.catalogue.tellers(sorted(set(stories)), self.generation)
        shared = {story: articles for story, articles in tellers.items() if len(articles) > 1}
        if not shared:
            return [()] * len(rows)
        allowed = self._allowed(filters) if filters else None
        accepted = None if allowed is None else set(self._articles[allowed].tolist())
        return [
            tuple(
                article_id
                for key, article_id in shared.get(story, ())
                if key != article and (accepted is None or key in accepted)
            )
            for story, article in zip(stories, self._articles[rows].tolist(), strict=True)
        ]

    def row_of(self, passage: Passage) -> int:
        """Give the row of a passage."""
        key = self._snapshot.catalogue.passage_key(self._article(passage.article_id)[0], passage.start)
        base = 0
        for segment in self._snapshot.segments:
            if key is None:
                break
            row = int(np.searchsorted(segment.passages, key))
            if row < len(segment.passages) and segment.passages[row] == key:
                return base + row
            base += len(segment.passages)
        raise ArticleError(
            f"the passage {passage.passage_id!r} is not in generation {self.generation}; search again"
        )

    # Articles

    def article(self, article_id: str) -> Article:
        """Give the article with this id."""
        return self._article(article_id)[1]

    def list_articles(
        self, *, offset: int, limit: int, filters: Filters | None, order: ArticleOrder = "added"
    ) -> list[Article]:
        """Give articles in an order: as they were added, or by date."""
        where, values = condition(filters or Filters())
        catalogue = self._snapshot.catalogue
        keys = catalogue.keys(
            self.generation, where=where, values=values, limit=limit, offset=offset, order=order
        )
        stored = catalogue.articles(keys)
        return [stored[key] for key in keys]

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of an article, in order."""
        return self._snapshot.catalogue.passages_of(*self._article(article_id))

    def versions_of(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept, the last replaced first."""
        return self._snapshot.catalogue.versions(article_id, self.generation)

    def _article(self, article_id: str) -> tuple[int, Article]:
        stored = self._snapshot.catalogue.article(article_id, self.generation)
        if stored is None:
            raise ArticleError(
                f"no article has the id {article_id!r}; a hit's passage carries the id of its article"
            )
        return stored

    # Filters

    def _allowed(self, filters: Filters | None) -> np.ndarray | None:
        """Mark, in boolean (rows,), what a search may find; None when everything may be found."""
        if not filters:
            return self._live
        where, values = condition(filters)
        key = (where, *values.items())
        mask = self._masks.get(key)
        if mask is None:
            mask = self._new_mask(where, values)
            kept = list(self._masks.items())[1 - MASKS_KEPT :]
            self._masks = dict([*kept, (key, mask)])
        return mask

    def _new_mask(self, where: str, values: dict[str, str]) -> np.ndarray:
        keys = self._snapshot.catalogue.keys(self.generation, where=where, values=values)
        accepted = np.zeros(self._snapshot.manifest.next_article, dtype=bool)
        accepted[keys] = True
        mask = np.asarray(accepted[self._articles])
        return mask if self._live is None else mask & self._live


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    if len(arrays) == 1:
        return arrays[0]  # mapped; a copy would be in memory once more
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    """Make the threads for the dense side of searches when they are first needed.

    A forked process makes its own: threads do not outlive a fork.
    """
    os.register_at_fork(after_in_child=_helpers.cache_clear)
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="dense")
