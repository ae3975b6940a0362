import hashlib
import json
import os
import tarfile
import threading
from dataclasses import replace

import numpy as np
import pytest

from index.building import build, remove
from index.encoder import HashingEncoder
from index.errors import SnapshotDamaged, SnapshotError, SnapshotMismatch, SnapshotMissing
from index.search.searcher import open_searcher
from index.store.durable.disk import StoredRows, save_blocks
from index.store.durable.seal import Seal, break_seal, read_seal
from index.store.generations.manifest import FORMAT_VERSION, Manifest, signed
from index.store.sqlite.catalogue import Catalogue
from index.store.upkeep.backup import backup, restore
from index.store.upkeep.verify import verify
from index.store.writing.pending import Encoded, Pending
from tests.small_corpus import articles

ENCODER = HashingEncoder(dimension=16)


@pytest.fixture
def folder(tmp_path):
    """An index of two segments, some rows of the first one deleted."""
    place = tmp_path / "index"
    build(articles(6), place, encoder=ENCODER, progress=False)
    build(articles(8), place, encoder=ENCODER, progress=False)
    remove(["a1"], place)
    return place


def segment_of(folder, *, deleted: bool):
    [entry] = [each for each in Manifest.read(folder).segments if bool(each.deleted) is deleted]
    return folder / "segments" / entry.name


def sign_again(folder):
    """Writes the checksums of the files as they are now: what is left is damage of the content."""
    from index.store.durable.disk import checksum

    values = json.loads((folder / "manifest.json").read_text())
    for entry in values["segments"]:
        for name in entry["files"]:
            path = folder / "segments" / entry["name"] / name
            entry["files"][name] = {"size": path.stat().st_size, "sha256": checksum(path)}
    (folder / "manifest.json").write_bytes(signed(values))


def sign_content(content):
    """A manifest with the checksum that is right for it, whatever it says."""
    old = json.loads(content)["sha256_of_this"].encode()
    unsigned = content.replace(old, b"0" * 64)
    return unsigned.replace(b"0" * 64, hashlib.sha256(unsigned).hexdigest().encode())


def change(folder, **values):
    replace(Manifest.read(folder), **values).write(folder)


def change_array(path, at, value):
    array = np.load(path)
    array[at] = value
    np.save(path, array)


def execute(folder, sql):
    catalogue = Catalogue(folder, writable=True)
    catalogue.connection.execute(sql)
    catalogue.commit()
    catalogue.close()


def flip_byte(path, at=-1):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_verify_of_a_whole_index_finds_nothing(folder):
    assert verify(folder, progress=False) == []


