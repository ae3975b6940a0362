"""EPUB books: every chapter an article, titled by its heading, with the book as its source."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from index.articles.archives import check_zip
from index.articles.article import Skipped
from index.articles.dates import parse_timestamp
from index.articles.extras import library, parsing
from index.articles.markup import text_of
from index.articles.pages import decode_page
from index.articles.plain import draft_of
from index.articles.sources import Draft, File, Unreadable, without_suffix

_HEADING = re.compile(r"<(h[1-3])\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_WORDS_AT_LEAST = 20  # a page of fewer is a cover or a divider


def read(file: File) -> Iterator[Draft | Skipped]:
    """The chapters of a book, in reading order."""
    data = file.read()
    check_zip(data)
    with parsing("book"), zipfile.ZipFile(io.BytesIO(data)) as book:
        try:
            package_path = _package_path(book)
            package = _xml(book, package_path)
        except (KeyError, StopIteration) as error:
            raise Unreadable("the book names no contents (OPF)", "save it again") from error
        about = _about(package)
        chapters = 0
        for path in _reading_order(package, posixpath.dirname(package_path)):
            try:
                html = decode_page(book.read(path))
            except (KeyError, Unreadable) as error:
                yield Skipped(
                    f"{file.origin}!{path}", f"the chapter cannot be read ({error})", "save the book again"
                )
                continue
            if draft := _chapter(html, about):
                draft.key = without_suffix(path)
                chapters += 1
                yield draft
    if not chapters:
        raise Unreadable("the book holds no text", "a scanned book must be read by OCR first")


def _chapter(html: str, about: dict[str, str]) -> Draft | None:
    body = re.sub(r"(?is)\A.*?<body\b[^>]*>", "", html)
    text = text_of(body)
    if len(text.split()) < _WORDS_AT_LEAST:
        return None
    heading = _HEADING.search(body)
    draft = draft_of(text, title=text_of(heading[2]) if heading else "")
    draft.source = about.get("title")
    draft.author = about.get("creator")
    draft.published = parse_timestamp(about["date"]) if "date" in about else None
    return draft


def _package_path(book: zipfile.ZipFile) -> str:
    container = _xml(book, "META-INF/container.xml")
    return next(each.get("full-path", "") for each in container.iter() if each.tag.endswith("}rootfile"))


def _xml(book: zipfile.ZipFile, path: str) -> Element:
    parser = library("defusedxml.ElementTree", "EPUB books")
    try:
        return parser.fromstring(book.read(path))
    except (ParseError, ValueError) as error:
        raise Unreadable(f"{path} in the book is malformed ({error})", "save it again") from error


def _about(package: Element) -> dict[str, str]:
    about: dict[str, str] = {}
    for each in package.iter():
        if each.tag.startswith("{http://purl.org/dc/elements/1.1/}") and (each.text or "").strip():
            about.setdefault(each.tag.rpartition("}")[2], " ".join(each.text.split()))
    return about


def _reading_order(package: Element, folder: str) -> Iterator[str]:
    items = {
        each.get("id"): each.get("href", "")
        for each in package.iter()
        if each.tag.endswith("}item") and "html" in each.get("media-type", "")
    }
    for each in package.iter():
        if each.tag.endswith("}itemref") and items.get(each.get("idref")):
            yield posixpath.normpath(posixpath.join(folder, unquote(items[each.get("idref")]).split("#")[0]))
