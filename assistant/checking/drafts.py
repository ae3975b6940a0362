"""A draft read from a file: its text, quotations and block quotes still marked as such."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from index.articles import Skipped
from index.articles.files.decoding import decode
from index.articles.files.sources import File, Unreadable, local_file
from index.articles.reading import SUFFIXES, read_file
from index.errors import ArticleError

PLAIN = frozenset(["", ".txt", ".text", ".md", ".markdown"])
_PAGES = frozenset([".html", ".htm", ".xhtml"])
_QUOTE = re.compile(r"<(/?)q(?=[\s>])[^<>]{0,400}>", re.IGNORECASE)
_BLOCK = re.compile(r"<blockquote(?=[\s>])[^<>]{0,400}>(?:\s{0,99}<p(?=[\s>])[^<>]{0,400}>)?", re.IGNORECASE)
_BLOCK_END = re.compile(r"(?:</p\s{0,9}>\s{0,99})?</blockquote\s{0,9}>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(r"(?<![\w*_])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?![\w*_])")


def read_draft(path: str) -> str:
    """Give the text of a draft, `-` for standard input; raises ArticleError with what to do about it."""
    if path == "-":
        return decode(sys.stdin.buffer.read())
    file = Path(path)
    if not file.is_file():
        raise ArticleError(f"there is no file {path}; name a draft to check, or - for standard input")
    source = local_file(file, file.stem)
    try:
        if source.suffix in PLAIN:
            text = decode(source.read())
            return _MARKDOWN_SIGNS.sub("", text) if source.suffix in (".md", ".markdown") else text
        if source.suffix not in SUFFIXES:
            raise Unreadable(f"files of the kind {source.suffix} are not read", "save it as .txt or .docx")
        return _read_formatted(source)
    except Unreadable as error:
        raise ArticleError(f"{path}: {error.reason}; {error.remedy}") from None


def _read_formatted(source: File) -> str:
    if source.suffix in _PAGES:
        source = _with_marks(source)
    parts: list[str] = []
    skipped: list[Skipped] = []
    for outcome in read_file(source):
        if isinstance(outcome, Skipped):
            skipped.append(outcome)
        else:
            title = outcome.title.rstrip("… ")  # often the opening words
            parts.append(outcome.text if title in outcome.text else f"{title}\n\n{outcome.text}")
    if not parts:
        first = skipped[0] if skipped else None
        raise Unreadable(
            first.reason if first else "it holds no text", first.remedy if first else "check another file"
        )
    return "\n\n".join(parts)


def _with_marks(source: File) -> File:
    """Put quotation marks around what a page quotes without any: its readers see them, or a block."""
    page = decode(source.read())
    page = _QUOTE.sub(lambda tag: "”" if tag[1] else "“", page)
    page = _BLOCK_END.sub(lambda tag: "”" + tag[0], _BLOCK.sub(lambda tag: tag[0] + "“", page))
    return File(source.origin, source.article_id, source.suffix, lambda: io.BytesIO(page.encode()))
