import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.articles import Article
from index.passages import split_article
from index.sparse import BM25, MOST_COUNTED, Postings, Statistics, term_hash
from index.sparse.pruning import LOOKED_UP_FROM
from index.sparse.saturation import Saturation
from index.sparse.scatter import add_at
from index.store.durable.disk import StoredRows
from index.text.analysis import analyze
from tests.conftest import SEEDS

WORDS = [f"w{number}" for number in range(12)]
passages = st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=40).filter(
    lambda found: any(found)
)
queries = st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=6)


def parted(corpus: list[list[str]], cuts: list[int]) -> BM25:
    """BM25 over the corpus cut into segments."""
    edges = [0, *sorted({cut % (len(corpus) + 1) for cut in cuts}), len(corpus)]
    parts = [
        Postings.of(corpus[first:last]) for first, last in zip(edges, edges[1:], strict=False) if last > first
    ]
    return BM25(parts, Statistics.of(Postings.of(corpus)))


@settings(max_examples=150)
@given(passages, queries, st.lists(st.integers(0, 40), max_size=3))
def test_scores_on_random_corpora_are_those_of_rank_bm25(corpus, query, cuts):
    expected = BM25Okapi(corpus).get_scores(query)
    assert np.abs(parted(corpus, cuts).get_scores(query) - expected).max() <= 1e-6


def test_scores_on_the_seeds_are_those_of_rank_bm25():
    articles = [
        Article(path.name, path.name, path.read_text(encoding="utf-8")) for path in sorted(SEEDS.iterdir())
    ]
    corpus = [analyze(passage.text) for article in articles for passage in split_article(article)]
    ours, theirs = BM25.of(corpus), BM25Okapi(corpus)
    for terms in corpus:
        assert np.abs(ours.get_scores(terms[:8]) - theirs.get_scores(terms[:8])).max() <= 1e-6


def test_scores_of_a_term_in_most_passages_get_the_floor():
    corpus = [["a", "b"], ["a", "c"], ["a", "d"]]
    ours, theirs = BM25.of(corpus), BM25Okapi(corpus)
    assert theirs.idf["a"] == pytest.approx(0.25 * theirs.average_idf)
    assert ours.query_terms(["a"])[0].idf == pytest.approx(theirs.idf["a"], abs=1e-12)
    assert ours.average_idf == pytest.approx(theirs.average_idf, abs=1e-12)


class YieldingTerm(str):
    """A term at which other threads get their turn whenever it is looked up."""

    def __hash__(self) -> int:
        time.sleep(0)
        return str.__hash__(self)


def test_query_terms_of_many_threads_while_the_table_is_begun_anew_are_right():
    corpus = [[f"t{number}", f"t{number + 1}"] for number in range(400)]
    bm25 = BM25([Postings.of(corpus)], Statistics.of(Postings.of(corpus)), terms_known=24)
    queries = [[YieldingTerm(f"t{number}") for number in range(first, first + 8)] for first in range(40)]
    expected = [[term.frequency for term in BM25.of(corpus).query_terms(query)] for query in queries]

    def ask(seed: int) -> bool:
        order = random.Random(seed).choices(range(len(queries)), k=200)
        return all([term.frequency for term in bm25.query_terms(queries[n])] == expected[n] for n in order)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))


def test_add_at_is_numpys():
    sums, expected = np.arange(10.0), np.arange(10.0)
    rows, points = np.array([7, 0, 3], np.uint32), np.array([1.5, 2.0, -1.0])
    add_at(sums[1:], rows, points, 2.5)
    np.add.at(expected[1:], rows, 2.5 * points)
    assert sums.tolist() == expected.tolist()


def test_bm25_is_a_bm25okapi():
    assert isinstance(BM25.of([["a"]]), BM25Okapi)


