"""Fusion: hand-computed scores, and what must hold for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.fusion import (
    NEAREST,
    SPARSE_WEIGHT,
    agreement,
    best_first,
    fuse,
    known_share,
    put_on_top,
    reciprocal_rank,
)
from index.sparse import sparse_bound

SCORES = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=30)


def test_known_share_counts_missing_terms_at_the_highest_idf():
    assert known_share([2.0, None, 1.0], unknown=3.0) == pytest.approx(3 / 6)
    assert known_share([1.0], unknown=3.0) == 1.0
    assert known_share([None, None], unknown=3.0) == 0.0
    assert known_share([], unknown=3.0) == 0.0


def test_sparse_bound_is_never_reached_by_a_score():
    assert sparse_bound([2.0, None], unknown=3.0, k1=0.9) == pytest.approx(1.9 * 5.0)


def test_fuse_gives_the_sum_that_the_formula_says():
    fused = fuse(
        np.array([0.5, 0.1]), np.array([0.0, 2.0]), known_share=0.5, agreement=0.75, sparse_bound=8.0
    )
    assert fused == pytest.approx([0.5, 0.1 + SPARSE_WEIGHT * 0.25 * 0.75 * 0.5])


def test_agreement_is_that_of_the_nearest_passages():
    near = np.array([0.9] * NEAREST + [0.1] * 20)
    foreign, native = np.zeros(NEAREST + 20), np.zeros(NEAREST + 20)
    foreign[NEAREST:], native[:NEAREST] = 6.0, 0.4
    assert agreement(near, foreign, sparse_bound=10.0) == 0.0
    assert agreement(near, native, sparse_bound=10.0) == pytest.approx(0.5)
    assert agreement(near, native / 4, sparse_bound=10.0) == 0.0
    assert agreement(near, native + 5, sparse_bound=10.0) == 1.0
    assert agreement(near[:0], native[:0], sparse_bound=10.0) == 0.0
    assert agreement(near, native, sparse_bound=0.0) == 0.0


@given(SCORES)
def test_fuse_query_with_no_known_term_keeps_the_order_of_the_vectors(near):
    vectors = np.array(near)
    fused = fuse(vectors, np.ones(len(near)), known_share=0.0, agreement=1.0, sparse_bound=5.0)
    assert np.array_equal(np.argsort(-fused, kind="stable"), np.argsort(-vectors, kind="stable"))


def test_fuse_query_without_terms_divides_by_nothing():
    fused = fuse(np.array([0.3]), np.array([0.0]), known_share=0.0, agreement=0.0, sparse_bound=0.0)
    assert fused == pytest.approx([0.3])


def test_best_first_breaks_ties_in_order():
    assert best_first(np.array([1.0, 3.0, 3.0, 2.0]), 3).tolist() == [1, 2, 3]


@given(SCORES, st.integers(0, 10), st.randoms())
def test_put_on_top_keeps_the_rest_below_and_in_order(first, count, random):
    scores = np.array(first, dtype=np.float64)
    places = best_first(scores, count)
    second = np.array([random.uniform(-1, 1) for _ in places])
    placed = put_on_top(scores, places, second)
    rest = [place for place in range(len(scores)) if place not in set(places.tolist())]
    assert placed[places] == pytest.approx(second)
    if rest and len(places):
        assert placed[rest].max() <= second.min() + 1e-12
    for one, other in zip(rest, rest[1:], strict=False):
        assert (scores[one] >= scores[other]) == (placed[one] >= placed[other]) or abs(
            scores[one] - scores[other]
        ) < 1e-9


def test_reciprocal_rank_gives_the_sums_of_the_formula():
    scores = reciprocal_rank([[7, 8], [8]], rrf_k=60)
    assert scores == pytest.approx({7: 1 / 61, 8: 1 / 62 + 1 / 61})
