"""An index in Milvus: what it holds, and that its rankings are those of a folder.

`make test-milvus MILVUS_URI=http://host:19530` runs this against a server of one's own.
"""

from __future__ import annotations

import gzip
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.articles.filters import Filters
from index.backends import place_of
from index.backends.milvus.collections.facets import condition_of, facet, facets_of
from index.backends.milvus.collections.milvus_schema import drop, numbered
from index.backends.milvus.collections.passage_rows import packed_words, unpacked_words
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.term_weights import RESERVED, dimension_of
from index.backends.milvus.writing.elsewhere import ledger_of, refresh
from index.building import build, remove
from index.building.publishing import publish
from index.errors import ArticleError, SnapshotMismatch, SnapshotMissing
from index.search.live import LiveSearcher
from index.search.modes import MODES
from index.search.searcher import open_searcher
from index.sparse import term_hash
from tests.milvus_server import collection, server
from tests.small_corpus import CountingEncoder, article, articles

QUERIES = ["نهر school bridge", "rain tower 2024", "وزارة", "olive سوق 7 missing", "مدرسة school"]
HOSTILE = ['a" or 1 == 1 --', "a\\", "'", '"', "]) or until > 0 #", "x\ny", "سوق", "n" * 70_000, "😀" * 300]


@pytest.fixture(scope="module")
def milvus(tmp_path_factory):
    with server(tmp_path_factory.mktemp("milvus") / "data") as address:
        yield address


@pytest.fixture
def index(milvus):
    """An index of its own for a test; its collections are taken away afterwards."""
    address = collection(milvus)
    yield address
    wire = Wire(place_of(address))
    alias = wire.address.collection
    if wire.target() is not None:
        wire.call("drop_alias", alias)
    for number in range(1, 5):
        drop(wire, numbered(alias, number))
    wire.close()


@pytest.fixture(scope="module")
def coder():
    return CountingEncoder()


@pytest.fixture(scope="module")
def both(milvus, tmp_path_factory, coder):
    """The same articles, changed and removed alike, in a folder and in Milvus."""
    folder, address = tmp_path_factory.mktemp("folder") / "index", collection(milvus)
    for place in (folder, address):
        build(articles(40), place, encoder=coder, progress=False)
        build([*articles(60), article("a3", title="Another")], place, encoder=coder, progress=False)
        build([article("a3", seed=9), *hostile()], place, encoder=coder, progress=False)
        remove(["a7"], place)
    refresh(place_of(address))
    with open_searcher(folder, encoder=coder) as here, open_searcher(address, encoder=coder) as there:
        yield here, there


def hostile() -> list[Article]:
    twin = article("a1").text
    return [
        *(article(f"h{number}", source=name, extra={name: name}) for number, name in enumerate(HOSTILE)),
        article('id "] or 1', extra={"section": ["sport", 7], "rate": 1.5, "open": True, "none": None}),
        article("a1 again", text=twin + " more."),
        article("year", published="2024"),
        article("long", text=f"{'w' * 70_000} river. The bridge is old."),
        article("empty words", title="", text="؟ ! . ، ؛"),
    ]


# The same ranking


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", QUERIES)
def test_search_gives_what_a_folder_gives(both, mode, query):
    here, there = both
    ours, theirs = (searcher.search(query, k=30, mode=mode) for searcher in both)
    assert [hit.passage for hit in ours[:10]] == [hit.passage for hit in theirs[:10]]
    assert [hit.twins for hit in ours] == [hit.twins for hit in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-5)
        if one.sparse is not None and one.passage == other.passage:
            assert one.sparse == pytest.approx(other.sparse, abs=1e-5)


@pytest.mark.parametrize(
    "filters",
    [
        *(Filters(sources=(name,)) for name in HOSTILE),
        *(Filters(extra={name: (name, "other")}) for name in HOSTILE),
        Filters(article_ids=('id "] or 1', "a2")),
        Filters(extra={"section": ("sport",)}),
        Filters(extra={"section": ("7",), "open": ("1",), "rate": ("1.5",)}),
        Filters(extra={"none": ("None",)}),
        Filters(extra={"section": ()}),
        Filters(languages=("ar",), sources=("source 0", "source 2")),
        Filters(published_from="2025-03", published_to="2025-08-15"),
        Filters(published_from="2025"),
        Filters(published_to="2024-06"),
    ],
    ids=lambda filters: repr(filters)[8:60],
)
def test_filters_accept_what_they_accept_in_a_folder(both, filters):
    here, there = both
    ours, theirs = (searcher.search("river نهر school", k=200, filters=filters) for searcher in both)
    assert {hit.passage.passage_id for hit in ours} == {hit.passage.passage_id for hit in theirs}
    listed = [[each.article_id for each in one.articles(limit=500, filters=filters)] for one in both]
    assert listed[0] == listed[1]