DAMAGE = {
    "missing file": (lambda f: (segment_of(f, deleted=False) / "vectors.npy").unlink(), "is missing"),
    "cut file": (lambda f: (segment_of(f, deleted=False) / "rows.npy").write_bytes(b"x"), "has 1 bytes, not"),
    "flipped bit": (lambda f: flip_byte(segment_of(f, deleted=True) / "counts.npy"), "its checksum is not"),
    "missing catalogue": (lambda f: (f / "articles.sqlite").unlink(), "articles.sqlite: is missing"),
    "cut manifest": (
        lambda f: (f / "manifest.json").write_text('{"format": 1'),
        "manifest.json cannot be read",
    ),
    "count of articles": (lambda f: change(f, articles=99), "the manifest says 99"),
    "count of passages": (lambda f: change(f, passages=99), "the manifest says 99"),
    "count of languages": (lambda f: change(f, languages={"xx": 1}), "the languages of the articles"),
    "vector": (
        lambda f: (change_array(segment_of(f, deleted=False) / "vectors.npy", 0, 0.5), sign_again(f)),
        "the vector of row 0 has length 2.000",
    ),
    "vector with gaps": (
        lambda f: (change_array(segment_of(f, deleted=False) / "vectors.npy", (0, 0), np.nan), sign_again(f)),
        "the vector of row 0",
    ),
    "postings": (
        lambda f: (change_array(segment_of(f, deleted=False) / "counts.npy", 0, 50), sign_again(f)),
        "terms in the postings",
    ),
    "terms out of order": (
        lambda f: (change_array(segment_of(f, deleted=False) / "terms.npy", 0, 2**64 - 1), sign_again(f)),
        "do not fit their table of terms",
    ),
    "vector of another passage": (
        lambda f: (change_array(segment_of(f, deleted=False) / "passages.npy", 0, 9_999), sign_again(f)),
        "has no passage",
    ),
    "text": (
        lambda f: execute(f, "UPDATE articles SET text = 'x' || text WHERE article_id = 'a3'"),
        "article 'a3' is not what its hash says",
    ),
    "span": (
        lambda f: execute(f, 'UPDATE passages SET "end" = 999999 WHERE key = 1'),
        "lies outside its text",
    ),
    "span in bytes": (
        lambda f: execute(f, "UPDATE passages SET first_byte = first_byte + 1 WHERE key = 1"),
        "is not the text at its span",
    ),
    "passage gone": (lambda f: execute(f, "DELETE FROM passages WHERE key = 1"), "passages, not"),
    "article gone": (lambda f: execute(f, "DELETE FROM articles WHERE article_id = 'a3'"), "has no passage"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_verify_names_the_damage(folder, kind):
    harm, expected = DAMAGE[kind]
    harm(folder)
    damage = verify(folder, progress=False)
    assert any(expected in finding for finding in damage), damage
    assert all("\n" not in finding for finding in damage)


def test_verify_tells_many_of_a_kind_briefly(folder):
    execute(folder, "UPDATE passages SET first_byte = first_byte + 1")
    damage = verify(folder, progress=False)
    assert "its checksum is not the one it was written with" in damage[0]
    assert len(damage) == 12 and "more of the same part" in damage[-1]


@pytest.mark.parametrize("name", ["next_article", "next_passage"])
def test_keys_counted_too_low_are_found_and_the_next_build_deletes_nothing(folder, name):
    change(folder, **{name: 3})
    assert any(f"{name} is 3, but keys up to" in finding for finding in verify(folder, progress=False))
    for write in (
        lambda: build(articles(9), folder, encoder=ENCODER, progress=False),
        lambda: remove(["a2"], folder),
    ):
        with pytest.raises(SnapshotDamaged, match="restore a backup") as caught:
            write()
        assert "\n" not in str(caught.value)
    with open_searcher(folder, encoder=ENCODER) as searcher:
        assert len(searcher.articles()) == 7
        assert searcher.search("نهر", k=50)


def test_signature_and_story_of_an_article_are_vouched_for(folder):
    for column, value in (("signature", "x'00'"), ("story", "1"), ("added", "2"), ("first_passage", "1")):
        execute(folder, f"UPDATE articles SET {column} = {value} WHERE article_id = 'a5'")
        damage = verify(folder, progress=False)
        assert any("are not what they were added as" in finding for finding in damage), column


def test_seal_follows_what_builds_change_without_reading_the_rest(folder):
    for number in range(4):
        build(articles(30, seed=number), folder, encoder=ENCODER, progress=False)
        with (folder / "articles.sqlite").open("rb") as file:
            assert read_seal(folder) == Seal.of(file.fileno())
    remove(["a3"], folder)
    build(articles(30, seed=9)[:2], folder, encoder=ENCODER, progress=False)
    with (folder / "articles.sqlite").open("rb") as file:
        assert read_seal(folder) == Seal.of(file.fileno())
    assert verify(folder, progress=False) == []


def test_seal_broken_by_a_killed_build_is_made_anew_by_the_next(folder):
    break_seal(folder)
    assert read_seal(folder) is None and verify(folder, progress=False) == []
    build(articles(9), folder, encoder=ENCODER, progress=False)
    assert read_seal(folder) is not None and verify(folder, progress=False) == []


@pytest.mark.parametrize("kind", ["missing file", "cut file", "missing catalogue", "cut manifest"])
def test_open_damaged_index_says_so(folder, kind):
    DAMAGE[kind][0](folder)
    with pytest.raises(SnapshotDamaged) as caught:
        open_searcher(folder, encoder=ENCODER)
    assert "\n" not in str(caught.value) and "restore a backup or build again" in str(caught.value)


def test_open_what_is_no_database_says_so(folder):
    for name in ("articles.sqlite", "articles.sqlite-wal"):
        (folder / name).write_bytes(b"x" * 8192)
    with pytest.raises(SnapshotDamaged, match="articles.sqlite"):
        open_searcher(folder, encoder=ENCODER)
    with pytest.raises(SnapshotError, match="articles.sqlite"):
        build(articles(9), folder, encoder=ENCODER, progress=False)


def test_open_missing_index_names_the_command(tmp_path):
    for place in (tmp_path / "nothing", tmp_path):
        with pytest.raises(SnapshotMissing, match="python -m index build PATH --index"):
            open_searcher(place, encoder=ENCODER)


def test_open_index_of_another_format_names_the_command(folder):
    values = json.loads((folder / "manifest.json").read_text())
    first = {name: value for name, value in values.items() if name != "sha256_of_this"} | {"format": 1}
    later = signed(values).replace(b'"format": %d' % FORMAT_VERSION, b'"format": %d' % (FORMAT_VERSION + 1))
    for content in (json.dumps(first).encode(), sign_content(later)):
        (folder / "manifest.json").write_bytes(content)
        for use in (
            lambda: open_searcher(folder, encoder=ENCODER),
            lambda: build(articles(9), folder, encoder=ENCODER, progress=False),
        ):
            with pytest.raises(
                SnapshotMismatch, match="build it again into a new folder: python -m index build"
            ):
                use()


def test_open_index_of_another_encoder_names_both(folder):
    with pytest.raises(SnapshotMismatch, match="hashing-16.*hashing-8"):
        open_searcher(folder, encoder=HashingEncoder(dimension=8))


def test_open_index_of_another_analysis_names_the_command(folder):
    change(folder, analysis="0")
    with pytest.raises(SnapshotMismatch, match="version 0 of the text analysis"):
        open_searcher(folder, encoder=ENCODER)


def test_backup_and_restore_give_the_same_answers(folder, tmp_path):
    with open_searcher(folder, encoder=ENCODER) as searcher:
        expected = searcher.search("نهر school", k=50)
        generation = searcher.generation
    assert backup(folder, tmp_path / "copy.tar") == generation
    assert restore(tmp_path / "copy.tar", tmp_path / "deep" / "restored") == generation
    with open_searcher(tmp_path / "deep" / "restored", encoder=ENCODER) as searcher:
        assert searcher.search("نهر school", k=50) == expected
    report = build(articles(9), tmp_path / "deep" / "restored", encoder=ENCODER, progress=False)
    assert (report.added, report.unchanged) == (2, 7)
    assert verify(tmp_path / "deep" / "restored", progress=False) == []


def test_backup_during_commits_is_one_generation(folder, tmp_path):
    stop, failures = threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                build(articles(8, seed=number), folder, encoder=ENCODER, progress=False)
            except Exception as error:
                failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(folder, tmp_path / "copy.tar")
            restore(tmp_path / "copy.tar", tmp_path / f"restored{number}")  # verifies
    finally:
        stop.set()
        writer.join()
    assert failures == []


def test_backup_to_a_place_that_is_no_file_is_refused(folder, tmp_path):
    with pytest.raises(SnapshotError, match=f"there is no folder {tmp_path / 'nowhere'};"):
        backup(folder, tmp_path / "nowhere" / "copy.tar")
    with pytest.raises(SnapshotError, match="is a folder"):
        backup(folder, tmp_path)


def test_restore_over_an_index_is_refused(folder, tmp_path):
    backup(folder, tmp_path / "copy.tar")
    with pytest.raises(SnapshotError, match="is not empty"):
        restore(tmp_path / "copy.tar", folder)
    with pytest.raises(SnapshotError, match="there is no backup"):
        restore(tmp_path / "nothing.tar", tmp_path / "new")


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "segments/../../outside", "a link"])
def test_restore_of_a_backup_that_leads_out_of_its_folder_is_refused(folder, tmp_path, name):
    backup(folder, tmp_path / "copy.tar")
    member = tarfile.TarInfo(name)
    if name == "a link":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "copy.tar", "a") as archive:
        archive.addfile(member)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SnapshotDamaged, match=f"it holds '{name}', which is no file of an index"):
        restore(tmp_path / "copy.tar", tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("harm", ["cut", "flipped", "no manifest", "no tar"])
def test_restore_of_a_damaged_backup_is_refused(folder, tmp_path, harm):
    copy = tmp_path / "copy.tar"
    backup(folder, copy)
    if harm == "cut":
        copy.write_bytes(copy.read_bytes()[:-30_000])
    elif harm == "flipped":
        with tarfile.open(copy) as archive:
            [vectors, *_rest] = [each for each in archive.getmembers() if each.name.endswith("vectors.npy")]
        flip_byte(copy, vectors.offset_data + vectors.size - 1)
    elif harm == "no manifest":
        with tarfile.open(copy, "w"):
            pass
    else:
        copy.write_bytes(b"x" * 2000)
    with pytest.raises(SnapshotDamaged, match="copy.tar is") as caught:
        restore(copy, tmp_path / "restored")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "restored").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "index"]


