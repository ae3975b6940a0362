"""Bytes to text: UTF-8, UTF-16 and UTF-32 with a mark or without, Windows code pages; binary is refused."""

from __future__ import annotations

import re
import unicodedata

from index.articles.sources import Unreadable

_MARKS = [
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x1f\x8b": "gzip data",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"SQLite format 3\x00": "an SQLite database",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLE = 65_536
_CONTROLS_AT_MOST = 0.002  # of all characters; text has none, some exports a stray one
REMEDY_TEXT = "save it as UTF-8 text"


def decode(data: bytes, *, declared: str | None = None) -> str:
    """`data` as text, its byte-order mark gone; `declared` is tried before a guess.

    Raises Unreadable when it is empty, binary, or in an encoding that cannot be told.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("the file is empty", "fill it or leave it out")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise Unreadable(f"the file is {kind}, not text", "give it its own suffix, or leave it out")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return checked(_decode_or_none(data, encoding), f"its byte-order mark says {encoding}")
    for encoding in filter(None, ["utf-8", declared]):
        if b"\x00" not in data and (text := _decode_or_none(data, encoding)) is not None:
            return checked(text, f"it is {encoding}")
    if (text := _unmarked_utf16(data)) is not None:
        return checked(text, "it looks like UTF-16")
    if b"\x00" in data[:_SAMPLE]:
        raise Unreadable("the file is binary (it holds NUL bytes)", "give the text itself, or leave it out")
    return checked(_code_page(data), "its encoding cannot be told")


def _decode_or_none(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def checked(text: str | None, why: str) -> str:
    """`text`, stray control characters blanked; raises Unreadable when it is None, blank or binary."""
    if text is None:
        raise Unreadable(f"the file cannot be decoded ({why})", REMEDY_TEXT)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("the file is empty", "fill it or leave it out")
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if controls > max(2, len(sample) * _CONTROLS_AT_MOST):
        raise Unreadable("the file is binary (control characters)", "give the text itself, or leave it out")
    return _CONTROL.sub(" ", text) if controls or "\x00" in text else text


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: half of the bytes repeat (0x00 for Latin, 0x06 for Arabic)."""
    sample = data[:4096]
    if len(data) % 2 or len(sample) < 8:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        common = max(high.count(value) for value in (0, 4, 6))
        if common + high.count(0) * (common != high.count(0)) > 0.8 * len(high):
            text = _decode_or_none(data, encoding)
            if text is not None and _letters_share(text[:2048]) > 0.5:
                return text
    return None


def _code_page(data: bytes) -> str | None:
    """Windows-1256 when that gives Arabic, else windows-1252 when that gives Latin."""
    best, best_share = None, 0.0
    for encoding, letters in (("cp1256", "ARABIC"), ("cp1252", "LATIN"), ("cp1254", "LATIN")):
        text = _decode_or_none(data, encoding)
        if text is None:
            continue
        high = [char for char in text[:_SAMPLE] if char > "\x7f" and char.isalpha()]
        share = sum(unicodedata.name(char, "").startswith(letters) for char in high) / max(1, len(high))
        # Accents of Latin text read as Arabic letters in cp1256, but inside Latin words.
        if letters == "ARABIC" and re.search(r"[A-Za-z][\u0621-\u064a]+[A-Za-z]", text[:_SAMPLE]):
            share -= 0.5
        # Half the letters of Arabic and Persian text are of these; of bytes that merely decode, few.
        if letters == "ARABIC" and sum(char in "اليمنور" for char in high) < 0.3 * len(high):
            share = 0.0
        if share > best_share + 0.2:
            best, best_share = text, share
    return best if best_share > 0.5 else None


def _letters_share(text: str) -> float:
    return sum(char.isalpha() or char.isspace() for char in text) / max(1, len(text))