def test_articles_passages_and_facts_are_those_of_a_folder(both):
    here, there = both
    assert here.articles(limit=500) == there.articles(limit=500)
    assert here.articles(offset=11, limit=3) == there.articles(offset=11, limit=3)
    for name in ("a3", "long", "empty words", 'id "] or 1'):
        assert here.article(name) == there.article(name)
        assert here.passages(name) == there.passages(name)
    facts, theirs = here.info(), there.info()
    assert (facts.articles, facts.passages) == (theirs.articles, theirs.passages)
    assert facts.sources == theirs.sources and facts.languages == theirs.languages
    assert facts.dates == theirs.dates
    assert here.idf("river") == pytest.approx(there.idf("river"))
    for lost in ("a7", 'no " such'):
        with pytest.raises(ArticleError):
            there.article(lost)


def test_words_of_passages_come_back_as_they_were(seed_index, encoder, index):
    publish(seed_index, place_of(index))
    asked = "ما فوائد المشي؟"
    with open_searcher(seed_index, encoder=encoder) as here, open_searcher(index, encoder=encoder) as there:
        ours, theirs = here.search(asked), there.search(asked)
        assert [hit.passage for hit in ours] == [hit.passage for hit in theirs]
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-5)
        late, other = here.late_vectors(asked, ours), there.late_vectors(asked, theirs)
        for one, two in zip(late.passages, other.passages, strict=True):
            assert np.array_equal(one.vectors, two.vectors) and np.array_equal(one.starts, two.starts)


# Building


def test_second_build_encodes_only_what_changed(index, coder):
    build(articles(8), index, encoder=coder, progress=False)
    before = len(coder.encoded)
    report = build([*articles(8), article("new", sentences=3)], index, encoder=coder, progress=False)
    assert (report.added, report.unchanged) == (1, 8)
    assert len(coder.encoded) == before + 1
    assert build(articles(8), index, encoder=coder, progress=False).generation == report.generation


def test_prune_removes_articles_whose_file_is_gone(index, coder, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"{name} river bridge school market.", encoding="utf-8")
    build([tmp_path], index, encoder=coder, progress=False)
    (tmp_path / "two.txt").unlink()
    assert build([tmp_path], index, encoder=coder, prune=True, progress=False).removed == 1
    with open_searcher(index, encoder=coder) as searcher:
        assert len(searcher.articles()) == 1


def test_build_anew_is_seen_at_once_and_whole_beside_the_live_one(index, coder):
    build(articles(5), index, encoder=coder, progress=False)
    other = CountingEncoder(dimension=16)
    with pytest.raises(SnapshotMismatch, match="--anew"):
        build(articles(5), index, encoder=other, progress=False)
    live = LiveSearcher(index, encoder=coder)
    with live.lease() as searcher:
        build([article("b1")], index, encoder=coder, progress=False, anew=True)
        assert {hit.passage.article_id for hit in searcher.search("river")} <= {f"a{n}" for n in range(5)}
    live._watch._asked_at_s = -100.0  # two seconds have passed
    with live.lease() as searcher:
        assert [each.article_id for each in searcher.articles()] == ["b1"]
    live.close()
    build([article("b2")], index, encoder=other, progress=False, anew=True)
    with open_searcher(index, encoder=other) as searcher:
        assert [each.article_id for each in searcher.articles()] == ["b2"]


def test_reader_of_a_generation_does_not_see_what_is_written_beside_it(index, coder):
    build(articles(6), index, encoder=coder, progress=False)
    with open_searcher(index, encoder=coder) as searcher:
        before = [hit.passage for hit in searcher.search("river", k=50)]
        build([article("a2", seed=5), article("late")], index, encoder=coder, progress=False)
        remove(["a4"], index)
        assert [hit.passage for hit in searcher.search("river", k=50)] == before


