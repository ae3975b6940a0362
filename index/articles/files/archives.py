"""Zip archives: each member read as a file of its own, within bounds that a bomb cannot break."""

from __future__ import annotations

import io
import os
import posixpath
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from index.articles.files.bounds import (
    RATIO_AT_MOST,
    RATIO_FROM,
    STREAM_BYTES_AT_MOST,
    bomb,
    whole_bytes_at_most,
)
from index.articles.files.extras import parsing
from index.articles.files.sources import BYTES_AT_MOST, File, Unreadable, suffix_of, without_suffix

MEMBERS_AT_MOST = 200_000
MEMBER_BYTES_AT_MOST = 512 * 2**20
_ALL_BYTES_FREE = 64 * 2**20  # all members together may unpack to this much, and
_ALL_RATIO_AT_MOST = 50  # so many times the archive's size
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: the name in UTF-8
_UTF8_FLAG = 0x800
# zipfile bounds the output of deflate alone; 40 bytes of bzip2 unpack to 45 MB before it looks.
_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
_COMMON_ARABIC = frozenset("اليمنورتبدسعفقحكهةأ")


def members(file: File) -> Iterator[File]:
    """Give the files in a zip archive, but for hidden ones and folders; ids begin with the archive's id.

    Nothing is written to disk, so that a member's path leads nowhere but into its id. Raises Unreadable for
    a damaged or oversized archive; a member that is encrypted or too large is refused when it is read.
    """
    with parsing("archive"):
        stream = file.open()
        archive = zipfile.ZipFile(stream)
        _check(archive, stream.seek(0, os.SEEK_END))
    taken: dict[str, int] = {}
    for path, member in sorted(_named(archive.infolist()), key=lambda named: named[0]):
        if path.endswith("/") or any(part.startswith((".", "~$", "__MACOSX")) for part in path.split("/")):
            continue
        yield File(
            f"{file.origin}!{path}",
            f"{file.article_id}/{_untaken(without_suffix(path), taken)}",
            suffix_of(path),
            partial(open_member, archive, member),
            min(BYTES_AT_MOST, whole_bytes_at_most(member.compress_size)),
        )


def opened_zip(content: bytes) -> zipfile.ZipFile:
    """Give an office document or a book, which are zip archives.

    Raises Unreadable when it is none, or a bomb.
    """
    with parsing("file"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check(archive, len(content))
    return archive


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    """Give a member as a stream; raises Unreadable when it is encrypted or a bomb."""
    _check_member(member)
    with parsing("member of the archive"):
        return archive.open(member)  # type: ignore[return-value]  # IO[bytes], of which BinaryIO is one


def _check(archive: zipfile.ZipFile, size: int) -> None:
    """Raise Unreadable when the archive, of `size` bytes, holds or unpacks to too much."""
    listed = archive.infolist()
    if len(listed) > MEMBERS_AT_MOST:
        raise Unreadable(
            f"the archive holds {len(listed):,} files", f"pack at most {MEMBERS_AT_MOST:,} in one"
        )
    if sum(member.compress_size for member in listed) > size:
        raise Unreadable("the members of the archive lie over one another, as in bombs", "pack it again")
    unpacked = sum(member.file_size for member in listed if not _is_bomb(member))
    if unpacked > STREAM_BYTES_AT_MOST:
        raise Unreadable(f"the archive unpacks to more than {STREAM_BYTES_AT_MOST // 2**30} GiB", "split it")
    if unpacked > _ALL_BYTES_FREE + _ALL_RATIO_AT_MOST * size:
        raise bomb(unpacked, size)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member by itself unpacks to too much.

    It is refused when it is read, and costs nothing.
    """
    return member.file_size > max(RATIO_FROM, RATIO_AT_MOST * member.compress_size)


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise Unreadable("it is encrypted", "pack it without a password")
    if member.compress_type not in _METHODS:
        raise Unreadable("it is packed in a way that is not read (only deflate is)", "pack it with deflate")
    if member.file_size > MEMBER_BYTES_AT_MOST:
        raise Unreadable(f"it is larger than {MEMBER_BYTES_AT_MOST // 2**20} MiB", "split it")
    if _is_bomb(member):
        raise bomb(member.file_size, member.compress_size)


def _named(listed: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Give members with their paths.

    Names in an unknown encoding are read alike, as one program wrote them.
    """
    names = [_stated_name(member) or _utf8_or_none(_raw_name(member)) for member in listed]
    unknown = [_raw_name(member) for member, name in zip(listed, names, strict=True) if name is None]
    encoding = _encoding_of(b"\n".join(unknown)) if unknown else ""
    for member, name in zip(listed, names, strict=True):
        yield _inside(_raw_name(member).decode(encoding, "replace") if name is None else name), member


def _stated_name(member: zipfile.ZipInfo) -> str | None:
    """Give a member's name where it says that it is UTF-8: by a flag, or in the field beside it."""
    if member.flag_bits & _UTF8_FLAG:
        return member.orig_filename
    extra, raw = member.extra, _raw_name(member)
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        # Version 1, and the checksum of the name that it stands for: not that of a renamed member.
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            if struct.unpack("<L", field[1:5])[0] != zlib.crc32(raw):
                continue
            return _utf8_or_none(field[5:])
    return None


def _utf8_or_none(name: bytes) -> str | None:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    """Give a name as it is stored.

    Zipfile reads what is not marked as UTF-8 as cp437, which has all bytes.
    """
    encoding = "utf-8" if member.flag_bits & _UTF8_FLAG else "cp437"
    return member.orig_filename.encode(encoding, "replace")


def _encoding_of(names: bytes) -> str:
    """Give the encoding of names that are no UTF-8: an Arabic code page where it gives Arabic, else cp437."""
    best, best_share = "cp437", 0.6  # of its letters, so many are common Arabic ones
    for encoding in ("cp1256", "cp720", "iso8859_6", "cp864"):
        text = unicodedata.normalize("NFKC", names.decode(encoding, "replace"))
        letters = [letter for letter in text if not letter.isascii()]
        share = sum(letter in _COMMON_ARABIC for letter in letters) / max(1, len(letters))
        if share > best_share:
            best, best_share = encoding, share
    return best


def _untaken(article_id: str, taken: dict[str, int]) -> str:
    """Give `article_id`, with a number where another member of the archive has it already."""
    name, number = article_id, taken.get(article_id, 0)
    while name in taken:
        number += 1
        name = f"{article_id}-{number + 1}"
    taken[article_id] = number
    taken[name] = taken.get(name, 0)
    return name


def _inside(name: str) -> str:
    """Give a member's path as it would lie below a folder, whatever it says: `../../etc/x` is `etc/x`."""
    parts = name.replace("\\", "/").replace("\x00", "")
    path = posixpath.normpath("/" + parts).lstrip("/") or "unnamed"
    return path + "/" if parts.endswith("/") else path
