"""Files cut short under a process that searches: errors of ours, and the process lives."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from index.errors import SnapshotDamaged
from index.search.live import LiveSearcher
from index.search.searcher import open_searcher
from tests.conftest import ROOT
from tests.faults.damages import LARGE, SMALL, make_large, make_small

SEARCHING = """
import json, os, sys, threading, time
from index.errors import SnapshotDamaged
from index.search.searcher import open_searcher
from tests.faults.damages import LARGE

searcher = open_searcher(sys.argv[1], encoder=LARGE)
counts, cut = {"before": 0, "wrong": 0, "damaged": 0}, threading.Event()
over = threading.Event()

def ask(number):
    while not over.is_set():
        was_cut = cut.is_set()
        try:
            searcher.search(f"w{number} w{number + 7} river", k=20)
            counts["wrong" if was_cut else "before"] += 1
        except SnapshotDamaged as error:
            assert "\\n" not in str(error)
            counts["damaged"] += 1
        number = (number + 13) % 2000

threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
for thread in threads:
    thread.start()
def wait_for(name, seconds):
    end = time.monotonic() + seconds
    while counts[name] < 10 and time.monotonic() < end:
        time.sleep(0.02)

wait_for("before", 30)
os.truncate(sys.argv[2], os.path.getsize(sys.argv[2]) // 7)
cut.set()
wait_for("damaged", 30)
over.set()
for thread in threads:
    thread.join()
print(json.dumps(counts))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "index"
    make_large(folder)
    return folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the kernel ends the process")
@pytest.mark.parametrize("name", ["rows.npy", "vectors.npy", "faiss.bin", "articles.sqlite"])
def test_file_cut_under_running_searches_is_an_error_and_the_process_lives(large, tmp_path, name):
    folder = tmp_path / "index"
    shutil.copytree(large, folder)
    [path] = folder.rglob(name)
    command = [sys.executable, "-c", SEARCHING, str(folder), str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, (run.returncode, run.stderr[-2000:])
    counts = json.loads(run.stdout)
    assert counts["before"] and counts["damaged"], counts
    if name != "articles.sqlite":  # of which SQLite may have the pages that are asked for
        assert not counts["wrong"], counts


def test_any_file_cut_under_an_open_searcher_is_no_traceback(large, tmp_path):
    for number, (whole, encoder) in enumerate([(large, LARGE), (None, SMALL)]):
        for place in ("segments/*/*", "*.npz", "articles.sqlite"):
            folder = tmp_path / f"{number}{place[0]}"
            if whole is None:
                make_small(folder)
            else:
                shutil.copytree(whole, folder)
            live = LiveSearcher(folder, encoder=encoder)
            for path in folder.glob(place):
                os.truncate(path, path.stat().st_size // 3)
            try:
                with live.lease() as searcher:
                    for query in ("river w5", "w9 school"):
                        searcher.search(query, k=20)
            except SnapshotDamaged as error:
                assert "\n" not in str(error)
            live.close()


def test_check_of_a_searcher_names_the_file_that_was_cut(large, tmp_path):
    shutil.copytree(large, tmp_path / "index")
    [path] = (tmp_path / "index").glob("segments/*/rows.npy")
    live = LiveSearcher(tmp_path / "index", encoder=LARGE)
    with open_searcher(tmp_path / "index", encoder=LARGE) as searcher:
        searcher.check()
        os.truncate(path, 4096)
        with pytest.raises(SnapshotDamaged, match="rows.npy was cut from .* to 4096 bytes"):
            searcher.check()
    with pytest.raises(SnapshotDamaged, match="rows.npy was cut"):
        live.check()
    live.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the guard is Linux's")
def test_fault_of_another_file_ends_the_process_as_before(large, tmp_path):
    code = (
        "import mmap, os, sys\nfrom index.search.searcher import open_searcher\n"
        "from tests.faults.damages import LARGE\nsearcher = open_searcher(sys.argv[1], encoder=LARGE)\n"
        "with open(sys.argv[2], 'w+b') as file:\n    file.truncate(1 << 20)\n"
        "    other = mmap.mmap(file.fileno(), 0)\n    file.truncate(0)\n    other[1 << 19]\n"
    )
    command = [sys.executable, "-c", code, str(large), str(tmp_path / "other")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == -7, run.stderr
