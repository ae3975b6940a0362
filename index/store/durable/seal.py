"""The seal of the catalogue: checksums of SQLite's file, block by block.

SQLite finds damage of its structure and none of its content, and its file changes in place, so that the
manifest cannot hold a checksum of it. A writer breaks the seal before it changes anything and seals again
when it is done, hashing only the blocks whose pages went through the write-ahead log meanwhile. Broken, as a
killed build leaves it, nothing but the rows' own digests can be checked until the next build.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import SnapshotDamaged, damage_explained
from index.store.durable.disk import write_atomically

FILE_NAME = "articles.seal"
BLOCK = 1 << 16  # bytes; a multiple of every page size
DIGEST = 16  # bytes
_BROKEN = b"broken: a build is running, or was killed\n"
_HEAD = struct.Struct("<8sQ")  # what it is, bytes of the sealed file
_MAGIC = b"MUSTSEAL"
_WAL_HEADER, _FRAME_HEADER = 32, 24  # bytes; https://www.sqlite.org/fileformat2.html#walformat


@dataclass(frozen=True, slots=True)
class Seal:
    """What SQLite's file was when it was sealed: its bytes, and a digest of each block."""

    size: int
    digests: bytes

    @classmethod
    def of(
        cls, file: int, before: Seal | None = None, changed_pages: Iterable[int] = (), page: int = 0
    ) -> Seal:
        """Seal an open file; blocks without a changed page keep their digest of `before`."""
        size = os.fstat(file).st_size
        blocks = -(-size // BLOCK)
        if before is None:
            return cls(size, b"".join(_digest(file, number) for number in range(blocks)))
        digests = bytearray(before.digests[: blocks * DIGEST])
        unchanged = before.size // BLOCK  # whole blocks of then; its last one may have grown
        again = {(number - 1) * page // BLOCK for number in changed_pages} | set(range(unchanged, blocks))
        digests.extend(bytes(blocks * DIGEST - len(digests)))
        for number in again:
            if number < blocks:
                digests[number * DIGEST : (number + 1) * DIGEST] = _digest(file, number)
        if size < before.size and blocks:
            digests[(blocks - 1) * DIGEST :] = _digest(file, blocks - 1)
        return cls(size, bytes(digests))

    def differences(self, file: int) -> Iterator[str]:
        """Give what is not as it was sealed."""
        size = os.fstat(file).st_size
        if size != self.size:
            yield f"has {size:,} bytes, not {self.size:,}"
            return
        for number in range(-(-size // BLOCK)):
            if _digest(file, number) != self.digests[number * DIGEST : (number + 1) * DIGEST]:
                yield f"its checksum is not the one it was written with, near byte {number * BLOCK:,}"

    def write(self, folder: Path) -> None:
        """Put the seal beside the catalogue."""
        content = _HEAD.pack(_MAGIC, self.size) + self.digests
        write_atomically(folder / FILE_NAME, content + hashlib.sha256(content).digest())


def read_seal(folder: Path) -> Seal | None:
    """Give the seal of a catalogue; None while it is broken. Raises SnapshotDamaged."""
    path = folder / FILE_NAME
    with damage_explained(path):
        content = path.read_bytes()
    if content == _BROKEN:
        return None
    body, checksum = content[:-32], content[-32:]
    if len(body) < _HEAD.size or hashlib.sha256(body).digest() != checksum:
        raise SnapshotDamaged(
            f"{path}: its checksum is not the one it was written with; restore a backup or build again"
        )
    _magic, size = _HEAD.unpack_from(body)
    return Seal(size, body[_HEAD.size :])


def break_seal(folder: Path) -> Seal | None:
    """Say that the catalogue is being changed; the seal that it had, if it was whole."""
    try:
        seal = read_seal(folder)
    except SnapshotDamaged:  # made anew from the file itself
        seal = None
    write_atomically(folder / FILE_NAME, _BROKEN)
    return seal


def pages_logged(log: Path) -> Iterator[int]:
    """Number the pages in a write-ahead log of SQLite."""
    try:
        file = os.open(log, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        header = os.pread(file, _WAL_HEADER, 0)
        if len(header) < _WAL_HEADER:
            return
        page, salts = int.from_bytes(header[8:12], "big"), header[16:24]
        at = _WAL_HEADER
        while len(frame := os.pread(file, _FRAME_HEADER, at)) == _FRAME_HEADER and frame[8:16] == salts:
            yield int.from_bytes(frame[:4], "big")
            at += _FRAME_HEADER + page
    finally:
        os.close(file)


def _digest(file: int, number: int) -> bytes:
    return hashlib.blake2b(os.pread(file, BLOCK, number * BLOCK), digest_size=DIGEST).digest()
