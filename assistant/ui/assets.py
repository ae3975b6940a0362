"""The page's own files: styles, scripts, typefaces, served under a name that changes with them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


@cache
def version() -> str:
    """Give twelve hex digits over every file: addresses that hold it may be cached for ever."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def address(name: str, prefix: str = "") -> str:
    """Give the address of the file `name` (`chat.css`), after the prefix the site is served under."""
    return f"{prefix}files/{version()}/{name}"


def find(name: str) -> tuple[Path, str] | None:
    """Find the file `name` and its media type, or None when there is none (or it lies outside the folder)."""
    path = (FOLDER / name).resolve()
    media_type = MEDIA_TYPES.get(path.suffix)
    if media_type is None or not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        return None
    return path, media_type
