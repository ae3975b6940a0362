"""Killed, locked out, out of space: the last committed generation goes on, and nothing is mixed."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.building import build
from index.encoder import HashingEncoder
from index.errors import SnapshotLocked
from index.search.live import LiveSearcher
from index.search.searcher import open_searcher
from index.store.durable.lock import writer_lock
from index.store.upkeep.verify import verify
from tests.conftest import ROOT
from tests.small_corpus import article, articles

KILLS = int(os.environ.get("TEST_KILLS", "40"))
ENCODER = HashingEncoder(dimension=16)


def test_killed_at_random_points_one_whole_state_is_left(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.crash", str(tmp_path / "index"), str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["kills"] == KILLS and seen["commits"] > 0


def test_second_builder_is_told_who_holds_the_lock(tmp_path):
    build(articles(2), tmp_path, encoder=ENCODER, progress=False)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom index.store.durable.lock import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(SnapshotLocked, match=f"process {other.pid} on ") as caught:
                build(articles(3), tmp_path, encoder=ENCODER, progress=False)
            assert "wait for it or end it" in str(caught.value)
            with open_searcher(tmp_path, encoder=ENCODER) as searcher:  # reading goes on
                assert searcher.search("نهر")
        finally:
            other.kill()
    # The lock of the dead process is nobody's.
    assert build(articles(3), tmp_path, encoder=ENCODER, progress=False).added == 1


def test_lock_is_free_after_use(tmp_path):
    for _time in range(2):
        with writer_lock(tmp_path):
            pass


def test_disk_that_takes_no_more_leaves_the_last_generation(tmp_path):
    """A limit on the size of files stands for the full disk: writes fail half-way in the same places."""
    build(articles(3), tmp_path / "index", encoder=ENCODER, progress=False)
    code = (
        "import resource, signal, sys\nfrom index.building import build\n"
        "from index.errors import MustanadError\n"
        "from index.encoder import HashingEncoder\nfrom tests.small_corpus import articles\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "limit = int(sys.argv[2])\nresource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "try:\n    build(articles(200), sys.argv[1], encoder=HashingEncoder(dimension=16), progress=False)\n"
        "except MustanadError as error:\n    print(type(error).__name__, error)\n    sys.exit(2)\n"
    )
    failed = 0
    for limit in (200, 3_000, 30_000, 60_000, 100_000, 200_000):
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "index"), str(limit)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            failed += 1
            assert run.returncode == 2, run.stderr
            assert run.stdout.startswith("SnapshotError ") and run.stdout.count("\n") == 1, run.stdout
            assert verify(tmp_path / "index", progress=False) == []
            with open_searcher(tmp_path / "index", encoder=ENCODER) as searcher:
                assert searcher.info().articles == 3
    assert failed >= 3
    assert build(articles(200), tmp_path / "index", encoder=ENCODER, progress=False).added == 197
    assert verify(tmp_path / "index", progress=False) == []


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_folder_that_may_not_be_written_can_still_be_read(tmp_path):
    folder = tmp_path / "index"
    build(articles(3), folder, encoder=ENCODER, progress=False)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in tmp_path.parents:  # pytest's own folders are closed to others
        if os.stat(parent).st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    code = (
        "import sys\nfrom index.building import build\nfrom index.encoder import HashingEncoder\n"
        "from index.errors import SnapshotError\nfrom index.search.searcher import open_searcher\n"
        "from tests.small_corpus import articles\nencoder = HashingEncoder(dimension=16)\n"
        "with open_searcher(sys.argv[1], encoder=encoder) as searcher:\n"
        "    assert searcher.search('نهر')\n"
        "try:\n    build(articles(4), sys.argv[1], encoder=encoder, progress=False)\n"
        "except SnapshotError as error:\n    print(error)\n"
    )
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*as_nobody, sys.executable, "-B", "-c", code, str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "cannot be written" in run.stdout and "permission" in run.stdout, run.stdout
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def numbered(number: int) -> list:
    """A corpus of which every article says `number`."""
    return [article(f"a{place}", seed=number, title=str(number), sentences=3) for place in range(6)]


def test_reader_during_twenty_commits_sees_no_error_and_no_mixture(tmp_path):
    build(numbered(0), tmp_path, encoder=ENCODER, progress=False)
    live, seen, errors, done = LiveSearcher(tmp_path, encoder=ENCODER), set(), [], threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                with live.lease() as searcher:
                    hits = searcher.search("نهر school 2024", k=50)
                    titles = {searcher.article(hit.passage.article_id).title for hit in hits}
                    titles |= {found.title for found in searcher.articles()}
                    assert len(titles) == 1, f"generations mixed: {titles}"
                    assert int(titles.pop()) == searcher.generation - 1
                    seen.add(searcher.generation)
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _reader in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 21):
        build(numbered(number), tmp_path, encoder=ENCODER, progress=False)
    done.set()
    for reader in readers:
        reader.join()
    with live.lease() as searcher:
        assert searcher.generation == 21
    live.close()
    assert errors == []
    assert len(seen) > 3


def test_reader_of_an_old_generation_keeps_its_articles_until_it_ends(tmp_path):
    build(numbered(0), tmp_path, encoder=ENCODER, progress=False)
    old = open_searcher(tmp_path, encoder=ENCODER)
    for number in range(1, 4):
        build(numbered(number), tmp_path, encoder=ENCODER, progress=False)
    assert {found.title for found in old.articles()} == {"0"}
    assert len(old.search("نهر", k=50)) > 0
    assert {old.article(hit.passage.article_id).title for hit in old.search("نهر", k=50)} == {"0"}
    old.close()
    build(numbered(4), tmp_path, encoder=ENCODER, progress=False)
    build(numbered(5), tmp_path, encoder=ENCODER, progress=False)
    assert len(os.listdir(tmp_path / "pins")) == 1
    assert len(os.listdir(tmp_path / "segments")) == 1


def test_live_searcher_gives_back_what_it_no_longer_needs(tmp_path):
    build(numbered(0), tmp_path, encoder=ENCODER, progress=False)
    live = LiveSearcher(tmp_path, encoder=ENCODER)

    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    counts = []
    for number in range(1, 6):
        build(numbered(number), tmp_path, encoder=ENCODER, progress=False)
        with live.lease() as searcher:
            searcher.search("نهر")
        counts.append(open_files())
    assert len(set(counts)) == 1, counts
    live.close()
    with pytest.raises(RuntimeError, match="closed"), live.lease():
        pass


def test_live_searcher_goes_on_when_the_new_state_is_damaged(tmp_path):
    build(numbered(0), tmp_path, encoder=ENCODER, progress=False)
    live = LiveSearcher(tmp_path, encoder=ENCODER)
    whole = (tmp_path / "manifest.json").read_bytes()
    (tmp_path / "manifest.json").write_text("{")
    with live.lease() as searcher:
        assert searcher.generation == 1
    (tmp_path / "manifest.json").write_bytes(whole)
    build(numbered(1), tmp_path, encoder=ENCODER, progress=False)
    with live.lease() as searcher:
        assert searcher.generation == 2
    live.close()
