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
from index.articles.filters import ArticleOrder, Filters
from index.backends import EngineAddress, IndexPlace, place_of
from index.encoder import Encoder, TokenVectors
from index.encoder.calibration import Calibration
from index.encoder.words.late import LateEncoder
from index.engine import Engine, FormerArticle, SnapshotInfo
from index.errors import QueryError, SnapshotDamaged, damage_explained
from index.passages import Passage
from index.passages.fields import encoded_text
from index.search.hits import Hit
from index.search.modes import MODES, Mode
from index.search.ranking import Ranker, Ranking
from index.store.durable.disk import whole_content
from index.store.folder import FolderEngine
from index.store.generations.manifest import FILE_NAME, Manifest
from index.store.generations.snapshot import ATTEMPTS, Snapshot, open_snapshot
from index.store.writing.identity import Made, check_analysis, check_encoder, load_encoder_of
from index.text.phrase import Phrase

LONGEST_QUERY = 10_000  # code points
MOST_HITS = 10_000
DEPTH = 128  # candidates of each side


def open_searcher(index_dir: str | IndexPlace, *, encoder: Encoder | None = None) -> Searcher:
    """Open the generation committed last, in a folder or in an engine elsewhere.

    Without `encoder`, the one that the index names is loaded when it is first needed. Raises
    SnapshotMissing, SnapshotMismatch (another encoder, analysis or format), SnapshotDamaged or EngineAway.
    """
    place = place_of(index_dir)
    if isinstance(place, EngineAddress):
        return _open_elsewhere(place, encoder)
    return _open_folder(place, encoder)


def _open_elsewhere(address: EngineAddress, encoder: Encoder | None) -> Searcher:
    from index.backends.milvus.milvus_opening import open_engine

    generation = open_engine(address)
    try:
        return Searcher(
            Opened(address, generation.ledger, generation.engine, generation.calibration), encoder=encoder
        )
    except BaseException:
        generation.engine.close()
        raise


def _open_folder(folder: Path, encoder: Encoder | None) -> Searcher:
    for attempt in range(ATTEMPTS):
        snapshot = open_snapshot(folder)
        try:
            opened = Opened(folder, snapshot.manifest, FolderEngine(snapshot), _calibration(snapshot))
            return Searcher(opened, encoder=encoder)
        except BaseException as error:
            snapshot.close()
            if not isinstance(error, SnapshotDamaged) or attempt == ATTEMPTS - 1:
                raise
            if Manifest.read(folder).generation == snapshot.manifest.generation:
                raise  # no writer has unlinked a graph meanwhile
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class Opened:
    """One generation of an index, opened: where it lies, how it was made, and what searches it."""

    place: IndexPlace
    made: Made
    engine: Engine
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class LateVectors:
    """A question's tokens and the words of some passages: unit rows in one space, with their spans."""

    question: TokenVectors
    passages: Sequence[TokenVectors]


