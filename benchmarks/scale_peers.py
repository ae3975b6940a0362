"""The peers of benchmarks.scale: the same texts, vectors and questions in other programs.

Each is a function `(texts, terms, vectors) -> search(question, terms, vector) -> rows`, hybrid by reciprocal
rank fusion, which is what LanceDB does by default. One that is not installed says so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence

import numpy as np

DEPTH, HITS, RRF_K = 128, 10, 60
Search = Callable[[str, Sequence[str], np.ndarray], list[int]]


def rank_bm25_flat(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """rank-bm25's loop and a flat FAISS index."""
    from rank_bm25 import BM25Okapi

    bm25, flat = BM25Okapi(terms), _flat(vectors)

    def search(question: str, words: Sequence[str], vector: np.ndarray) -> list[int]:
        sparse = np.argsort(-bm25.get_scores(words), kind="stable")[:DEPTH]
        return _fused(_nearest(flat, vector), sparse)

    return search


def bm25s_flat(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """bm25s, its numba backend where there is numba, and a flat FAISS index."""
    import importlib.util

    import bm25s

    backend = "numba" if importlib.util.find_spec("numba") else "numpy"
    engine = bm25s.BM25(method="atire", k1=0.9, b=0.75, backend=backend)
    engine.index(list(terms), show_progress=False)
    flat = _flat(vectors)

    def search(question: str, words: Sequence[str], vector: np.ndarray) -> list[int]:
        rows, _scores = engine.retrieve([list(words)], k=min(DEPTH, len(texts)), show_progress=False)
        return _fused(_nearest(flat, vector), rows[0])

    return search


def lancedb_hybrid(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """LanceDB: its vector index, its full-text index over our terms, its hybrid search."""
    import lancedb
    import pyarrow as pa

    table = lancedb.connect(tempfile.mkdtemp(prefix="lancedb-")).create_table(
        "passages",
        pa.table(
            {
                "row": pa.array(range(len(texts))),
                "terms": pa.array([" ".join(words) for words in terms]),
                "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1]),
            }
        ),
    )
    if len(texts) >= 10_000:
        table.create_index(metric="dot", vector_column_name="vector")
    table.create_fts_index("terms", stem=False, remove_stop_words=False, ascii_folding=False)

    def search(question: str, words: Sequence[str], vector: np.ndarray) -> list[int]:
        found = table.search(query_type="hybrid").vector(vector).text(" ".join(words)).limit(HITS).to_list()
        return [each["row"] for each in found]

    return search


PEERS: dict[str, tuple[Callable[..., Search], int]] = {  # with the most passages it is asked to hold
    "rank-bm25 + flat FAISS": (rank_bm25_flat, 100_000),
    "bm25s + flat FAISS": (bm25s_flat, 100_000),
    "LanceDB": (lancedb_hybrid, 100_000),
}


def _flat(vectors: np.ndarray):
    import faiss

    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    return flat


def _nearest(flat, vector: np.ndarray) -> np.ndarray:
    return flat.search(vector[None], DEPTH)[1][0]


def _fused(*rankings: np.ndarray) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking.tolist(), start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores, key=scores.get, reverse=True)[:HITS]
