import numpy as np
import pytest

from index.dense import COMPARED_ONE_BY_ONE, FLAT, GRAPH, NARROW, Dense, DensePart, build_graph
from index.store.durable.disk import StoredRows


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def clustered() -> np.ndarray:
    """12,000 unit vectors around 300 centres, float16 as stored."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(300, 48))
    return unit(centres[random.integers(300, size=12_000)] + 0.6 * random.normal(size=(12_000, 48))).astype(
        np.float16
    )


@pytest.fixture(scope="module")
def graph(clustered, tmp_path_factory) -> DensePart:
    path = tmp_path_factory.mktemp("graph") / "faiss.bin"
    assert build_graph(clustered, path, flat_below=1) == GRAPH
    return DensePart(clustered, path)


def exact(vectors: np.ndarray, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    scores = vectors.astype(np.float32) @ query
    if allowed is not None:
        scores[~allowed] = -np.inf
    return np.lexsort((np.arange(len(scores)), -scores))[:k]


def queries(vectors: np.ndarray, number: int) -> np.ndarray:
    random = np.random.default_rng(2)
    near = vectors[random.integers(len(vectors), size=number)].astype(np.float32)
    return unit(near + 0.1 * random.normal(size=near.shape))


def recall(found: list[np.ndarray], wanted: list[np.ndarray]) -> float:
    return float(
        np.mean([len(set(one) & set(other)) / len(other) for one, other in zip(found, wanted, strict=True)])
    )


def test_build_graph_of_few_vectors_stays_flat(tmp_path, clustered):
    assert build_graph(clustered[:100], tmp_path / "faiss.bin") == FLAT
    assert not (tmp_path / "faiss.bin").exists()


def test_flat_search_is_exact(clustered):
    dense = Dense([DensePart(clustered[:500], None), DensePart(clustered[500:900], None)])
    for query in queries(clustered[:900], 20):
        assert dense.search(query, 10).tolist() == exact(clustered[:900], query, 10).tolist()


def test_flat_search_with_a_filter_is_exact(clustered):
    dense = Dense([DensePart(clustered[:500], None), DensePart(clustered[500:900], None)])
    allowed = np.random.default_rng(3).random(900) < 0.1
    for query in queries(clustered[:900], 20):
        assert (
            dense.search(query, 10, allowed).tolist() == exact(clustered[:900], query, 10, allowed).tolist()
        )


def test_search_with_nothing_allowed_is_empty(clustered, graph):
    for part in (DensePart(clustered[:500], None), graph):
        allowed = np.zeros(len(part.vectors), dtype=bool)
        assert Dense([part]).search(queries(clustered, 1)[0], 10, allowed).tolist() == []


def test_search_without_parts_is_empty():
    assert Dense([]).search(np.zeros(4, np.float32), 3).tolist() == []


def test_graph_search_finds_nearly_all_of_the_exact(clustered, graph):
    wanted = [exact(clustered, query, 10) for query in queries(clustered, 100)]
    found = [Dense([graph]).search(query, 10) for query in queries(clustered, 100)]
    assert recall(found, wanted) >= 0.97


@pytest.mark.parametrize(("share", "least"), [(0.5, 0.97), (0.05, 1.0), (0.005, 1.0)])
def test_graph_search_with_a_filter_keeps_its_recall(clustered, graph, share, least):
    allowed = np.random.default_rng(4).random(len(clustered)) < share
    wanted = [exact(clustered, query, 10, allowed) for query in queries(clustered, 100)]
    found = [Dense([graph]).search(query, 10, allowed) for query in queries(clustered, 100)]
    assert all(allowed[rows].all() for rows in found)
    assert recall(found, wanted) >= least


@pytest.mark.slow
def test_narrow_filter_of_a_large_graph_keeps_its_recall(tmp_path):
    """So many rows stay that they are not compared one by one, and too few for the graph."""
    random = np.random.default_rng(5)
    vectors = unit(random.normal(size=(60_000, 8))).astype(np.float16)
    assert build_graph(vectors, tmp_path / "faiss.bin") == GRAPH
    allowed = random.random(len(vectors)) < 0.144
    assert COMPARED_ONE_BY_ONE < allowed.sum() < NARROW * len(vectors)
    wanted = [exact(vectors, query, 10, allowed) for query in queries(vectors, 40)]
    dense = Dense([DensePart(vectors, tmp_path / "faiss.bin")])
    found = [dense.search(query, 10, allowed) for query in queries(vectors, 40)]
    assert all(allowed[rows].all() for rows in found)
    assert recall(found, wanted) >= 0.97


def test_graph_scores_are_those_of_the_stored_vectors(clustered, graph):
    query = queries(clustered, 1)[0]
    dense = Dense([DensePart(clustered[:10], None), graph])
    rows = np.array([3, 10, 11_000])
    expected = np.concatenate([clustered[:10], clustered])[rows].astype(np.float32) @ query
    assert dense.score(query, rows) == pytest.approx(expected, abs=1e-6)


def test_kinds_name_what_is_in_use(clustered, graph):
    assert Dense([DensePart(clustered[:10], None), graph]).kinds == f"{FLAT} + {GRAPH}"


def test_vectors_read_row_by_row_score_as_those_in_memory(clustered, tmp_path):
    np.save(tmp_path / "vectors.npy", clustered)
    part = DensePart(clustered, None, StoredRows(tmp_path / "vectors.npy"))
    query, rows = clustered[7].astype(np.float32), np.array([11_999, 0, 7, 7])
    assert np.array_equal(part.score(query, rows), clustered[rows].astype(np.float32) @ query)
    assert part.score(query, rows[:0]).shape == (0,)