class Searcher:
    """One generation of an index, for any number of threads at once."""

    def __init__(self, opened: Opened, *, encoder: Encoder | None = None):
        check_analysis(opened.place, opened.made)
        if encoder is not None:
            check_encoder(opened.place, opened.made, encoder)
        self._engine = opened.engine
        self._encoder = _EncoderOnDemand(opened.place, opened.made, encoder)
        self._calibration = opened.calibration
        self._ranker = Ranker(self._engine, self._calibration, self._encoder.get)

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back files and memory; no method may be called afterwards."""
        self._engine.close()

    def check(self) -> None:
        """Raise SnapshotDamaged when a file has been cut short since it was opened."""
        self._engine.check()

    @property
    def calibration(self) -> Calibration:
        """Give what the index takes off the encoder's vectors."""
        return self._calibration

    @property
    def generation(self) -> int:
        """Give the generation that this searcher answers from."""
        return self._engine.generation

    @property
    def encoder(self) -> Encoder:
        """Give the encoder the index was made with; loaded on first use unless it was given."""
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
        """Give the best `k` passages, best first.

        Of articles that tell the same story only the one that ranks first is kept, the others are named as
        its twins, unless `collapse` is off. Raises QueryError for a query that is empty or too long, an
        unknown mode, or filters that make no sense, SnapshotDamaged for files that were cut or that SQLite
        cannot read.
        """
        return self.find(Phrase(query), k=k, mode=mode, filters=filters, collapse=collapse)

    def find(
        self,
        query: Phrase,
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        collapse: bool = True,
    ) -> list[Hit]:
        """Search with a phrase that others ask too, as `search` does with its text."""
        _check(query.text, k, mode)
        self.check()
        depth = max(DEPTH, 2 * k)
        while True:
            ranking = self._ranker.rank(query, depth, mode, filters)
            rows = ranking.candidates.rows
            order = np.lexsort((self._engine.keys(rows), -ranking.scores))
            chosen = self._collapsed(rows, order, k) if collapse else order[:k].tolist()
            exhausted = len(rows) < depth or depth >= self._engine.passages
            if len(chosen) >= k or exhausted:
                self.check()  # again: what was read of a file that was cut meanwhile is nothing
                return self._hits(ranking, chosen, filters, collapse=collapse)
            depth *= 4

    def prepare(self, query: Phrase) -> None:
        """Encode `query` for a search that follows; raises QueryError. Threads that come at once share it."""
        _check(query.text, 1, "hybrid")
        self._ranker.encoded(query)

    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        return self._engine.article(article_id)

    def versions(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept, the last replaced first."""
        return self._engine.versions_of(article_id)

    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        """Give articles in an order: as they were added, or by date."""
        return self._engine.list_articles(offset=offset, limit=limit, filters=filters, order=order)

    def passages(self, article_id: str) -> list[Passage]:
        """Give the passages of an article, in order; raises ArticleError when there is no such article."""
        return self._engine.passages_of(article_id)

    def idf(self, term: str) -> float:
        """Give BM25's IDF of a term, 0 at least.

        The highest there can be for a term that no passage holds.
        """
        return max(self._engine.terms([term])[0].idf, 0.0)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Tell for every one of distinct terms in how many passages it is."""
        return [term.frequency for term in self._engine.terms(terms)]

    def late_vectors(self, question: str, hits: Sequence[Hit]) -> LateVectors | None:
        """Give what late interaction compares, with spans; None when the encoder has no token vectors.

        The words of a hit are those stored with the index: nothing but the question is encoded. Hits may be
        of any search, also of an earlier generation; raises ArticleError for one whose passage is gone.
        """
        late = LateEncoder.of(self.encoder, self._calibration)
        if late is None:
            return None
        rows = np.array([self._engine.row_of(hit.passage) for hit in hits], dtype=np.int64)
        texts = [encoded_text(self._engine.article(hit.passage.article_id), hit.passage) for hit in hits]
        shifts = [len(text) - len(hit.passage.text) for text, hit in zip(texts, hits, strict=True)]
        words = [
            _without_title(some, shift)
            for some, shift in zip(late.passage_words(texts, self._engine.words(rows)), shifts, strict=True)
        ]
        return LateVectors(late.query_tokens(question), words)

    def info(self) -> SnapshotInfo:
        """Give what the index holds."""
        return self._engine.info()

    def _collapsed(self, rows: np.ndarray, order: np.ndarray, k: int) -> list[int]:
        """Give the first `k` of `order` (positions among `rows`) whose story no better article tells."""
        articles, stories = self._engine.articles(rows).tolist(), self._engine.stories(rows).tolist()
        teller: dict[int, int] = {}
        chosen: list[int] = []
        for position in order.tolist():
            if teller.setdefault(stories[position], articles[position]) == articles[position]:
                chosen.append(position)
                if len(chosen) == k:
                    break
        return chosen

    def _hits(
        self, ranking: Ranking, chosen: list[int], filters: Filters | None, *, collapse: bool
    ) -> list[Hit]:
        candidates = ranking.candidates
        rows = candidates.rows[chosen]
        twins = self._engine.twins(rows, filters) if collapse else [()] * len(rows)
        return [
            Hit(
                passage=passage,
                score=float(ranking.scores[position]),
                rank=rank,
                dense=None if candidates.dense is None else float(candidates.dense[position]),
                sparse=None if candidates.sparse is None else float(candidates.sparse[position]),
                twins=others,
            )
            for rank, (position, passage, others) in enumerate(
                zip(chosen, self._engine.passages_at(rows), twins, strict=True), start=1
            )
        ]


def _without_title(words: TokenVectors, shift: int) -> TokenVectors:
    """Give the words after the first `shift` code points, their spans from there."""
    after = words.starts >= shift
    return TokenVectors(words.vectors[after], words.starts[after] - shift, words.ends[after] - shift)


class _EncoderOnDemand:
    """An encoder loaded when it is first needed; apart from the searcher, lest they hold each other."""

    def __init__(self, place: IndexPlace, made: Made, encoder: Encoder | None):
        self._place, self._made, self._encoder = place, made, encoder
        self._loading = threading.Lock()

    def get(self) -> Encoder:
        """Give the encoder, loaded by the first who asks; SnapshotMismatch when it is not the index's."""
        with self._loading:
            if self._encoder is None:
                encoder = load_encoder_of(self._made)
                check_encoder(self._place, self._made, encoder)
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
    """Read what the index takes off the encoder's vectors; raises SnapshotDamaged."""
    named = snapshot.manifest.calibration
    if named is None:
        raise SnapshotDamaged(
            f"{snapshot.folder / FILE_NAME} names no calibration; restore a backup or build again"
        )
    path = snapshot.folder / named.name
    with damage_explained(path):
        return Calibration.load(io.BytesIO(whole_content(path, named.stored)))
