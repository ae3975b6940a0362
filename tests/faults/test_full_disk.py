"""A disk that fills up: one line that says so, and nothing that was committed is lost."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.building import build
from index.encoder import HashingEncoder
from index.search.searcher import open_searcher
from index.store.upkeep.verify import verify
from tests.conftest import ROOT
from tests.small_corpus import articles

ENCODER = HashingEncoder(dimension=16)
SIZES_KB = (600, 800, 1_100, 1_500, 2_200, 4_000)
BUILD = (
    "import sys\nfrom index.building import build\nfrom index.encoder import HashingEncoder\n"
    "from index.errors import MustanadError\nfrom tests.small_corpus import articles\n"
    "try:\n    build(articles(150), sys.argv[1], encoder=HashingEncoder(dimension=16), progress=False)\n"
    "except MustanadError as error:\n    print(error)\n    sys.exit(2)\n"
)


@contextlib.contextmanager
def small_disk(place: Path, size_kb: int) -> Iterator[None]:
    """A file system of its own, that small; skips where this user may not mount one."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_full_disk_is_told_in_one_line_and_the_last_generation_stays(tmp_path):
    failed = 0
    for size_kb in SIZES_KB:
        place = tmp_path / str(size_kb)
        with small_disk(place, size_kb):
            folder = place / "index"
            build(articles(3), folder, encoder=ENCODER, progress=False)
            run = subprocess.run(
                [sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, capture_output=True, text=True
            )
            assert run.stderr == ""
            if run.returncode:
                failed += 1
                assert run.returncode == 2 and run.stdout.count("\n") == 1, run.stdout
                assert run.stdout.startswith("the disk is full: ") and "free some space" in run.stdout
            assert verify(folder, progress=False) == []
            with open_searcher(folder, encoder=ENCODER) as searcher:
                assert searcher.info().articles == (3 if run.returncode else 150)
                assert searcher.search("نهر", k=50)
            if run.returncode:  # as told: some space is freed, the command run again
                subprocess.run(["mount", "-o", f"remount,size={8 * size_kb}k", str(place)], check=True)
                assert build(articles(150), folder, encoder=ENCODER, progress=False).added == 147
                assert verify(folder, progress=False) == []
    assert failed >= 3