def block(vectors: list[list[float]]) -> Encoded:
    return Encoded(
        np.array(vectors, np.float32), [np.full((row, 3), row, np.uint8) for row in range(len(vectors))]
    )


def test_pending_block_without_keys_is_not_used(tmp_path):
    pending = Pending(tmp_path, encoder="e", dimension=2)
    keys = [pending.key(text) for text in ("one", "two", "three")]
    pending.keep(keys[:2], block([[1, 0], [0, 1]]))
    pending.keep(keys[2:], block([[1, 1]]))
    (tmp_path / "pending" / "00000002.keys.npz").unlink()
    again = Pending(tmp_path, encoder="e", dimension=2)
    assert again.get(keys[1])[0].tolist() == [0, 1]
    assert again.get(keys[1])[1].tolist() == [[1, 1, 1]]
    assert again.get(keys[2]) is None
    again.keep(keys[2:], block([[1, 1]]))
    assert Pending(tmp_path, encoder="e", dimension=2).get(keys[2])[0].tolist() == [1, 1]


@pytest.mark.parametrize("part", ["vectors.npy", "words.npy", "offsets.npy", "keys.npz"])
@pytest.mark.parametrize("harm", ["changed", "emptied", "cut", "removed", "a folder"])
def test_pending_block_that_is_damaged_is_not_used(tmp_path, part, harm):
    pending = Pending(tmp_path, encoder="e", dimension=2)
    keys = [pending.key(text) for text in ("one", "two", "three")]
    pending.keep(keys[:2], block([[1, 0], [0, 1]]))
    pending.keep(keys[2:], block([[1, 1]]))
    path = tmp_path / "pending" / f"00000001.{part}"
    if harm == "changed":
        flip_byte(path, at=path.stat().st_size - 9 if part == "keys.npz" else -1)
    elif harm in ("emptied", "cut"):
        path.write_bytes(path.read_bytes()[: 0 if harm == "emptied" else -5])
    else:
        path.unlink()
        if harm == "a folder":
            path.mkdir()
    again = Pending(tmp_path, encoder="e", dimension=2)
    assert keys[2] in again and again.get(keys[2])[0].tolist() == [1, 1]
    assert keys[0] not in again
    again.keep(keys[:1], block([[0, 1]]))
    assert Pending(tmp_path, encoder="e", dimension=2).get(keys[0])[0].tolist() == [0, 1]


