"""Bytes to text: UTF-8, UTF-16 and UTF-32 with a mark or without, code pages; binary is refused.

What a file declares is tried, not believed: a code page has to give words. One bad or cut byte costs one
character, which becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re

from index.articles.files.codepages import best_code_page
from index.articles.files.sources import Unreadable

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
_REPLACED_AT_MOST = 0.02  # of all characters; more is another encoding, or no text
_WIDE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_REPLACEMENT = "\ufffd"
REMEDY_TEXT = "save it as UTF-8 text"


def decode(content: bytes, *, declared: str | None = None) -> str:
    """Give `content` as text, its byte-order mark gone; `declared` is tried before a guess.

    Raises Unreadable when it is empty, binary, or in an encoding that cannot be told.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise Unreadable("the file is empty", "fill it or leave it out")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise Unreadable(f"the file is {kind}, not text", "give it its own suffix, or leave it out")
    encoding = encoding_of(content, declared=declared)
    text = content.decode(encoding, "replace")
    replaced = text.count(_REPLACEMENT)
    if "utf-8" not in encoding and replaced > max(1, len(text) * _REPLACED_AT_MOST):
        raise Unreadable(f"the file cannot be decoded (it looks like {encoding})", REMEDY_TEXT)
    if 2 * replaced > len(text.replace(" ", "")):
        raise Unreadable(f"the file cannot be decoded (it looks like {encoding})", REMEDY_TEXT)
    return checked(text, f"it is {encoding}")


def encoding_of(content: bytes, *, declared: str | None = None) -> str:
    """Give the encoding of `content`, or of its beginning, as Python names it: to be used with "replace".

    Raises Unreadable when it cannot be told.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if _may_be_utf8(content):
        return "utf-8"
    if (unmarked := _unmarked_utf16(content)) is not None:
        return unmarked
    if b"\x00" in content[:_SAMPLE]:
        raise Unreadable("the file is binary (it holds NUL bytes)", "give the text itself, or leave it out")
    if (page := best_code_page(content, declared=declared)) is not None:
        return page
    raise Unreadable("the file cannot be decoded (its encoding cannot be told)", REMEDY_TEXT)


def _may_be_utf8(content: bytes) -> bool:
    """Tell whether at least as many characters of several bytes are whole as are broken.

    In a code page hardly any byte above 0x7F is followed by what UTF-8 wants there.
    """
    if content.count(b"\x00", 0, _SAMPLE) > max(2, _CONTROLS_AT_MOST * len(content[:_SAMPLE])):
        return False
    try:
        codecs.utf_8_decode(content, "strict", False)  # an end cut inside a character is no error
        return True
    except UnicodeDecodeError:
        broken = content.decode("utf-8", "replace").count(_REPLACEMENT) - content.count(b"\xef\xbf\xbd")
    wide = sum(1 for _ in _WIDE.finditer(content))
    return wide > 0 and wide >= 2 * broken


def checked(text: str | None, why: str) -> str:
    """Give `text`, stray control characters blanked; raises Unreadable when it is None, blank or binary."""
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


def _unmarked_utf16(content: bytes) -> str | None:
    """Give UTF-16 without a mark: half of the bytes repeat (0x00 for Latin, 0x06 for Arabic)."""
    sample = content[:4096]
    if len(sample) < 8:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        common = max(high.count(value) for value in (0, 4, 6))
        if common + high.count(0) * (common != high.count(0)) > 0.8 * len(high):
            text = sample.decode(encoding, "replace")
            if _letters_share(text) > 0.5:
                return encoding
    return None


def _letters_share(text: str) -> float:
    return sum(char.isalpha() or char.isspace() for char in text) / max(1, len(text))
