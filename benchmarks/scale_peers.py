"""The peers of benchmarks.scale: the same texts, terms, vectors and questions in other programs.

Each is a function `(texts, terms, vectors) -> search(question, terms, vector) -> rows`, hybrid by reciprocal
rank fusion, which is what LanceDB does by default. One that is not installed says so.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.scale_probe import ROUNDS, latency
from index.search.searcher import Searcher
from index.text.analysis import analyze
from index.text.phrase import Phrase

DEPTH, HITS, RRF_K = 128, 10, 60
K1, B = 0.9, 0.75
MOST = 110_000  # passages: peers are not asked to hold more
SLOW_QUESTIONS = 20  # asked of a program that takes seconds for them
Search = Callable[[str, Sequence[str], np.ndarray], Sequence[int]]


def measure(searcher: Searcher, texts: list[str], terms: list[list[str]], questions: Sequence[str]) -> dict:
    """Name -> seconds to build, milliseconds of a search (median, 99th percentile); None: not installed."""
    parts = searcher._engine.dense_index.parts
    vectors = np.concatenate([np.asarray(part.vectors, np.float32) for part in parts])
    asked = {
        question: (analyze(question), searcher._ranker.encoded(Phrase(question)).vector)
        for question in questions
    }
    found: dict = {}
    for name, (module, make, slow) in PEERS.items():
        if importlib.util.find_spec(module) is None:
            found[name] = None
            continue
        started = time.perf_counter()
        search = make(texts, terms, vectors)
        built = time.perf_counter() - started
        some = questions[:SLOW_QUESTIONS] if slow else questions

        def ask(question: str, search: Search = search) -> object:
            return search(question, *asked[question])

        found[name] = [built, *latency(ask, some, rounds=ROUNDS)]
    return found


def measure_sparse(searcher: Searcher, terms: list[list[str]], questions: Sequence[str]) -> dict:
    """Terms to the best rows, each program over the same terms: milliseconds, and the greatest difference
    of our scores from rank-bm25's."""
    from rank_bm25 import BM25Okapi

    ours, asked = searcher._engine.bm25, {question: analyze(question) for question in questions}
    theirs = BM25Okapi(terms, k1=K1, b=B)
    some = questions[:SLOW_QUESTIONS]
    worst = 0.0
    for question in some:
        scores = theirs.get_scores(asked[question])
        rows, points = ours.top(ours.query_terms(asked[question]), DEPTH)
        worst = max(worst, float(np.abs(points - scores[rows]).max(initial=0.0)))
        least = np.sort(scores)[-DEPTH:].sum()
        worst = max(worst, abs(float(np.sort(points).sum() - least)) / DEPTH if len(points) == DEPTH else 0.0)

    def by_us(question: str) -> object:
        return ours.top(ours.query_terms(asked[question]), DEPTH)

    def by_loop(question: str) -> object:
        return np.argpartition(-theirs.get_scores(asked[question]), DEPTH)[:DEPTH]

    found = {
        "Mustanad": latency(by_us, questions, rounds=ROUNDS),
        "rank-bm25": latency(by_loop, some, rounds=ROUNDS),
        "difference": worst,
    }
    if importlib.util.find_spec("bm25s") is not None:
        for backend in _BACKENDS:
            engine, name = _bm25s(terms, backend)

            def by_bm25s(question: str, engine: object = engine) -> object:
                return engine.retrieve([asked[question]], k=DEPTH, show_progress=False)

            found[name] = latency(by_bm25s, questions, rounds=ROUNDS)
    return found


def rank_bm25_flat(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """rank-bm25's loop and a flat FAISS index."""
    from rank_bm25 import BM25Okapi

    bm25, flat = BM25Okapi(terms, k1=K1, b=B), _flat(vectors)

    def search(question: str, words: Sequence[str], vector: np.ndarray) -> list[int]:
        sparse = np.argsort(-bm25.get_scores(words), kind="stable")[:DEPTH]
        return _fused(_nearest(flat, vector), sparse)

    return search


def bm25s_flat(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """bm25s and a flat FAISS index."""
    engine, _name = _bm25s(terms)
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
                "text": pa.array(list(texts)),
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


def txtai_hybrid(texts: Sequence[str], terms: Sequence[Sequence[str]], vectors: np.ndarray) -> Search:
    """txtai: its FAISS and BM25 indexes over our vectors and terms, its hybrid search, with the texts."""
    from txtai import Embeddings

    given: dict[str, np.ndarray] = {}
    known = [" ".join(words) for words in terms]
    rows = iter(vectors)

    def transform(asked: Sequence[object]) -> np.ndarray:
        return np.stack([given[text] if text in given else next(rows) for text in asked])

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    embeddings.index((row, text, None) for row, text in enumerate(known))

    def search(question: str, words: Sequence[str], vector: np.ndarray) -> list[int]:
        query = " ".join(words)
        given[query] = vector
        return [row for row, _score in embeddings.search(query, HITS)]

    return search


# Name -> module, how to build, and whether it is too slow for all questions.
PEERS: dict[str, tuple[str, Callable[..., Search], bool]] = {
    "rank-bm25 + flat FAISS": ("rank_bm25", rank_bm25_flat, True),
    "bm25s + flat FAISS": ("bm25s", bm25s_flat, False),
    "LanceDB": ("lancedb", lancedb_hybrid, False),
    "txtai": ("txtai", txtai_hybrid, False),
}


_BACKENDS = ("numpy", "numba") if importlib.util.find_spec("numba") else ("numpy",)


def _bm25s(terms: Sequence[Sequence[str]], backend: str = _BACKENDS[-1]) -> tuple[object, str]:
    import bm25s

    engine = bm25s.BM25(method="robertson", k1=K1, b=B, backend=backend)
    engine.index(list(terms), show_progress=False)
    return engine, f"bm25s ({backend})"


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
