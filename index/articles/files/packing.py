"""Gzip files: read as what they hold, within bounds that a bomb cannot break."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from index.articles.files.bounds import bomb, stream_bytes_at_most, whole_bytes_at_most
from index.articles.files.guard import refusal
from index.articles.files.sources import File


def unpacked(file: File) -> File:
    """Give the file that `file`, whose suffix ends with `.gz`, holds."""
    with file.open() as stream:
        packed = stream.seek(0, os.SEEK_END) if stream.seekable() else len(file.read())
    return replace(
        file,
        suffix=file.suffix.removesuffix(".gz"),
        open=lambda: _opened(file),
        whole_at_most=min(file.whole_at_most, whole_bytes_at_most(packed)),
    )


def _opened(file: File) -> BinaryIO:
    packed = Counted(file.open())
    stream = gzip.GzipFile(fileobj=io.BufferedReader(packed))  # type: ignore[type-var]  # a RawIOBase
    bounded = Bounded(stream, lambda: packed.given)
    return io.BufferedReader(bounded, 2**16)  # type: ignore[type-var]  # a RawIOBase


class Counted(io.RawIOBase):
    """A stream that counts the bytes it gives."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile):
        self._stream = stream
        self.given = 0

    def readable(self) -> bool:
        """Tell that the stream can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # a memoryview in truth
        """Fill `buffer` from its start; give how many bytes came, 0 at the end."""
        piece = self._stream.read(len(buffer))
        self.given += len(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the stream and the one it reads from."""
        self._stream.close()
        super().close()


class Bounded(Counted):
    """A stream that refuses to give more than the bytes packed so far allow."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, packed: Callable[[], int]):
        super().__init__(stream)
        self._packed = packed

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # a memoryview in truth
        """Fill `buffer` likewise; raises Unreadable for damaged packing and for too many bytes unpacked."""
        try:
            count = super().readinto(buffer)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise refusal(error) from error
        if self.given > stream_bytes_at_most(self._packed()):
            raise bomb(self.given, self._packed())
        return count