@settings(max_examples=150)
@given(passages, queries, st.integers(1, 12), st.lists(st.integers(0, 40), max_size=3), st.data())
def test_top_is_the_best_of_all_scores(corpus, query, depth, cuts, data):
    bm25 = parted(corpus, cuts)
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(corpus), max_size=len(corpus))))
    everything = bm25.get_scores(query)
    holds = np.array([bool(set(query) & set(passage)) for passage in corpus]) & allowed
    rows, scores = bm25.top(bm25.query_terms(query), depth, allowed)
    assert len(rows) == min(depth, holds.sum())
    assert (np.diff(rows) > 0).all()  # ascending, each once
    assert holds[rows].all()
    assert scores == pytest.approx(everything[rows], abs=1e-9)
    best = np.sort(everything[holds])[::-1][: len(rows)]
    assert np.sort(scores)[::-1] == pytest.approx(best, abs=1e-9)


@pytest.fixture(scope="module")
def long_lists():
    """A corpus whose frequent terms have lists that are added up in parts, or only searched for some rows."""
    random = np.random.default_rng(5)
    numbers = random.zipf(1.25, size=(60_000, 12)) % 4_000
    return [[f"t{number}" for number in row] for row in numbers.tolist()]


@pytest.mark.slow
def test_top_with_long_postings_skips_nothing(long_lists):
    bm25, theirs = parted(long_lists, [17_000, 19_000]), BM25Okapi(long_lists)
    random, staged = np.random.default_rng(8), 0
    for _ in range(25):
        query = [f"t{int(number)}" for number in random.zipf(1.2, size=9) % 4_000]
        terms, everything = bm25.query_terms(query), theirs.get_scores(query)
        staged += sum(term.frequency for term in terms) > LOOKED_UP_FROM
        also = random.integers(60_000, size=30)
        for _again in range(2):  # the second time from what was kept
            rows, scores = bm25.top(terms, 20)
            assert scores == pytest.approx(everything[rows], abs=1e-6)
            assert np.sort(scores) == pytest.approx(np.sort(everything)[-20:], abs=1e-6)
            more, points = bm25.top(terms, 20, also=also.copy)
            assert np.isin(also, more).all() and len(more) <= 50
            assert np.sort(points)[-20:] == pytest.approx(np.sort(everything)[-20:], abs=1e-6)
            assert points == pytest.approx(everything[more], abs=1e-6)
    assert staged > 5


@pytest.fixture(scope="module")
def common_terms():
    """A corpus with four terms that nearly half of the rows hold, and rarer ones."""
    random = np.random.default_rng(9)
    shares = {"a": 0.45, "b": 0.45, "c": 0.45, "d": 0.45, "m": 0.05, "n": 0.04, "r": 0.001}
    held = {term: random.random(60_000) < share for term, share in shares.items()}
    times = random.integers(1, 4, size=60_000).tolist()
    return [
        [term for term in held if held[term][row] for _ in range(times[row])] or ["e"]
        for row in range(60_000)
    ]


@pytest.mark.parametrize("query", ["abcdm", "abcdmn", "abcdmnr", "abcdr", "abcd"])
def test_top_of_common_terms_skips_nothing(common_terms, query):
    """Long lists are looked through for the rows that rarer terms have left, or for all."""
    theirs = BM25Okapi(common_terms).get_scores(query)
    for cuts in ([], [20_000, 45_000]):
        bm25 = parted(common_terms, cuts)
        rows, scores = bm25.top(bm25.query_terms(query), 40, also=lambda: np.arange(7))
        assert scores == pytest.approx(theirs[rows], abs=1e-6)
        assert np.isin(np.arange(7), rows).all()
        assert np.sort(scores)[-40:] == pytest.approx(np.sort(theirs)[-40:], abs=1e-6)
        allowed = np.arange(60_000) % 3 > 0
        rows, scores = bm25.top(bm25.query_terms(query), 40, allowed)
        assert allowed[rows].all()
        assert np.sort(scores) == pytest.approx(np.sort(theirs[allowed])[-40:], abs=1e-6)


