"""The engine of an index in Milvus: one generation, searched there and ranked here.

A search asks for the candidates of both sides at once and takes with them all that ranking needs but the
words, which come for the best in a second request. What was read of a passage is kept: it never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.backends.milvus.collections.facets import condition_of, dated, one_of
from index.backends.milvus.collections.ledger import Ledger
from index.backends.milvus.collections.milvus_schema import PASSAGE_FACTS
from index.backends.milvus.collections.passage_rows import (
    PassageFacts,
    facts_of,
    sparse_score,
    unpacked_words,
    vector_of,
)
from index.backends.milvus.collections.shelf import Shelf, ShelvedArticle
from index.backends.milvus.collections.wire import MOST_NAMED, Wire
from index.backends.milvus.hits_elsewhere import FACTS_KEPT, SearchedSides, believed, helpers
from index.backends.milvus.lately import Lately
from index.backends.milvus.term_weights import DimensionTerm, TermStatistics, query_weights
from index.engine import Candidates, FormerArticle, SnapshotInfo
from index.errors import ArticleError
from index.passages import Passage
from index.sparse import K1

ARTICLES_KEPT = 2_000
WORDS_AT_ONCE = 256  # passages; some 11 KB each


class MilvusEngine:
    """One generation in Milvus; see `index.engine.Engine` for what each method promises."""

    def __init__(self, wire: Wire, collection: str, ledger: Ledger, statistics: TermStatistics):
        self._wire, self._collection, self._ledger = wire, collection, ledger
        self._shelf = Shelf(wire, collection)
        self._statistics = statistics
        self._scoring = statistics.scoring(passages=ledger.passages, length=ledger.length)
        self._sides = SearchedSides(wire, collection)
        self._rows: Lately[tuple[str, int], int] = Lately(FACTS_KEPT)
        self._kept_articles: Lately[str, ShelvedArticle] = Lately(ARTICLES_KEPT)

    @property
    def generation(self) -> int:
        """Give the number of the generation."""
        return self._ledger.generation

    @property
    def passages(self) -> int:
        """Tell how many passages there are."""
        return self._ledger.passages

    @property
    def k1(self) -> float:
        """Give BM25's term saturation."""
        return float(K1)

    def close(self) -> None:
        """Give back the connection."""
        self._wire.close()

    def check(self) -> None:
        """Do nothing: what an engine cannot do, it says when it is asked."""

    def info(self) -> SnapshotInfo:
        """Say what the index holds; the bytes on the engine's disks are not known here."""
        ledger = self._ledger
        return SnapshotInfo(
            articles=ledger.articles,
            passages=ledger.passages,
            languages=dict(ledger.languages),
            sources=dict(ledger.sources),
            dates=dict(sorted(ledger.dates.items())),
            updated=ledger.updated,
            encoder=ledger.encoder,
            dimension=ledger.dimension,
            generation=ledger.generation,
            dense=self._wire.address.dense.lower(),
            words=bool(ledger.passage_words),
            segments=1,
            deleted_passages=0,
            bytes=0,
        )

    # Candidates

    def terms(self, words: Sequence[str]) -> list[DimensionTerm]:
        """Look up the distinct terms of a query."""
        return self._statistics.terms(words, self._scoring)

    def unknown_idf(self) -> float:
        """Give the IDF of a term that no passage holds."""
        return float(self._scoring.idf_in(0))

    def dense(self, vector: np.ndarray, depth: int, filters: Filters | None) -> Candidates:
        """Find the rows nearest to a vector."""
        hits = self._sides.near(vector, depth, condition_of(filters, self.generation), ())
        rows = np.array([row["key"] for row, _score in hits], dtype=np.int64)
        return Candidates(rows, np.array([score for _row, score in hits], dtype=np.float32), None)

    def sparse(self, words: Sequence[str], depth: int, filters: Filters | None) -> Candidates:
        """Find the rows with the best BM25 scores."""
        weights = query_weights(self.terms(words))
        hits = self._sides.holding(weights, depth, condition_of(filters, self.generation), ())
        rows = np.array([row["key"] for row, _score in hits], dtype=np.int64)
        return Candidates(rows, None, np.array([score for _row, score in hits], dtype=np.float64))

    def hybrid(
        self, vector: np.ndarray, words: Sequence[str], depth: int, filters: Filters | None
    ) -> Candidates:
        """Find the best rows of either side, each with both scores, in one round trip of two requests."""
        condition = condition_of(filters, self.generation)
        weights = query_weights(self.terms(words))
        searching = helpers().submit(self._sides.near, vector, depth, condition, ("terms",))
        holding = self._sides.holding(weights, depth, condition, ("vector",))
        near = searching.result()
        dense = {row["key"]: score for row, score in near}
        sparse = {row["key"]: score for row, score in holding}
        with believed(self._wire):
            for row, _score in near:
                if row["key"] not in sparse:
                    sparse[row["key"]] = sparse_score(row, weights)
            for row, _score in holding:
                if row["key"] not in dense:
                    dense[row["key"]] = float(vector @ vector_of(row, len(vector)))
        rows = np.array(sorted(dense), dtype=np.int64)
        return Candidates(
            rows,
            np.array([dense[row] for row in rows.tolist()], dtype=np.float32),
            np.array([sparse[row] for row in rows.tolist()], dtype=np.float64),
        )

    # Rows

    def words(self, rows: np.ndarray) -> list[np.ndarray]:
        """Give the packed words of each row."""
        wanted = [int(row) for row in rows]
        unpacked: dict[int, np.ndarray] = {}
        for row in self._got(wanted, ("key", "words"), WORDS_AT_ONCE):
            with believed(self._wire):
                unpacked[int(row["key"])] = unpacked_words([str(piece) for piece in row["words"]])
        missing = [row for row in wanted if row not in unpacked]
        if missing:
            raise self._wire.nonsense(f"nothing of passage {missing[0]}")
        return [unpacked[row] for row in wanted]

    def keys(self, rows: np.ndarray) -> np.ndarray:
        """Give the keys of the rows' passages: the rows themselves."""
        return np.asarray(rows)

    def articles(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of each row's article."""
        return np.array([facts.article for facts in self._facts_of(rows)], dtype=np.int64)

    def stories(self, rows: np.ndarray) -> np.ndarray:
        """Give the key of each row's story."""
        return np.array([facts.story for facts in self._facts_of(rows)], dtype=np.int64)

    def passages_at(self, rows: np.ndarray) -> list[Passage]:
        """Give the passage of each row; their articles are fetched too, for whoever quotes them."""
        facts = self._facts_of(rows)
        self._fetch(facts)
        passages = []
        for fact in facts:
            whole = fact if fact.is_whole else self._completed(fact)
            self._rows.put((whole.article_id, whole.start), whole.key)
            passages.append(whole.passage())
        return passages

    def twins(self, rows: np.ndarray, filters: Filters | None) -> list[tuple[str, ...]]:
        """Give for each row the other articles that tell its story and that the filters accept."""
        facts = self._facts_of(rows)
        stories = np.array(sorted({each.story for each in facts}), dtype=np.int64)
        shared = stories[np.isin(stories, self._statistics.shared)].tolist()
        tellers: dict[int, list[tuple[int, str]]] = {}
        if shared:
            condition = f"{one_of('story', shared)} and {condition_of(filters, self.generation)}"
            for row in self._shelf.few_heads(["story", "article_id"], condition):
                teller = int(row["article"]), str(row["article_id"])
                tellers.setdefault(int(row["story"]), []).append(teller)
        return [
            tuple(name for key, name in tellers.get(each.story, ()) if key != each.article) for each in facts
        ]

    def row_of(self, passage: Passage) -> int:
        """Give the row of a passage."""
        row = self._rows.get((passage.article_id, passage.start))
        if row is not None:
            return row
        shelved = self._shelved(passage.article_id)
        condition = f"article == {shelved.key} and start == {passage.start}"
        for stored in self._wire.few(self._collection, ["key"], condition):
            return int(stored["key"])
        raise ArticleError(
            f"the passage {passage.passage_id!r} is not in generation {self.generation}; search again"
        )

    # Articles

    def article(self, article_id: str) -> Article:
        """Give the article with this id."""
        return self._shelved(article_id).article

    def list_articles(
        self, *, offset: int, limit: int, filters: Filters | None, order: ArticleOrder = "added"
    ) -> list[Article]:
        """Give articles in an order: as they were added, or by date.

        A server takes no offset past 16,384 and sorts nothing, so that all keys are gone through by date, and
        those before the last one wanted otherwise.
        """
        keys: list[tuple[bool, int, int]] = []  # undated, day as ordered, key
        for page in self._shelf.heads(["article", "first_day"], condition_of(filters, self.generation)):
            keys += [(*dated(order, int(row["first_day"])), int(row["article"])) for row in page]
            if order == "added" and len(keys) >= offset + limit:
                break
        chosen = [key for _, _, key in sorted(keys)[offset : offset + limit]]
        shelved = self._shelf.by_keys(chosen)
        return [shelved[key].article for key in chosen if key in shelved]

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of an article, in order."""
        shelved = self._shelved(article_id)
        rows = self._wire.few(self._collection, PASSAGE_FACTS, f"article == {shelved.key}")
        with believed(self._wire):
            facts = sorted(map(facts_of, rows), key=lambda passage: passage.key)
        return [(each if each.is_whole else self._completed(each)).passage() for each in facts]

    def versions_of(self, article_id: str) -> list[FormerArticle]:
        """Give none: former texts are kept in folders only."""
        return []

    def _shelved(self, article_id: str) -> ShelvedArticle:
        shelved = self._kept_articles.get(article_id)
        if shelved is None:
            shelved = self._shelf.by_id(article_id, condition_of(None, self.generation))
            if shelved is None:
                raise ArticleError(
                    f"no article has the id {article_id!r}; a hit's passage carries the id of its article"
                )
            self._kept_articles.put(article_id, shelved)
        return shelved

    def _fetch(self, facts: Iterable[PassageFacts]) -> None:
        """Keep the articles of some passages, in one request."""
        missing = {each.article for each in facts if self._kept_articles.get(each.article_id) is None}
        for shelved in self._shelf.by_keys(sorted(missing)).values():
            self._kept_articles.put(shelved.article.article_id, shelved)

    def _completed(self, facts: PassageFacts) -> PassageFacts:
        """Take the text of a passage that no row can hold out of its article."""
        shelved = self._shelf.by_keys([facts.article]).get(facts.article)
        if shelved is None or facts.end > len(shelved.article.text):
            raise self._wire.nonsense(f"a passage of no article ({facts.article})")
        article = shelved.article
        return PassageFacts(
            facts.key,
            facts.article,
            facts.story,
            article.article_id,
            facts.start,
            facts.end,
            article.text[facts.start : facts.end],
        )

    # What was read

    def _facts_of(self, rows: np.ndarray) -> list[PassageFacts]:
        wanted = [int(row) for row in rows]
        kept = {row: self._sides.facts.get(row) for row in wanted}
        missing = [row for row, facts in kept.items() if facts is None]
        for row in self._got(missing, PASSAGE_FACTS, MOST_NAMED):
            with believed(self._wire):
                facts = self._sides.kept(row)
            kept[facts.key] = facts
        wanted_facts = [kept[row] for row in wanted]
        if None in wanted_facts:
            raise self._wire.nonsense(f"nothing of passage {wanted[wanted_facts.index(None)]}")
        return [facts for facts in wanted_facts if facts is not None]

    def _got(self, keys: Sequence[int], fields: Sequence[str], at_once: int) -> Iterable[dict[str, Any]]:
        for first in range(0, len(keys), at_once):
            answer = self._wire.call(
                "get", self._collection, ids=list(keys[first : first + at_once]), output_fields=list(fields)
            )
            yield from answer
