import threading
from dataclasses import replace

import numpy as np
import pytest

from index.articles import Article
from index.articles.drafts.plain import opening_words
from index.articles.filters import Filters
from index.building import build, remove
from index.encoder import HashingEncoder
from index.encoder.calibration import Calibration
from index.errors import ArticleError, QueryError
from index.passages import split_article
from index.passages.fields import encoded_text
from index.search.hits import Hit
from index.search.modes import MODES
from index.search.searcher import open_searcher
from tests.small_corpus import article, articles

ENCODER = HashingEncoder(dimension=64)
STORY = " ".join(
    f"In the year {number} the old bridge over river {number} was repaired." for number in range(30)
)


@pytest.fixture(scope="module")
def corpus() -> list[Article]:
    return articles(30)


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return Calibration.of(ENCODER)


@pytest.fixture(scope="module")
def searcher(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    build(corpus[:20], folder, encoder=ENCODER, progress=False)
    build(corpus, folder, encoder=ENCODER, progress=False)
    with open_searcher(folder, encoder=ENCODER) as opened:
        yield opened


@pytest.mark.parametrize("mode", MODES)
def test_search_hits_are_ranked_slices_of_their_articles(searcher, corpus, mode):
    texts = {each.article_id: each.text for each in corpus}
    hits = searcher.search("نهر bridge a7", k=12, mode=mode)
    assert [hit.rank for hit in hits] == list(range(1, 13))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        passage = hit.passage
        assert passage.text == texts[passage.article_id][passage.start : passage.end]
        assert passage.passage_id == f"{passage.article_id}#{passage.start}-{passage.end}"
        assert (hit.dense is None, hit.sparse is None) == (mode == "sparse", mode == "dense")


def test_search_dense_scores_are_inner_products(searcher, calibration, corpus):
    by_id = {each.article_id: each for each in corpus}
    query = "زيتون tower port"
    [vector] = calibration.centre_queries(ENCODER.encode_queries([query]))
    hits = searcher.search(query, k=20, mode="dense")
    assert len(hits) == 20
    for hit in hits:
        text = encoded_text(by_id[hit.passage.article_id], hit.passage)
        [other] = calibration.centre_passages(ENCODER.encode_passages([text]))
        assert hit.dense == hit.score == pytest.approx(float(vector @ other), abs=2e-3)  # stored in 16 bits


def test_search_reciprocal_rank_scores_are_those_of_the_two_rankings(searcher):
    query, rrf_k = "نهر bridge a7", 60
    ranks = [
        {hit.passage.passage_id: hit.rank for hit in searcher.search(query, k=100, mode=mode, collapse=False)}
        for mode in ("dense", "sparse")
    ]
    hits = searcher.search(query, k=100, mode="rrf", collapse=False)
    assert hits and all(hit.dense is not None and hit.sparse is not None for hit in hits)
    for hit in hits:
        dense, sparse = (found.get(hit.passage.passage_id) for found in ranks)
        expected = 1 / (rrf_k + dense) + (1 / (rrf_k + sparse) if hit.sparse > 0 else 0)
        assert hit.score == pytest.approx(expected, abs=1e-3)  # ranks of equal scores may differ


def test_search_same_question_again_is_not_encoded_again(corpus, tmp_path):
    class Counting(HashingEncoder):
        asked = 0

        def encode_queries(self, texts):
            self.asked += len(texts)
            return super().encode_queries(texts)

    counting = Counting(dimension=64)
    build(corpus[:3], tmp_path, encoder=counting, progress=False)
    with open_searcher(tmp_path, encoder=counting) as opened:
        before = counting.asked
        first = opened.search("olive tower", k=2)
        assert opened.search("olive tower", k=2) == first
        assert counting.asked == before + 1
        for number in range(40):
            opened.search(f"olive {number}", k=1)
        assert opened.search("olive tower", k=2) == first
        assert counting.asked == before + 42


def test_search_dense_finds_the_best_of_all(searcher, corpus, calibration):
    query = "زيتون tower port"
    [vector] = calibration.centre_queries(ENCODER.encode_queries([query]))
    texts = [encoded_text(each, passage) for each in corpus for passage in split_article(each)]
    vectors = ENCODER.encode_passages(texts)
    scores = calibration.centre_passages(vectors) @ vector
    best = sorted(scores, reverse=True)[:5]
    assert [hit.score for hit in searcher.search(query, k=5, mode="dense")] == pytest.approx(best, abs=2e-3)


def test_search_k_larger_than_the_corpus_finds_all_passages(searcher):
    hits = searcher.search("a1", k=5_000, mode="dense")
    assert len(hits) == searcher.info().passages
    assert len({hit.passage.passage_id for hit in hits}) == len(hits)


def test_search_of_unknown_words_still_has_near_passages(searcher):
    assert searcher.search("xyzzy", k=3, mode="sparse") == []
    assert len(searcher.search("xyzzy", k=3)) == 3


@pytest.mark.parametrize(
    ("query", "options", "fragment"),
    [
        ("", {}, "the query is empty"),
        (" \n\t", {}, "the query is empty"),
        ("س" * 100_000, {}, "100,000 characters"),
        ("a", {"k": 0}, "k is 0"),
        ("a", {"mode": "fuzzy"}, "mode is 'fuzzy'"),
    ],
)
def test_search_nonsense_is_refused_in_one_line(searcher, query, options, fragment):
    with pytest.raises(QueryError) as caught:
        searcher.search(query, **options)
    assert fragment in str(caught.value) and "\n" not in str(caught.value)


def accepted(corpus: list[Article], filters: Filters) -> set[str]:
    """The filters' meaning, told again without SQL."""
    found = set()
    for each in corpus:
        first, last = filters.published_from, filters.published_to
        if filters.sources and each.source not in filters.sources:
            continue
        if filters.languages and each.language not in filters.languages:
            continue
        if filters.article_ids and each.article_id not in filters.article_ids:
            continue
        if first and each.published[: len(first)] < first[: len(each.published)]:
            continue
        if last and each.published[: len(last)] > last[: len(each.published)]:
            continue
        found.add(each.article_id)
    return found


@pytest.mark.parametrize(
    "filters",
    [
        Filters(sources=("source 2",)),
        Filters(sources=("source 2", "source 0"), languages=("ar",)),
        Filters(article_ids=("a3", "a17", "nobody")),
        Filters(published_from="2025-04"),
        Filters(published_to="2025-06-15"),
        Filters(published_from="2025-03-10", published_to="2025-09", languages=("en",)),
        Filters(published_from="2025", published_to="2025"),
        Filters(published_to="2024"),
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "dense", "sparse"])
def test_search_with_filters_is_exact(searcher, corpus, filters, mode):
    wanted = accepted(corpus, filters)
    everything = searcher.search("نهر bridge school a3", k=1_000, mode=mode)
    expected = [hit.passage.passage_id for hit in everything if hit.passage.article_id in wanted]
    found = searcher.search("نهر bridge school a3", k=1_000, mode=mode, filters=filters)
    assert {hit.passage.passage_id for hit in found} == set(expected)
    assert {each.article_id for each in searcher.articles(limit=100, filters=filters)} == wanted


def test_search_dates_of_different_length_overlap(tmp_path):
    dates = ["2024", "2024-12", "2025-01-01T10:00:00+03:00", "2025-06", "2025", None]
    found = [article(f"d{number}", published=date) for number, date in enumerate(dates)]
    build(found, tmp_path, encoder=ENCODER, progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:

        def named(**dates: str) -> list[str]:
            return [each.article_id for each in searcher.articles(filters=Filters(**dates))]

        assert named(published_from="2025-01-01") == ["d2", "d3", "d4"]
        assert named(published_to="2024-12-31") == ["d0", "d1"]
        assert named(published_from="2025-07") == ["d4"]
        assert named(published_from="2025-06-15", published_to="2025-06-15") == ["d3", "d4"]


def test_search_filters_by_any_further_field(tmp_path):
    found = [
        article("one", extra={"desk": "sport", "page": 1}),
        article("two", extra={"desk": "world", "tags": ["oil", "gas"]}),
        article("three", extra={"tags": ["oil"]}),
    ]
    build(found, tmp_path, encoder=ENCODER, progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:

        def named(**extra: tuple[str, ...]) -> set[str]:
            hits = searcher.search("river", k=100, mode="dense", filters=Filters(extra=extra))
            return {hit.passage.article_id for hit in hits}

        assert named(desk=("sport", "world")) == {"one", "two"}
        assert named(page=("1",)) == {"one"}
        assert named(tags=("oil",)) == {"two", "three"}
        assert named(tags=("gas",), desk=("world",)) == {"two"}
        assert named(nothing=("x",)) == set()


def test_search_filter_that_nothing_passes_finds_nothing(searcher):
    for mode in ("hybrid", "dense", "sparse"):
        assert searcher.search("bridge", mode=mode, filters=Filters(sources=("nobody",))) == []


def test_search_collapses_twins_and_names_them(tmp_path):
    found = [
        Article("agency", "t", STORY, source="agency"),
        Article("paper", "other headline", STORY + " Copyright.", source="paper"),
        Article(
            "else",
            "t",
            " ".join(f"Olive oil number {number} is pressed in the town." for number in range(30)),
        ),
        Article("blog", "t", "Reposted. " + STORY, source="blog"),
    ]
    build(found, tmp_path, encoder=ENCODER, progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        hits = searcher.search("bridge river repaired", k=50)
        tellers = {hit.passage.article_id for hit in hits}
        [teller] = tellers - {"else"}
        assert {hit.twins for hit in hits if hit.passage.article_id == "else"} <= {()}
        others = {"agency", "paper", "blog"} - {teller}
        assert {hit.twins for hit in hits if hit.passage.article_id == teller} == {
            tuple(name for name in ("agency", "paper", "blog") if name in others)
        }
        apart = searcher.search("bridge river repaired", k=50, collapse=False)
        assert {hit.passage.article_id for hit in apart} == {"agency", "paper", "blog", "else"}
        only = searcher.search("bridge", k=50, filters=Filters(sources=("paper", "blog")))
        [(teller, twins)] = {(hit.passage.article_id, hit.twins) for hit in only}
        assert {teller, *twins} == {"paper", "blog"}
    remove(["agency", "paper"], tmp_path)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        [(teller, twins)] = {
            (hit.passage.article_id, hit.twins) for hit in searcher.search("bridge", k=50, mode="sparse")
        }
        assert (teller, twins) == ("blog", ())


def test_search_fills_k_though_many_twins_come_first(tmp_path):
    copies = [Article(f"copy{number}", "t", STORY) for number in range(60)]
    others = [article(f"other{number}", sentences=6) for number in range(8)]
    build([*copies, *others], tmp_path, encoder=ENCODER, progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        found = {hit.passage.article_id for hit in searcher.search("bridge river repaired", k=15)}
        assert len(found & {each.article_id for each in copies}) == 1
        assert len(found & {each.article_id for each in others}) > 1


def test_article_unknown_is_an_error(searcher):
    for ask in (searcher.article, searcher.passages):
        with pytest.raises(ArticleError, match="'nobody'"):
            ask("nobody")


def test_articles_come_page_by_page(searcher, corpus):
    pages = [searcher.articles(offset=first, limit=7) for first in range(0, 35, 7)]
    assert [each.article_id for page in pages for each in page] == [each.article_id for each in corpus]
    assert searcher.articles(offset=7, limit=1)[0] == corpus[7]


def test_passages_are_those_of_the_splitter(searcher, corpus):
    assert searcher.passages("a5") == split_article(corpus[5])


def test_info_counts_what_is_there(searcher, corpus):
    info = searcher.info()
    assert (info.articles, info.generation, info.encoder, info.dimension) == (30, 2, "hashing-64", 64)
    assert sum(info.languages.values()) == sum(info.sources.values()) == sum(info.dates.values()) == 30
    assert all(len(month) == 7 for month in info.dates)
    assert info.bytes > 1_000 and info.dense == "Flat"


def test_idf_of_a_rare_term_is_higher(searcher):
    assert searcher.idf("nowhere") > searcher.idf("a7") > searcher.idf("bridg") >= 0


def test_search_from_many_threads_gives_the_same_hits(searcher):
    queries = [f"a{number} نهر bridge" for number in range(30)]
    expected = [searcher.search(query, k=5) for query in queries]
    found: dict[int, list] = {}

    def ask(first: int) -> None:
        found[first] = [searcher.search(query, k=5) for query in queries]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] == expected for number in range(8)] == [True] * 8


def test_search_on_one_passage_alone_finds_it(tmp_path):
    build([Article("only", "t", "A lone sentence about rain.")], tmp_path, encoder=ENCODER, progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        for mode in ("hybrid", "dense", "sparse"):
            [hit] = searcher.search("rain", mode=mode)
            assert hit.passage.article_id == "only" and np.isfinite(hit.score)


def test_late_vectors_of_a_hit_from_elsewhere_are_those_of_its_passage_or_an_error(encoder, tmp_path):
    build([Article("only", "t", "A lone sentence about rain.")], tmp_path, encoder=encoder, progress=False)
    with open_searcher(tmp_path, encoder=encoder) as searcher:
        [hit] = searcher.search("rain")
        made = Hit(hit.passage, 1.0, 1)
        assert len(searcher.late_vectors("rain", [made, hit]).passages[0].starts) == 5
        gone = Hit(replace(hit.passage, passage_id="only#3-27", start=3), 1.0, 1)
        for hits in ([gone], [hit, gone], [gone, hit]):
            with pytest.raises(ArticleError, match="only#3-27.*search again"):
                searcher.late_vectors("rain", hits)


def test_late_vectors_every_hit_has_the_words_of_its_passage_with_a_title_or_without(encoder, tmp_path):
    text = (
        "افتتح الوزير المعرض الدولي للكتاب في العاصمة أمس. " + "وفيه أجنحة كثيرة يزورها الناس كل يوم. " * 40
    )
    told = [
        Article("titled", "معرض الكتاب", text, language="ar"),
        Article("untitled", opening_words(text), text.replace("كل", "في كل"), language="ar"),
    ]
    build(told, tmp_path / "index", encoder=encoder, progress=False)
    with open_searcher(tmp_path / "index", encoder=encoder) as searcher:
        hits = searcher.search("متى افتتح المعرض؟", k=20)
        assert {hit.passage.article_id for hit in hits} == {"titled", "untitled"} and len(hits) > 4
        late = searcher.late_vectors("متى افتتح المعرض؟", hits)
    for hit, words in zip(hits, late.passages, strict=True):
        assert len(words.starts) == len(hit.passage.text.split())
        assert words.starts[0] == 0 and words.ends[-1] <= len(hit.passage.text)