def test_counts_that_are_read_give_the_scores_of_mapped_ones(tmp_path, long_lists):
    postings = Postings.of(long_lists)
    np.save(tmp_path / "counts.npy", postings.counts)
    mapped = BM25([postings], Statistics.of(postings))
    read = BM25([replace(postings, stored=StoredRows(tmp_path / "counts.npy"))], mapped.statistics)
    for query in (["t1", "t2", "t3", "t9", "t400"], ["t1500", "t3", "t60"]):
        terms, also = mapped.query_terms(query), np.arange(0, 60_000, 170)
        rows, scores = read.top(terms, 20, also=also.copy)
        assert np.isin(also, rows).all()
        assert scores == pytest.approx(mapped.get_scores(query)[rows], abs=1e-9)
        assert [each.tolist() for each in mapped.top(terms, 20, also=also.copy)] == [
            rows.tolist(),
            scores.tolist(),
        ]


def test_occurrences_past_the_table_are_worth_what_the_formula_says():
    lengths, counts = np.array([9, 500, 9, 0]), np.array([1, 400, 3], np.uint16)
    saturation = Saturation(lengths, k1=0.9, b=0.75, average=20.0)
    norms = 0.9 * (0.25 + 0.75 * lengths[:3] / 20)
    expected = counts * 1.9 / (counts + norms)
    assert saturation.of(counts, np.arange(3)) == pytest.approx(expected, abs=1e-12)
    assert saturation.of(counts[2:], np.array([1]), base=1) == pytest.approx(expected[2:], abs=1e-12)


def test_top_without_known_terms_is_empty():
    bm25 = BM25.of([["a"], ["b"]])
    rows, scores = bm25.top(bm25.query_terms(["z"]), 5)
    assert (len(rows), len(scores)) == (0, 0)
    assert bm25.top([], 5)[0].tolist() == []


def test_unknown_term_has_the_highest_idf():
    bm25 = BM25.of([["a"], ["b"], ["b"], ["c"], ["d"]])
    unknown, rare, common = (bm25.query_terms([term])[0].idf for term in ("z", "a", "b"))
    assert unknown > rare > common


def test_empty_corpus_scores_nothing():
    bm25 = BM25([], Statistics(0, 0, {}))
    assert bm25.top(bm25.query_terms(["a"]), 3)[0].tolist() == []
    assert bm25.get_scores(["a"]).tolist() == []


def test_postings_of_passages_are_counted_by_hand():
    postings = Postings.of([["b", "a", "b"], [], ["a"]])
    place = {int(term): number for number, term in enumerate(postings.terms)}
    for term, rows, counts in (("a", [0, 2], [1, 1]), ("b", [0], [2])):
        at = place[term_hash(term)]
        held = slice(postings.offsets[at], postings.offsets[at + 1])
        assert postings.rows[held].tolist() == rows
        assert postings.counts[held].tolist() == counts
    assert postings.lengths.tolist() == [3, 0, 1]


def test_postings_of_an_endless_repetition_are_capped_not_wrapped():
    postings = Postings.of([["a"] * (MOST_COUNTED + 10)])
    assert postings.counts.tolist() == [MOST_COUNTED]
    assert postings.lengths.tolist() == [MOST_COUNTED + 10]


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_postings_joined_equal_those_of_the_whole(at_once):
    corpus = [["a", "b"], ["b"], ["c", "a", "a"], ["d"]]
    first, second = Postings.of(corpus[:2]), Postings.of([*corpus[2:], ["gone"]])
    parts = [(first, np.array([2, 0])), (second, np.array([1, 3, -1]))]
    joined = Postings.joined(parts, rows=4, at_once=at_once)
    expected = Postings.of([corpus[1], corpus[2], corpus[0], corpus[3]])
    for name in ("terms", "offsets", "rows", "counts", "lengths"):
        assert getattr(joined, name).tolist() == getattr(expected, name).tolist(), name
