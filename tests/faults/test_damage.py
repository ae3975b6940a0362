"""Every kind of damage to every kind of file: told in one line, never a traceback, never overlooked."""

import os
import random
import shutil
from pathlib import Path

import pytest

from index.building import build
from index.errors import SnapshotError
from index.search.live import LiveSearcher
from index.search.searcher import open_searcher
from index.store.sqlite.catalogue import Catalogue
from index.store.upkeep.verify import verify
from tests.faults.damages import (
    DAMAGES,
    LARGE,
    SMALL,
    changed_at,
    copy_of,
    kinds_of,
    make_large,
    make_small,
)
from tests.small_corpus import articles

POSITIONS = int(os.environ.get("TEST_POSITIONS", "0"))  # bytes changed in each kind of file of both indexes
FEW = 5  # bytes changed where nothing is said
OF_LARGE = (
    "rows.npy",
    "vectors.npy",
    "faiss.bin",
)  # what a large index opens in another way than a small one
ENCODERS = {"small": SMALL, "large": LARGE}


@pytest.fixture(scope="module")
def indexes(tmp_path_factory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("whole")
    make_small(place / "small")
    make_large(place / "large")
    return {name: place / name for name in ENCODERS}


def damaged(indexes: dict[str, Path], size: str) -> list[Path]:
    """The files to damage: one of each kind, of a large index those that are opened in another way."""
    some = kinds_of(indexes[size])
    return [path for kind, path in some if size == "small" or POSITIONS or kind in OF_LARGE]


def one_line(error: SnapshotError) -> str:
    assert str(error) and "\n" not in str(error)
    return str(error)


def use(folder: Path, encoder) -> bool:
    """Whether the index opens and answers; an error must be one of ours, in one line."""
    try:
        with open_searcher(folder, encoder=encoder) as searcher:
            for query in ("نهر river w7", "school 2024 w100"):
                for hit in searcher.search(query, k=20):
                    searcher.article(hit.passage.article_id)
            return True
    except SnapshotError as error:
        one_line(error)
        return False


def tell(folder: Path, encoder) -> list[str]:
    """What verify finds, each in one line; the whole is opened and searched too."""
    found = verify(folder, progress=False)
    assert all(line and "\n" not in line for line in found)
    use(folder, encoder)
    return found


def test_whole_indexes_have_no_damage_and_every_kind_of_file(indexes):
    for name, folder in indexes.items():
        assert verify(folder, progress=False) == []
        assert use(folder, ENCODERS[name])
    kinds = {name: {kind for kind, _path in kinds_of(folder)} for name, folder in indexes.items()}
    common = {"manifest.json", "articles.sqlite", "articles.seal", "statistics", "calibration"}
    arrays = {f"{name}.npy" for name in ("terms", "offsets", "rows", "counts", "lengths", "vectors", "words")}
    arrays |= {"passages.npy", "articles.npy", "stories.npy", "word_offsets.npy"}
    assert kinds["small"] == common | arrays | {"deleted"}
    assert kinds["large"] == common | arrays | {"faiss.bin"}


@pytest.mark.parametrize("size", ENCODERS)
@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_of_every_file_is_found(indexes, tmp_path, size, kind):
    for number, path in enumerate(damaged(indexes, size)):
        folder = copy_of(indexes[size], tmp_path / str(number), path)
        DAMAGES[kind](folder / path)
        assert tell(folder, ENCODERS[size]), f"{path}: {kind}"
        shutil.rmtree(folder)


@pytest.mark.parametrize("size", ENCODERS)
def test_changed_byte_anywhere_is_found(indexes, tmp_path, size):
    chance = random.Random(POSITIONS)
    for number, path in enumerate(damaged(indexes, size)):
        folder = copy_of(indexes[size], tmp_path / str(number), path)
        whole = (folder / path).read_bytes()
        for _position in range(POSITIONS or FEW):
            position = chance.randrange(len(whole))
            changed_at(position)(folder / path)
            assert verify(folder, progress=False), f"{path}: byte {position}"
            if path.name != "faiss.bin":  # neighbours past the last crash FAISS: docs/store.md, Limits
                use(folder, ENCODERS[size])
            (folder / path).write_bytes(whole)
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", DAMAGES)
def test_running_searcher_goes_on_when_a_new_generation_is_damaged(indexes, tmp_path, kind):
    """What only the new generation is made of; the files of the old one stay whole."""
    for number, name in enumerate(
        ("manifest.json", "statistics-*", "segments/*/deleted-*", "segments/*/rows.npy")
    ):
        folder = tmp_path / str(number)
        shutil.copytree(indexes["small"], folder)
        live = LiveSearcher(folder, encoder=SMALL)
        before = {str(path) for path in folder.glob(name)} - {str(folder / "manifest.json")}
        build(articles(9)[:1] + articles(9, seed=3)[7:], folder, encoder=SMALL, progress=False)
        [path, *_more] = [path for path in folder.glob(name) if str(path) not in before]
        DAMAGES[kind](path)
        with live.lease() as searcher:
            assert searcher.generation == 3
            assert searcher.search("نهر river", k=20)
        assert "\n" not in one_line(live.refusal)
        if path.exists():
            live.check()
        live.close()
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", DAMAGES)
def test_build_on_a_damaged_index_is_refused_or_done_and_loses_nothing(indexes, tmp_path, kind):
    for number, (_file, path) in enumerate(kinds_of(indexes["small"])):
        if path.name in ("manifest.json", "articles.sqlite"):
            continue  # without these there is nothing to build on
        folder = copy_of(indexes["small"], tmp_path / str(number), path)
        DAMAGES[kind](folder / path)
        try:
            build(articles(9), folder, encoder=SMALL, progress=False)
        except SnapshotError as error:
            one_line(error)
        catalogue = Catalogue(folder)
        assert len(catalogue.keys(3)) >= 7
        catalogue.close()
        shutil.rmtree(folder)
