"""Searching one snapshot: a query to hits.

query -> vector and terms -> candidate rows of both sides -> fused scores -> passages, twins collapsed
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.articles import Article
from index.calibration import Calibration
from index.encoder import Encoder, TokenVectors
from index.errors import ArticleError, QueryError, SnapshotDamaged
from index.fields import encoded_text
from index.filters import Filters
from index.hits import Hit
from index.identity import check_analysis, check_encoder, load_encoder_of
from index.info import SnapshotInfo, info_of
from index.interaction import Interaction
from index.modes import MODES, Mode
from index.passages import Passage
from index.ranking import Candidates, Ranker
from index.store.files import damage_explained, whole_content
from index.store.manifest import FILE_NAME, Manifest
from index.store.selection import condition
from index.store.snapshot import ATTEMPTS, Snapshot, open_snapshot

LONGEST_QUERY = 10_000  # code points
MOST_HITS = 10_000
DEPTH = 128  # candidates of each side
MASKS_KEPT = 32


def open_searcher(index_dir: str | Path, *, encoder: Encoder | None = None) -> Searcher:
    """Opens the generation committed last.

    Without `encoder`, the one that the index names is loaded when it is first needed. Raises
    SnapshotMissing, SnapshotMismatch (another encoder, analysis or format) or SnapshotDamaged.
    """
    folder = Path(index_dir)
    for attempt in range(ATTEMPTS):
        snapshot = open_snapshot(folder)
        try:
            return Searcher(snapshot, encoder=encoder)
        except BaseException as error:
            snapshot.close()
            if not isinstance(error, SnapshotDamaged) or attempt == ATTEMPTS - 1:
                raise
            if Manifest.read(folder).generation == snapshot.manifest.generation:
                raise  # no writer has unlinked a graph meanwhile
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class LateVectors:
    """A question's tokens and the words of some passages: unit rows in one space, with their spans."""

    question: TokenVectors
    passages: Sequence[TokenVectors]