def test_pending_vectors_of_another_encoder_are_not_used(tmp_path):
    pending = Pending(tmp_path, encoder="e", dimension=2)
    pending.keep([pending.key("one")], block([[1, 0]]))
    other = Pending(tmp_path, encoder="f", dimension=2)
    assert other.get(other.key("one")) is None


def test_stored_rows_are_those_of_the_file_even_when_it_is_unlinked(tmp_path):
    rows = np.arange(60, dtype=np.uint8).reshape(20, 3)
    save_blocks(tmp_path / "rows.npy", [rows[:7], rows[7:]], shape=rows.shape, dtype=np.uint8)
    stored = StoredRows(tmp_path / "rows.npy")
    (tmp_path / "rows.npy").unlink()
    assert len(stored) == 20 and stored.shape == (20, 3)
    for first, last in ((0, 20), (5, 9), (9, 9), (18, 40)):
        assert np.array_equal(stored[first:last], rows[first:last])
    np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match="not rows"):
        StoredRows(tmp_path / "cube.npy")


@pytest.mark.parametrize("at_once", [1, 7, 30, 1 << 30])
def test_stored_rows_are_whole_however_little_one_call_gives(tmp_path, at_once):
    rows = np.arange(3_000, dtype=np.uint16).reshape(500, 6)
    np.save(tmp_path / "rows.npy", rows)
    stored = StoredRows(tmp_path / "rows.npy", at_once=at_once)
    for first, last in ((0, 500), (3, 4), (17, 17), (490, 600)):
        assert np.array_equal(stored[first:last], rows[first:last])
    assert np.array_equal(stored.take(np.array([499, 0])), rows[[499, 0]])


@pytest.mark.skipif("TEST_LARGE" not in os.environ, reason="reads 2 GiB; set TEST_LARGE to do it")
def test_stored_rows_past_two_gibibytes_are_whole(tmp_path):
    """A file with a hole: it takes no room on the disk."""
    path, rows = tmp_path / "rows.npy", (2 << 30) // 4096 + 2
    with path.open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (rows, 4096)}
        np.lib.format.write_array_header_1_0(file, header)
        first = file.tell()
        file.truncate(first + rows * 4096)
        file.seek(first + (rows - 1) * 4096)
        file.write(b"\7" * 4096)
    found = StoredRows(path)[:]
    assert found.shape == (rows, 4096) and found[-1, -1] == 7 and found[-2, -1] == 0


def test_stored_rows_of_a_file_that_was_cut_are_damage(tmp_path):
    np.save(tmp_path / "rows.npy", np.zeros((50, 4), np.uint8))
    stored = StoredRows(tmp_path / "rows.npy")
    os.truncate(tmp_path / "rows.npy", 200)
    for read in (lambda: stored[:], lambda: stored[49:50], lambda: stored.take(np.array([0, 49]))):
        with pytest.raises(SnapshotDamaged, match="ends too early"):
            read()


def test_stored_rows_of_one_dimension_are_single_values(tmp_path):
    np.save(tmp_path / "flat.npy", np.arange(40, dtype=np.uint16))
    stored = StoredRows(tmp_path / "flat.npy")
    assert stored[3:7].tolist() == [3, 4, 5, 6]
    assert stored.take(np.array([39, 0])).tolist() == [39, 0]
