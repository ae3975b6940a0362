"""Several readers of one index: from one folder, and from copies that are switched by a link."""

from __future__ import annotations

import contextlib
import os

from index.building import build
from index.encoder import HashingEncoder
from index.search.live import LiveSearcher
from index.store.upkeep.backup import backup, restore
from tests.small_corpus import articles

ENCODER = HashingEncoder(dimension=16)


def held(reader: LiveSearcher) -> int:
    with reader.lease() as searcher:
        assert searcher.search("river")
        return len(searcher.articles(limit=100))


def readers(stack: contextlib.ExitStack, *folders) -> list[LiveSearcher]:
    opened = [LiveSearcher(folder, encoder=ENCODER) for folder in folders]
    for reader in opened:
        stack.callback(reader.close)
    return opened


def test_two_readers_of_one_folder_follow_its_builder(tmp_path):
    build(articles(3), tmp_path / "index", encoder=ENCODER, progress=False)
    with contextlib.ExitStack() as stack:
        both = readers(stack, tmp_path / "index", tmp_path / "index")
        assert [held(reader) for reader in both] == [3, 3]
        build(articles(5), tmp_path / "index", encoder=ENCODER, progress=False)
        assert [held(reader) for reader in both] == [5, 5]


def test_two_readers_of_copies_follow_their_links(tmp_path):
    built = tmp_path / "built"
    build(articles(3), built, encoder=ENCODER, progress=False)

    def send(generation: str) -> None:
        backup(built, tmp_path / f"{generation}.tar")
        for reader in ("one", "two"):
            copy = tmp_path / reader / generation
            restore(tmp_path / f"{generation}.tar", copy)
            (tmp_path / reader / "new").symlink_to(copy)
            os.replace(tmp_path / reader / "new", tmp_path / reader / "index")

    send("first")
    with contextlib.ExitStack() as stack:
        both = readers(stack, tmp_path / "one" / "index", tmp_path / "two" / "index")
        assert [held(reader) for reader in both] == [3, 3]
        build(articles(6), built, encoder=ENCODER, progress=False)
        assert [held(reader) for reader in both] == [3, 3]
        send("second")
        assert [held(reader) for reader in both] == [6, 6]