class Searcher:
    """One generation of an index, for any number of threads at once."""

    def __init__(self, snapshot: Snapshot, *, encoder: Encoder | None = None):
        check_analysis(snapshot.folder, snapshot.manifest)
        if encoder is not None:
            check_encoder(snapshot.folder, snapshot.manifest, encoder)
        self._snapshot = snapshot
        self._encoder = _Lazy(snapshot, encoder)
        segments = snapshot.segments
        self._calibration = _calibration(snapshot)
        self._ranker = Ranker(segments, snapshot.statistics, self._calibration, self._encoder.get)
        self._passages = _joined([segment.passages for segment in segments])
        self._articles = _joined([segment.articles for segment in segments])
        self._stories = _joined([segment.stories for segment in segments])
        live = np.concatenate([segment.live() for segment in segments]) if segments else np.empty(0, bool)
        self._live = None if live.all() else live
        self._masks: dict[tuple, np.ndarray] = {}

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives back files and memory; no method may be called afterwards."""
        self._snapshot.close()

    def check(self) -> None:
        """Raises SnapshotDamaged when a file has been cut short since it was opened."""
        self._snapshot.check()

    @property
    def calibration(self) -> Calibration:
        """What the index takes off the encoder's vectors."""
        return self._calibration

    @property
    def generation(self) -> int:
        """The generation that this searcher answers from."""
        return self._snapshot.manifest.generation

    @property
    def encoder(self) -> Encoder:
        """The encoder the index was made with; loaded on first use unless it was given."""
        return self._encoder.get()

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        collapse: bool = True,
    ) -> list[Hit]:
        """The best `k` passages, best first.

        Of articles that tell the same story only the one that ranks first is kept, the others are named as
        its twins, unless `collapse` is off. Raises QueryError for a query that is empty or too long, an
        unknown mode, or filters that make no sense, SnapshotDamaged for files that were cut or that SQLite
        cannot read.
        """
        _check(query, k, mode)
        self.check()
        allowed = self._allowed(filters)
        depth = max(DEPTH, 2 * k)
        while True:
            candidates = self._ranker.rank(query, depth, mode, allowed)
            order = np.lexsort((self._passages[candidates.rows], -candidates.scores))
            chosen = self._collapsed(candidates.rows, order, k) if collapse else order[:k]
            exhausted = len(candidates.rows) < depth or depth >= len(self._passages)
            if len(chosen) >= k or exhausted:
                self.check()  # again: what was read of a file that was cut meanwhile is nothing
                return self._hits(candidates, chosen, filters, collapse=collapse)
            depth *= 4

    def article(self, article_id: str) -> Article:
        """The article with this id; raises ArticleError when there is none."""
        return self._article(article_id)[1]

    def articles(self, *, offset: int = 0, limit: int = 50, filters: Filters | None = None) -> list[Article]:
        """Articles in the order they were added."""
        where, values = condition(filters or Filters())
        catalogue = self._snapshot.catalogue
        keys = catalogue.keys(self.generation, where=where, values=values, limit=limit, offset=offset)
        found = catalogue.articles(keys)
        return [found[key] for key in keys]

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, in order; raises ArticleError when there is no such article."""
        return self._snapshot.catalogue.passages_of(*self._article(article_id))

    def idf(self, term: str) -> float:
        """BM25's IDF of a term, 0 at least; the highest there can be for a term that no passage holds."""
        return max(self._ranker.bm25.query_terms([term])[0].idf, 0.0)

    def late_vectors(self, question: str, hits: Sequence[Hit]) -> LateVectors | None:
        """What late interaction compares, with spans; None when the encoder has no token vectors.

        The words of a hit are those stored with the index: nothing but the question is encoded. Raises
        QueryError for a hit that no search of this index gave.
        """
        for hit in hits:
            if hit.row < 0:
                raise QueryError(
                    f"the hit {hit.passage.passage_id!r} has no row: it was read or made, not found here;"
                    " search again and give the hits that come back"
                )
        late = Interaction.of(self.encoder, self._calibration)
        if late is None:
            return None
        texts = [encoded_text(self._article(hit.passage.article_id)[1], hit.passage) for hit in hits]
        packed = self._ranker.words_of([hit.row for hit in hits]) if hits else []
        shifts = [len(text) - len(hit.passage.text) for text, hit in zip(texts, hits, strict=True)]
        words = [
            _without_title(each, shift)
            for each, shift in zip(late.passage_words(texts, packed), shifts, strict=True)
        ]
        return LateVectors(late.query_tokens(question), words)

    def info(self) -> SnapshotInfo:
        """What the index holds."""
        return info_of(self._snapshot, dense=self._ranker.dense.kinds)

    def _article(self, article_id: str) -> tuple[int, Article]:
        found = self._snapshot.catalogue.article(article_id, self.generation)
        if found is None:
            raise ArticleError(
                f"no article has the id {article_id!r}; a hit's passage carries the id of its article"
            )
        return found

    # Filters

    def _allowed(self, filters: Filters | None) -> np.ndarray | None:
        """Boolean (rows,): what a search may find; None when everything may be found."""
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
        mask = accepted[self._articles]
        return mask if self._live is None else mask & self._live

    # Hits

    def _collapsed(self, rows: np.ndarray, order: np.ndarray, k: int) -> list[int]:
        """The first `k` places of `order` whose story no better-ranked article has told."""
        teller: dict[int, int] = {}
        chosen = []
        for place in order:
            row = rows[place]
            article = int(self._articles[row])
            if teller.setdefault(int(self._stories[row]), article) == article:
                chosen.append(int(place))
                if len(chosen) == k:
                    break
        return chosen

    def _hits(
        self, candidates: Candidates, chosen: list[int], filters: Filters | None, *, collapse: bool
    ) -> list[Hit]:
        rows = candidates.rows[chosen]
        keys = self._passages[rows].tolist()
        found = self._snapshot.catalogue.passages(keys)
        if len(found) < len(set(keys)):
            raise SnapshotDamaged(
                f"{self._snapshot.folder} has vectors of passages that it does not hold;"
                " restore a backup or build again"
            )
        twins = self._twins(rows, filters) if collapse else {}
        return [
            Hit(
                passage=found[int(self._passages[row])],
                score=float(candidates.scores[place]),
                rank=rank,
                dense=None if candidates.dense is None else float(candidates.dense[place]),
                sparse=None if candidates.sparse is None else float(candidates.sparse[place]),
                twins=twins.get(int(row), ()),
                row=int(row),
            )
            for rank, (place, row) in enumerate(zip(chosen, rows, strict=True), start=1)
        ]

    def _twins(self, rows: np.ndarray, filters: Filters | None) -> dict[int, tuple[str, ...]]:
        """For each row whose story others tell too, the ids of those that the filters accept."""
        told = self._snapshot.catalogue.tellers(np.unique(self._stories[rows]).tolist(), self.generation)
        shared = {story: tellers for story, tellers in told.items() if len(tellers) > 1}
        if not shared:
            return {}
        accepted = None
        if filters:
            keys = self._articles[self._allowed(filters)]
            accepted = {key for tellers in shared.values() for key, _id in tellers} & set(keys.tolist())
        return {
            int(row): tuple(
                article_id
                for key, article_id in shared.get(int(self._stories[row]), ())
                if key != self._articles[row] and (accepted is None or key in accepted)
            )
            for row in rows
        }


def _without_title(words: TokenVectors, shift: int) -> TokenVectors:
    """The words after the first `shift` code points, their spans from there."""
    own = words.starts >= shift
    return TokenVectors(words.vectors[own], words.starts[own] - shift, words.ends[own] - shift)


class _Lazy:
    """An encoder loaded when it is first needed; apart from the searcher, lest they hold each other."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder | None):
        self._folder, self._manifest, self._encoder = snapshot.folder, snapshot.manifest, encoder
        self._loading = threading.Lock()

    def get(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                encoder = load_encoder_of(self._manifest)
                check_encoder(self._folder, self._manifest, encoder)
                self._encoder = encoder
            return self._encoder


def _check(query: str, k: int, mode: str) -> None:
    if mode not in MODES:
        raise QueryError(f"mode is {mode!r}; use one of: {', '.join(MODES)}")
    if not 1 <= k <= MOST_HITS:
        raise QueryError(f"k is {k}; ask for 1 to {MOST_HITS} hits")
    if not query.strip():
        raise QueryError("the query is empty; write what to search for")
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query has {len(query):,} characters; shorten it to {LONGEST_QUERY:,} at most")


def _calibration(snapshot: Snapshot) -> Calibration:
    path = snapshot.folder / FILE_NAME
    with damage_explained(path):
        [(name, stored)] = snapshot.manifest.calibration.items()
        path = snapshot.folder / name
        content = whole_content(path, stored)
    with damage_explained(path):
        return Calibration.load(io.BytesIO(content))


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    if len(arrays) == 1:
        return arrays[0]  # mapped; a copy would be in memory once more
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)
