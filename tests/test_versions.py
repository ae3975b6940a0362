"""Former texts of articles: kept when a correction replaces them, shown with the difference."""

import html
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from index.articles import Article
from index.building import build, remove
from index.encoder.hashing import HashingEncoder
from index.search.searcher import open_searcher
from index.store.sqlite.catalogue import FILE_NAME
from index.store.sqlite.versions import MOST_KEPT
from index.store.upkeep.verify import verify
from tests.api_site import make_app

ENCODER = HashingEncoder(dimension=16)
FIRST = "فازت مدائن بالجائزة. وكان ذلك في سيول."
SECOND = "لم تفز مدائن بالجائزة. وكان ذلك في سيول."


def put(folder, text, **options):
    return build(
        [Article("madayn", "مدائن", text, language="ar")], folder, encoder=ENCODER, progress=False, **options
    )


def texts(folder):
    with open_searcher(folder, encoder=ENCODER) as searcher:
        return [each.article.text for each in searcher.versions("madayn")]


def test_replaced_text_is_kept_with_its_hash_and_day(tmp_path):
    put(tmp_path, FIRST)
    put(tmp_path, SECOND)
    put(tmp_path, SECOND)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        [former] = searcher.versions("madayn")
    assert former.article.text == FIRST and former.content_hash == former.article.content_hash()
    assert datetime.now(UTC) - datetime.fromisoformat(former.replaced) < timedelta(minutes=5)
    assert verify(tmp_path, progress=False) == []


def test_nothing_is_kept_where_no_days_are_given(tmp_path):
    put(tmp_path, FIRST)
    put(tmp_path, SECOND, keep_versions=0)
    assert texts(tmp_path) == []


def test_days_that_are_given_hold_for_what_was_kept_before(tmp_path):
    put(tmp_path, FIRST)
    put(tmp_path, SECOND)
    put(tmp_path, SECOND, keep_versions=0)
    assert texts(tmp_path) == []


def test_text_whose_days_are_over_is_neither_shown_nor_kept(tmp_path):
    put(tmp_path, FIRST)
    put(tmp_path, SECOND)
    old = (datetime.now(UTC) - timedelta(days=91)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("UPDATE versions SET replaced = ?", (old,))
        connection.commit()
    assert texts(tmp_path) == []
    put(tmp_path, "نص ثالث عن مدائن.")
    assert texts(tmp_path) == [SECOND]


@pytest.mark.slow
def test_versions_of_one_article_are_bounded(tmp_path):
    for number in range(MOST_KEPT + 4):
        put(tmp_path, f"النص رقم {number} عن مدائن.")
    assert len(texts(tmp_path)) == MOST_KEPT and "رقم 52" in texts(tmp_path)[0]


def test_removed_article_leaves_no_former_text(tmp_path):
    put(tmp_path, FIRST)
    put(tmp_path, SECOND)
    remove(["madayn"], tmp_path)
    assert texts(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("SELECT count(*) FROM versions").fetchone() == (0,)


def test_index_made_before_there_were_versions_opens_and_takes_corrections(tmp_path):
    put(tmp_path, FIRST)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("DROP TABLE versions")
    assert texts(tmp_path) == []
    put(tmp_path, SECOND)
    assert texts(tmp_path) == [FIRST]


@pytest.fixture
def corrected(tmp_path):
    folder = tmp_path / "index"
    put(folder, FIRST)
    put(folder, SECOND)
    with (
        Assistant(folder, encoder=ENCODER) as assistant,
        TestClient(make_app(assistant, chat=True)) as client,
    ):
        yield client


def test_page_of_versions_shows_the_difference(corrected):
    page = corrected.get("/article/madayn/versions?lang=en").text
    assert "<del>فازت </del><ins>لم تفز </ins>" in page
    assert "corrected once" in corrected.get("/article/madayn?lang=en").text
    assert corrected.get("/article/nothing/versions").status_code == 404


def test_interface_gives_the_former_texts(corrected):
    listed = corrected.get("/api/articles/madayn/versions").json()
    assert [each["text"] for each in listed["versions"]] == [FIRST]
    assert listed["versions"][0]["content_hash"] != listed["content_hash"]


def test_link_with_a_hash_and_offsets_alone_is_read_in_the_text_it_was_made_for(corrected):
    former = corrected.get("/api/articles/madayn/versions").json()["versions"][0]
    start = FIRST.index("فازت")
    page = corrected.get(f"/article/madayn?quote={start}-20&hash={former['content_hash']}&lang=en").text
    assert not re.findall("<mark", page) and html.escape("فازت مدائن بالجائزة.") in page
    start = FIRST.index("وكان")
    end = len(FIRST)
    page = corrected.get(f"/article/madayn?quote={start}-{end}&hash={former['content_hash']}").text
    assert re.search(r"<mark[^>]*>(.*?)</mark>", page)[1] == FIRST[start:end]
