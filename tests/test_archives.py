"""Zip archives and gzip: members as files of their own, bombs refused."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from tests.article_files import OTHER, PARAGRAPH, only, read


def test_zip_gives_members_with_ids_below_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2025/a.txt", PARAGRAPH)
        archive.writestr("b.md", f"---\ntitle: عنوان\n---\n{OTHER}")
        archive.writestr("img/logo.png", b"\x89PNG")
        archive.writestr("__MACOSX/._a.txt", b"x")
        archive.writestr("../../escape.txt", OTHER)
        archive.writestr("inner.zip", b"PK")
    articles, skipped = read(tmp_path / "news.zip")
    assert sorted(article.article_id for article in articles) == ["news/2025/a", "news/b", "news/escape"]
    assert [each.reason for each in skipped] == ["it is an archive within an archive"]
    assert sorted(path.name for path in tmp_path.parent.rglob("escape*")) == []


def test_zip_with_unmarked_utf8_names_gives_readable_ids(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
        archive.writestr("xx-name.txt", PARAGRAPH)
    data = (tmp_path / "news.zip").read_bytes()
    (tmp_path / "news.zip").write_bytes(data.replace(b"xx-name", "خبر1".encode()))
    assert only(tmp_path / "news.zip").article_id == "news/خبر1"


def test_zip_bomb_and_damaged_member_are_skipped_and_others_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"a" * 30_000_000)
        archive.writestr("good.txt", PARAGRAPH)
        archive.writestr(zipfile.ZipInfo("hurt.txt"), OTHER * 3)
    data = bytearray((tmp_path / "news.zip").read_bytes())
    place = data.rindex(OTHER.encode()[:40], 0, data.index(b"PK\x01\x02"))
    data[place + 5] ^= 0xFF
    (tmp_path / "news.zip").write_bytes(data)
    articles, skipped = read(tmp_path / "news.zip")
    assert [article.article_id for article in articles] == ["news/good"]
    assert {each.origin.rpartition("!")[2] for each in skipped} == {"bomb.txt", "hurt.txt"}


def test_gzip_of_any_text_format_is_read_and_damage_named(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(PARAGRAPH.encode()))
    (tmp_path / "b.md.gz").write_bytes(gzip.compress(f"# عنوان\n\n{OTHER}".encode()))
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(OTHER.encode())[:-12])
    articles, skipped = read(tmp_path)
    assert [article.article_id for article in articles] == ["a", "b"]
    assert "damaged" in skipped[0].reason


def test_pruning_follows_what_an_archive_holds(tmp_path):
    from index.building import build
    from index.encoder import HashingEncoder

    def pack(*names: str) -> Path:
        with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
            for name in names:
                archive.writestr(name, f"{name}\n\n{PARAGRAPH} {name}")
        return tmp_path / "news.zip"

    def run(path: Path) -> tuple[int, int, int]:
        made = build(
            [path], tmp_path / "index", encoder=HashingEncoder(dimension=64), prune=True, progress=False
        )
        return made.added, made.unchanged, made.removed

    (tmp_path / "other.txt").write_text(OTHER, encoding="utf-8")
    assert run(pack("a.txt", "b.txt")) == (2, 0, 0)
    assert run(tmp_path / "other.txt") == (1, 0, 0)  # the archive was not asked for and is still there
    assert run(pack("b.txt")) == (0, 1, 1)
    (tmp_path / "news.zip").unlink()
    assert run(tmp_path / "other.txt") == (0, 1, 1)
