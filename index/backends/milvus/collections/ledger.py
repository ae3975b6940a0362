"""The ledger: what one generation in an engine holds, in numbers. Replacing it is the commit."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

PIECE = 60_000  # characters of a stored text; a server takes 65,535 bytes, and these are ASCII


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a reader needs to know before it asks; names are those of a folder's manifest.

    `average` is the length of a passage that the weights of BM25 were made with, `length` the terms of all
    passages now: they part as articles come and go, until `refresh`. `complete` is false while a
    collection is filled for the first time. `statistics` and `calibration` name what is kept in pieces.
    """

    generation: int
    encoder: str
    dimension: int
    fingerprint: str
    analysis: str
    passage_words: int
    updated: str
    complete: bool = False
    average: float = 0.0
    passages: int = 0
    length: int = 0
    statistics: tuple[str, int] = ("", 0)  # name and number of pieces
    calibration: tuple[str, int] = ("", 0)
    next_article: int = 1
    next_passage: int = 1
    articles: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, int] = field(default_factory=dict)

    def as_content(self) -> bytes:
        """Give the ledger as bytes."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def of_content(cls, content: bytes) -> Ledger:
        """Read what `as_content` gave; raises ValueError, TypeError or KeyError for anything else."""
        values: dict[str, Any] = json.loads(content)
        whole = {each.name: values[each.name] for each in fields(cls)}
        for name in ("statistics", "calibration"):
            kept, pieces = whole[name]
            whole[name] = (str(kept), int(pieces))
        for name in ("generation", "dimension", "passages", "length", "articles"):
            if not isinstance(whole[name], int) or whole[name] < 0:
                raise ValueError(f"{name} is {whole[name]!r}")
        return cls(**whole)

    @property
    def drift(self) -> float:
        """Tell by which share the mean length has left the one that the weights were made with."""
        now = self.length / self.passages if self.passages else 0.0
        return abs(now / self.average - 1) if self.average else 0.0


def packed(content: bytes) -> str:
    """Give bytes as ASCII, compressed."""
    return base64.b64encode(zlib.compress(content, 6)).decode("ascii")


def unpacked(text: str, *, most: int = 1 << 32) -> bytes:
    """Give back what `packed` was given, `most` bytes of it at most; raises ValueError."""
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode(text, validate=True), most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not opened.eof:
        raise ValueError("what was stored has been cut")
    return content


def pieces_of(text: str) -> Iterator[str]:
    """Cut ASCII text into pieces that a server takes; one, empty, of an empty text."""
    for first in range(0, max(len(text), 1), PIECE):
        yield text[first : first + PIECE]
