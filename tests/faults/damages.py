"""Damages of every kind to every kind of file of an index, and two indexes to damage."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from index.articles import Article
from index.building import build, remove
from index.encoder import HashingEncoder
from index.encoder.calibration import Calibration
from index.passages import Passage
from index.sparse import Postings
from index.store.sqlite.schema import NewArticle
from index.store.writing.identity import identity_of
from index.store.writing.pending import Encoded
from index.store.writing.writer import writing
from tests.small_corpus import WORDS, articles

SMALL = HashingEncoder(dimension=16)
LARGE = HashingEncoder(dimension=64)
ROWS, ROWS_AN_ARTICLE, TERMS_A_ROW = 10_300, 103, 30  # so many that arrays are mapped and there is a graph


def _changed(position: Callable[[int], int]) -> Callable[[Path], None]:
    def harm(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[position(len(content))] ^= 0x10
        path.write_bytes(content)

    return harm


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _appended(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def _overwritten(path: Path) -> None:
    path.write_bytes(random.Random(path.name).randbytes(path.stat().st_size))


def _replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replaced_by_json(path: Path) -> None:
    path.write_bytes(b"[]")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "first byte": _changed(lambda _size: 0),
    "header": _changed(lambda size: min(40, size - 1)),
    "middle": _changed(lambda size: size // 2),
    "last byte": _changed(lambda size: size - 1),
    "truncated": _truncated,
    "shortened": _shortened,
    "emptied": _emptied,
    "appended": _appended,
    "overwritten": _overwritten,
    "removed": Path.unlink,
    "a folder": _replaced_by_folder,
    "an empty list": _replaced_by_json,
}


def changed_at(position: int) -> Callable[[Path], None]:
    """Changes one byte."""
    return _changed(lambda size: position % size)


def kinds_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """One file of each kind that an index of one generation is made of, and its name within the index."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        kind = "".join(each for each in path.name if not each.isdigit()).split("-")[0]
        if path.is_file() and path.parent.name != "pins" and kind not in (*seen, "lock"):
            seen.add(kind)
            yield kind, path.relative_to(folder)


def make_small(folder: Path) -> None:
    """Two segments, the second written last; some rows of the first deleted."""
    build(articles(6), folder, encoder=SMALL, progress=False)
    build(articles(8), folder, encoder=SMALL, progress=False)
    remove(["a1"], folder)


def make_large(folder: Path) -> None:
    """One segment with a graph, whose large arrays are mapped; texts and vectors at random."""
    chance, noise = random.Random(5), np.random.default_rng(5)
    vocabulary = [*WORDS, *(f"w{number}" for number in range(2_000))]
    with writing(folder, identity_of(LARGE)) as writer:
        path = folder / "calibration-made.npz"
        Calibration.of(LARGE).save(path)
        writer.name_calibration(path)
        made, terms = [], []
        for number in range(ROWS // ROWS_AN_ARTICLE):
            lines = [" ".join(chance.sample(vocabulary, TERMS_A_ROW)) for _ in range(ROWS_AN_ARTICLE)]
            text, passages, at = "\n".join(lines), [], 0
            for line in lines:
                passages.append(
                    Passage(f"b{number}#{at}-{at + len(line)}", f"b{number}", at, at + len(line), line)
                )
                terms.append(line.split())
                at += len(line) + 1
            article = Article(f"b{number}", f"Title {number}", text, language="en")
            key, first = writer.claim(len(passages))
            made.append(NewArticle(key, article, article.content_hash(), passages, first, story=key))
        vectors = noise.normal(size=(len(terms), LARGE.dimension))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        words = [np.empty((0, 0), np.uint8)] * len(terms)
        writer.add(made, Encoded(vectors.astype(np.float32), words), Postings.of(terms))
        writer.commit()


def copy_of(folder: Path, place: Path, damaged: Path) -> Path:
    """A copy to damage one file of: large files that stay whole are shared with the original."""

    def copy(source: str, target: str) -> None:
        shared = "segments" in source and not source.endswith(str(damaged))
        (os.link if shared else shutil.copy2)(source, target)

    shutil.copytree(folder, place, copy_function=copy)
    return place
