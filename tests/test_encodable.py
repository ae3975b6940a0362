"""The gate of the index: whatever a reader gave, what is stored is UTF-8 and JSON."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.articles.files.encodable import DEEPEST, encodable
from index.building import build
from index.encoder import HashingEncoder
from index.search.searcher import open_searcher
from index.store.upkeep.verify import verify
from tests.small_corpus import article

ENCODER = HashingEncoder(dimension=16)
texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.binary(max_size=4) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=300)
@given(texts, texts, texts, texts, st.dictionaries(texts | st.dates() | st.integers(), values, max_size=4))
def test_encodable_article_is_written_as_utf8_and_json_and_spans_hold(name, title, text, source, extra):
    fields = {"source": source, "author": title, "url": name, "origin": name}
    found = encodable(Article(name, title, text, extra=extra, **fields))
    stored = [found.article_id, found.title, found.text, found.source, found.author, found.url, found.origin]
    json.dumps([*stored, dict(found.extra)], ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert len(found.text) == len(text)
    assert found.content_hash() == encodable(found).content_hash()
    assert encodable(found) == found


def test_encodable_article_without_fault_is_the_same():
    sound = Article("a", "عنوان", "نص 😀\x00", extra={"k": ["v", 1, 2.5, None, True, {"a": "b"}]})
    assert encodable(sound) == sound
    assert encodable(article("a")) is not None


def test_encodable_extra_that_json_has_no_word_for_is_null_or_said():
    deep: list = []
    for _level in range(5_000):
        deep = [deep]
    extra = {
        "nan": float("nan"),
        "infinite": [float("inf"), -float("inf")],
        "date": date(2025, 9, 30),
        "set": {"b", "a"},
        "bytes": b"\xffx",
        "huge": 10**5_000,
        1: "one",
        "deep": deep,
        "half\ud800": {"\udfff": "\udc00"},
    }
    found = encodable(Article("a", "t", "x", extra=extra)).extra
    assert found["nan"] is None and found["infinite"] == [None, None]
    assert (found["date"], found["set"], found["bytes"]) == ("2025-09-30", ["a", "b"], "\ufffdx")
    assert found["huge"] is None and found["1"] == "one"
    assert found["half\ufffd"] == {"\ufffd": "\ufffd"}
    assert json.dumps(found["deep"]).count("[") == DEEPEST


@pytest.mark.parametrize(
    "odd",
    [
        Article("odd \ud800", "t", "نهر river " * 20),
        Article("odd", "t\udfff", "نهر river " * 20),
        Article("odd", "t", "نهر \ud83d river \udc00 " * 20),
        Article("odd", "t", "نهر river " * 20, source="s\ud800", author="\ud800", url="http://x/\ud800"),
        Article("odd", "t", "نهر river " * 20, language="\ud800", published="\ud800", origin="/x/\udcff"),
        Article("odd", "t", "نهر river " * 20, extra={"k\ud800": "\udfff", "n": float("nan")}),
    ],
)
def test_build_of_half_a_surrogate_pair_stores_what_can_be_sent(tmp_path, odd):
    report = build([odd, article("a")], tmp_path, encoder=ENCODER, progress=False)
    assert report.added == 2
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        for found in searcher.articles():
            fields = [getattr(found, name) for name in found.__slots__ if name != "extra"]
            json.dumps([*fields, dict(found.extra)], allow_nan=False, ensure_ascii=False).encode("utf-8")
            for passage in searcher.passages(found.article_id):
                assert found.text[passage.start : passage.end] == passage.text
        for hit in searcher.search("نهر", k=50):
            json.dumps([hit.passage.text, hit.passage.passage_id], ensure_ascii=False).encode("utf-8")
        json.dumps([dict(searcher.info().sources), dict(searcher.info().dates)], ensure_ascii=False).encode()
    assert verify(tmp_path, progress=False) == []
    assert build([odd], tmp_path, encoder=ENCODER, progress=False).unchanged == 1
