"""Zip archives: each member read as a file of its own, within bounds that a bomb cannot break."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from index.articles.extras import parsing
from index.articles.sources import File, Unreadable, suffix_of, without_suffix

MEMBERS_AT_MOST = 200_000
MEMBER_BYTES_AT_MOST = 512 * 2**20
ALL_BYTES_AT_MOST = 16 * 2**30
RATIO_AT_MOST = 200  # text packs 3 to 20 times; a bomb a thousand times
_RATIO_FROM = 2**20  # bytes; small members may repeat a lot


def members(file: File) -> Iterator[File]:
    """The files in a zip archive, but for hidden ones and folders; ids begin with the archive's id.

    Nothing is written to disk, so that a member's path leads nowhere but into its id. Raises Unreadable for
    a damaged, encrypted or oversized archive; a single member that is too large is refused when it is read.
    """
    with parsing("archive"):
        archive = zipfile.ZipFile(file.open())
    _check(archive)
    for member in sorted(archive.infolist(), key=lambda each: each.filename):
        path = _inside(_name(member))
        if member.is_dir() or any(part.startswith((".", "~$", "__MACOSX")) for part in path.split("/")):
            continue
        yield File(
            f"{file.origin}!{path}",
            f"{file.article_id}/{without_suffix(path)}",
            suffix_of(path),
            lambda member=member: _open(archive, member),
        )


def check_zip(data: bytes) -> None:
    """Raises Unreadable when `data`, an office document, is no zip archive or a bomb."""
    with parsing("file"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check(archive)
        for member in archive.infolist():
            _check_member(member)


def _check(archive: zipfile.ZipFile) -> None:
    found = archive.infolist()
    if len(found) > MEMBERS_AT_MOST:
        raise Unreadable(
            f"the archive holds {len(found):,} files", f"pack at most {MEMBERS_AT_MOST:,} in one"
        )
    if sum(member.file_size for member in found) > ALL_BYTES_AT_MOST:
        raise Unreadable(f"the archive unpacks to more than {ALL_BYTES_AT_MOST // 2**30} GiB", "split it")


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise Unreadable("it is encrypted", "pack it without a password")
    if member.file_size > MEMBER_BYTES_AT_MOST:
        raise Unreadable(f"it is larger than {MEMBER_BYTES_AT_MOST // 2**20} MiB", "split it")
    if member.file_size > max(_RATIO_FROM, RATIO_AT_MOST * member.compress_size):
        raise Unreadable(
            f"it unpacks to {member.file_size // max(1, member.compress_size):,} times its size, as bombs do",
            "give it unpacked if it is what it should be",
        )


def _open(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    _check_member(member)
    with parsing("member of the archive"):
        return archive.open(member)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; many programs write UTF-8 and do not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _inside(name: str) -> str:
    """A member's path as it would lie below a folder, whatever it says: `../../etc/x` is `etc/x`."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/") or "unnamed"
