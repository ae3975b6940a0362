"""SQLite's connections: few, shared by any number of threads, of one file whatever its path leads to."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.building import build
from index.encoder import HashingEncoder
from index.errors import SnapshotDamaged, SnapshotError, SnapshotMissing
from index.search.live import LiveSearcher
from index.search.searcher import open_searcher
from index.store.sqlite.catalogue import Catalogue
from index.store.sqlite.connections import MOST, Connections, opened
from tests.small_corpus import articles

ENCODER = HashingEncoder(dimension=16)


@pytest.fixture
def folder(tmp_path):
    build(articles(4), tmp_path / "index", encoder=ENCODER, progress=False)
    return tmp_path / "index"


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_two_thousand_short_threads_leave_no_descriptor(folder):
    live = LiveSearcher(folder, encoder=ENCODER)
    counts, failures = [], []

    def ask() -> None:
        try:
            with live.lease() as searcher:
                assert searcher.article("a1").article_id == "a1"
        except Exception as error:
            failures.append(error)

    for round_of_threads in range(200):
        threads = [threading.Thread(target=ask) for _thread in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if round_of_threads % 50 == 9:
            counts.append(open_files())
    live.close()
    assert failures == []
    assert max(counts) <= counts[0] + 2 * MOST and open_files() < counts[0]


def test_every_question_of_a_reader_is_answered_beside_other_readers(folder):
    catalogue = Catalogue(folder)
    with catalogue.reading(), catalogue.reading():  # two are made, and lent
        key, article = catalogue.article("a1", 1)
        [passage, *_others] = catalogue.passages_of(key, article)
        first, count = catalogue.passage_keys(key)
        assert first <= catalogue.passage_key(key, passage.start) < first + count
    assert catalogue.passage_key(key, passage.start) is not None  # two lie idle
    catalogue.close()


def test_many_threads_wait_for_few_connections(folder):
    connections = Connections(folder / "articles.sqlite", most=2)
    lent, most, guard = 0, 0, threading.Lock()

    def use(_number: int) -> int:
        nonlocal lent, most
        with connections.lend() as connection:
            with guard:
                lent += 1
                most = max(most, lent)
            [count] = connection.execute("SELECT count(*) FROM articles").fetchone()
            with guard:
                lent -= 1
            return count

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(use, range(400))) == {4}
    connections.close()
    assert most <= 2


def test_another_index_in_the_same_place_is_not_read(folder, tmp_path):
    with open_searcher(folder, encoder=ENCODER) as searcher, ThreadPoolExecutor(8) as pool:
        os.rename(folder, tmp_path / "away")
        build(articles(9, seed=7), folder, encoder=ENCODER, progress=False)
        found = list(pool.map(lambda _n: [each.article_id for each in searcher.articles()], range(64)))
    assert set(map(tuple, found)) == {("a0", "a1", "a2", "a3")}


def test_closed_catalogue_says_so_and_lent_connections_are_closed_when_they_come_back(folder):
    before = open_files()
    catalogue = Catalogue(folder)
    with catalogue.reading() as connection:
        catalogue.close()
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (4,)
    assert open_files() == before
    with pytest.raises(RuntimeError, match="closed"):
        catalogue.keys(1)


def test_file_opened_beside_sqlite_is_closed_after_sqlite(folder):
    before = open_files()
    catalogue = Catalogue(folder)
    for _time in range(5):
        with opened(folder / "articles.sqlite") as file:
            assert os.pread(file, 6, 0) == b"SQLite"
    catalogue.close()
    assert open_files() == before


def test_catalogue_damaged_while_it_is_read_is_one_line(folder):
    with open_searcher(folder, encoder=ENCODER) as searcher:
        (folder / "articles.sqlite").write_bytes(b"x" * (folder / "articles.sqlite").stat().st_size)
        with pytest.raises(SnapshotDamaged, match="articles.sqlite cannot be read") as caught:
            for number in range(4):
                searcher.article(f"a{number}")
    assert "\n" not in str(caught.value)


def test_live_searcher_says_that_its_folder_is_away_and_goes_on(folder, tmp_path):
    live = LiveSearcher(folder, encoder=ENCODER)
    live.check()
    os.rename(folder, tmp_path / "away")
    with pytest.raises(SnapshotMissing, match="put the folder back"):
        live.check()
    with live.lease() as searcher:
        assert searcher.search("نهر") and searcher.article("a1")
    os.rename(tmp_path / "away", folder)
    live.check()
    with live.lease() as searcher:
        assert searcher.search("نهر")
    assert live.refusal is None
    live.close()


def test_live_searcher_takes_a_mended_generation_without_a_new_manifest(folder, tmp_path):
    live = LiveSearcher(folder, encoder=ENCODER, try_again_s=0.0)
    build(articles(6), folder, encoder=ENCODER, progress=False)
    [statistics] = folder.glob("statistics-*")
    shutil.move(statistics, tmp_path / "kept")
    with live.lease() as searcher:
        assert searcher.generation == 1
    assert isinstance(live.refusal, SnapshotError) and "is missing" in str(live.refusal)
    shutil.move(tmp_path / "kept", statistics)
    with live.lease() as searcher:
        assert searcher.generation == 2
    assert live.refusal is None
    live.close()
