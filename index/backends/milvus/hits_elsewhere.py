"""The two sides of a search, asked of an engine, and what came with their hits."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from index.backends.milvus.collections.milvus_schema import PASSAGE_FACTS
from index.backends.milvus.collections.passage_rows import PassageFacts, facts_of, holds_any, sparse_score
from index.backends.milvus.collections.wire import MOST_HITS, Wire
from index.backends.milvus.lately import Lately
from index.backends.milvus.term_weights import LEAST
from index.errors import QueryError

FACTS_KEPT = 50_000  # passages; some 2 KB each
FRESH_S = 10.0  # after opening a generation, while replicas may be behind: a search waits for them
SEARCH_EF = 256  # of a graph; at least the hits that are asked for


class SearchedSides:
    """Asks one collection for the rows nearest to a vector, and for those with a query's terms."""

    def __init__(self, wire: Wire, collection: str):
        self._wire, self._collection = wire, collection
        self.facts: Lately[int, PassageFacts] = Lately(FACTS_KEPT)
        self._fresh_until_s = time.monotonic() + FRESH_S

    def near(
        self, vector: np.ndarray, depth: int, condition: str, further: Sequence[str]
    ) -> list[tuple[dict[str, Any], float]]:
        """Give the rows nearest to a vector with their inner products, best first."""
        if not np.isfinite(vector).all():
            raise QueryError("the query's vector has gaps; ask in other words")
        limit = min(depth, MOST_HITS)
        settings = {"ef": max(limit, SEARCH_EF)} if self._wire.address.dense == "HNSW" else {}
        return self._search("vector", np.asarray(vector, np.float32), limit, condition, further, settings)

    def holding(
        self, weights: Mapping[int, float], depth: int, condition: str, further: Sequence[str]
    ) -> list[tuple[dict[str, Any], float]]:
        """Give the rows with the best BM25 scores, best first, ties by key as in a folder."""
        if not weights:
            return []
        # In a tiny corpus an IDF may be 0 or less, which no server takes: then all rows with a term are
        # asked for and scored here.
        positive = min(weights.values()) > 0
        asked = {term: max(weight, LEAST) for term, weight in weights.items()}
        limit = min(depth, MOST_HITS) if positive else MOST_HITS
        hits = self._search("terms", asked, limit, condition, ("terms", *further), {})
        with believed(self._wire):
            scored = [(row, sparse_score(row, weights)) for row, _score in hits if holds_any(row, weights)]
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]["key"]))[:depth]

    def _search(
        self,
        side: str,
        asked: Any,
        limit: int,
        condition: str,
        further: Sequence[str],
        settings: Mapping[str, int],
    ) -> list[tuple[dict[str, Any], float]]:
        """Ask one side; rows come with what is kept of them and the fields `further`, checked."""
        answer = self._wire.call(
            "search",
            self._collection,
            data=[asked],
            anns_field=side,
            limit=limit,
            filter=condition,
            output_fields=[*PASSAGE_FACTS, *further],
            search_params={"metric_type": "IP", "params": dict(settings)},
            consistency_level="Strong" if time.monotonic() < self._fresh_until_s else "Bounded",
        )
        with believed(self._wire):
            rows = [(dict(hit["entity"]), float(hit["distance"])) for hit in answer[0]]
            hits = {facts.key: hit for facts, hit in ((self.kept(hit[0]), hit) for hit in rows)}
            if len(hits) > limit or not all(np.isfinite(score) for _row, score in rows):
                raise ValueError(f"{len(hits)} hits of {limit}, or scores with gaps")
        return list(hits.values())

    def kept(self, row: Mapping[str, Any]) -> PassageFacts:
        """Read a row, checked, and remember it."""
        facts = facts_of(row)
        self.facts.put(facts.key, facts)
        return facts


class believed:  # noqa: N801 (used as a statement)
    """Turns what reading a strange answer raises into SnapshotDamaged."""

    def __init__(self, wire: Wire):
        self._wire = wire

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | IndexError | AttributeError | OverflowError):
            raise self._wire.nonsense(f"what no search gives ({error})") from error


@lru_cache(maxsize=1)
def helpers() -> ThreadPoolExecutor:
    """Make the threads for the dense side of searches; a forked process makes its own."""
    os.register_at_fork(after_in_child=helpers.cache_clear)
    return ThreadPoolExecutor(32, thread_name_prefix="milvus")  # they wait for the network
