"""What search asks of storage: the seam behind which an index lies in a folder, or in an engine elsewhere.

Search keeps for itself what makes the ranking: the analysis of the query, fusion, late interaction, and what
is shown of a story that several articles tell. An engine holds one generation of a corpus and finds in it.
`index.store.folder.FolderEngine` is the one for a folder; a second engine is a second implementation of
`Engine` and nothing else.

A row, int64, is the engine's own number of a passage in this generation. It never leaves `index`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.passages import Passage


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What an index holds. `dates` counts articles by month (`YYYY-MM`); `bytes` is its size on disk.

    `dense` names the kinds of FAISS index in use; `words` says whether late interaction has what it needs.
    """

    articles: int
    passages: int
    languages: dict[str, int]
    sources: dict[str, int]
    dates: dict[str, int]
    updated: str
    encoder: str
    dimension: int
    generation: int
    dense: str
    words: bool
    segments: int
    deleted_passages: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FormerArticle:
    """An article as it was before a correction: its content's hash, and when it was replaced (ISO, UTC)."""

    article: Article
    content_hash: str
    replaced: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that were found, int64 (n,), with what each side says of them.

    `dense` is float32 (n,), inner products of the query's and the passages' vectors, `sparse` float64 (n,),
    BM25 scores; None for a side that was not asked.
    """

    rows: np.ndarray
    dense: np.ndarray | None
    sparse: np.ndarray | None


class Term(Protocol):
    """A term of a query: the number of passages that hold it, and its IDF by BM25."""

    @property
    def frequency(self) -> int:
        """Tell in how many passages it is."""
        ...

    @property
    def idf(self) -> float:
        """Give its IDF, with BM25's floor."""
        ...


class Engine(Protocol):
    """One generation of a corpus, for any number of threads at once.

    Methods raise SnapshotError when the storage fails, QueryError for filters that make no sense.
    """

    @property
    def generation(self) -> int:
        """Give the number of the generation."""
        ...

    @property
    def passages(self) -> int:
        """Tell how many rows there are."""
        ...

    @property
    def k1(self) -> float:
        """Give BM25's term saturation, as the sparse scores use it."""
        ...

    def close(self) -> None:
        """Give back files, connections and memory."""
        ...

    def check(self) -> None:
        """Raise SnapshotError when the storage is known to be unusable."""
        ...

    def info(self) -> SnapshotInfo:
        """Say what the index holds."""
        ...

    def terms(self, words: Sequence[str]) -> Sequence[Term]:
        """Look up the distinct terms of a query, as `analyze` gives them."""
        ...

    def unknown_idf(self) -> float:
        """Give the highest IDF there can be: that of a term which no passage holds."""
        ...

    def dense(self, vector: np.ndarray, depth: int, filters: Filters | None) -> Candidates:
        """Find the `depth` rows nearest to a unit vector, float32 (dimension,)."""
        ...

    def sparse(self, words: Sequence[str], depth: int, filters: Filters | None) -> Candidates:
        """Find the `depth` rows with the best BM25 scores for the terms of a query."""
        ...

    def hybrid(
        self, vector: np.ndarray, words: Sequence[str], depth: int, filters: Filters | None
    ) -> Candidates:
        """Find the `depth` best rows of either side; every row has both scores."""
        ...

    def words(self, rows: np.ndarray) -> list[np.ndarray]:
        """Give the stored words of each row, uint8 (words, width); empty for an encoder that gives none."""
        ...

    def keys(self, rows: np.ndarray) -> np.ndarray:
        """Give the keys of the rows' passages, int64 (n,), by which equal scores are ordered."""
        ...

    def articles(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of each row's article, int64 (n,)."""
        ...

    def stories(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of the story that each row's article tells, int64 (n,)."""
        ...

    def passages_at(self, rows: np.ndarray) -> list[Passage]:
        """Give the passage of each row."""
        ...

    def twins(self, rows: np.ndarray, filters: Filters | None) -> list[tuple[str, ...]]:
        """Give for each row the ids of the other articles that tell its story and that the filters accept."""
        ...

    def row_of(self, passage: Passage) -> int:
        """Give the row of a passage; raises ArticleError when it is not in this generation."""
        ...

    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        ...

    def list_articles(
        self, *, offset: int, limit: int, filters: Filters | None, order: ArticleOrder = "added"
    ) -> list[Article]:
        """Give articles in an order: as they were added, or by date."""
        ...

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of an article, in order; raises ArticleError when there is no such article."""
        ...

    def versions_of(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept, the last replaced first; none is no error."""
        ...