def test_refresh_brings_the_mean_length_up_to_date(index, coder):
    build([article("short", sentences=2)], index, encoder=coder, progress=False)
    build([article("long", sentences=60)], index, encoder=coder, progress=False)
    assert ledger_of(place_of(index)).drift > 0.01
    ledger = refresh(place_of(index))
    assert ledger.drift < 1e-12
    with open_searcher(index, encoder=coder) as searcher:
        assert searcher.search("river bridge", mode="sparse")


def test_address_of_no_index_says_how_to_make_one(index, coder):
    with pytest.raises(SnapshotMissing, match="python -m index build PATH --index milvus://"):
        open_searcher(index, encoder=coder)
    with pytest.raises(SnapshotMissing):
        remove(["a"], index)


# What goes over the wire


@given(
    st.lists(st.text(), max_size=4), st.dictionaries(st.text(), st.lists(st.text()).map(tuple), max_size=3)
)
def test_condition_holds_nothing_that_was_typed(sources, extra):
    condition = condition_of(Filters(sources=tuple(sources), extra=extra), 3)
    words = set(condition.replace("(", " ").replace(")", " ").replace("[", " ").replace("]", " ").split())
    assert words <= {"since", "<=", "until", ">", "<", "and", "array_contains_any", "facets,"} | {
        word for word in words if word.strip(",").lstrip("-").isdigit()
    }


@given(st.text(), st.text())
def test_facet_is_64_signed_bits(name, value):
    assert -(2**63) <= facet(name, value) < 2**63


def test_facets_are_never_more_than_a_row_holds():
    many = Article("a", "", "text", extra={"all": [str(number) for number in range(10_000)]})
    assert len(facets_of(many)) == 4_096


@given(st.integers(0, 40), st.integers(1, 300))
def test_words_survive_the_wire(count, width):
    words = np.random.default_rng(count).integers(0, 256, (count, width), dtype=np.uint8)
    pieces = packed_words(words)
    assert all(len(piece.encode()) <= 65_535 for piece in pieces)
    back = unpacked_words(pieces)
    assert np.array_equal(back, words) if count else not back.size


def test_words_of_a_reply_that_are_none_raise():
    for pieces in (["x"], ["96:####"], ["0:AAAA"], ["5:AAAA"], ["é:"]):
        with pytest.raises(ValueError):
            unpacked_words(pieces)


def test_few_terms_of_a_real_vocabulary_share_a_dimension(evaluation_sets):
    """32 bits: of V terms, V^2 / 2^33 pairs share one by chance."""
    from index.text.analysis import analyze

    vocabulary: set[str] = set()
    with gzip.open(evaluation_sets / "antcorpus/articles.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, 600):
            vocabulary.update(analyze(json.loads(line)["text"]))
    assert len(vocabulary) > 5_000
    dimensions = dimension_of(np.array([term_hash(term) for term in vocabulary], np.uint64))
    assert dimensions.min() >= 0 and dimensions.max() < RESERVED
    expected = len(vocabulary) ** 2 / 2**33
    assert len(vocabulary) - len(set(dimensions.tolist())) <= 3 + 3 * expected


def test_folder_is_published_with_everything(tmp_path, index, coder):
    folder = tmp_path / "index"
    build([*articles(12), *hostile()], folder, encoder=coder, progress=False)
    remove(["a2"], folder)
    before = len(coder.encoded)
    publish(folder, place_of(index))
    assert len(coder.encoded) == before
    with open_searcher(folder, encoder=coder) as here, open_searcher(index, encoder=coder) as there:
        assert here.articles(limit=100) == there.articles(limit=100)
        ours, theirs = (each.search("river نهر", k=40) for each in (here, there))
        assert [hit.passage for hit in ours] == [hit.passage for hit in theirs]
        assert [hit.twins for hit in ours] == [hit.twins for hit in theirs]


def test_index_goes_on_after_the_builder_of_a_new_one_failed(index, coder):
    build(articles(3), index, encoder=coder, progress=False)
    stopping = CountingEncoder(stop_after=0)
    with pytest.raises(KeyboardInterrupt):
        build([article("x")], index, encoder=stopping, progress=False)
    with open_searcher(index, encoder=coder) as searcher:
        assert len(searcher.articles()) == 3
    assert build([article("x")], index, encoder=coder, progress=False).added == 1
