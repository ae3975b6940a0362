"""EPUB books: every chapter an article, titled by its heading, with the book as its source."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from index.articles.article import Skipped
from index.articles.documents.chapters import chapter_of
from index.articles.documents.parts import Package, attribute, local
from index.articles.drafts.dates import parse_timestamp
from index.articles.drafts.heading_spans import KEY as HEADINGS_KEY
from index.articles.drafts.heading_spans import heading_spans
from index.articles.drafts.plain import draft_of
from index.articles.drafts.values import names_of
from index.articles.files.extras import library
from index.articles.files.guard import record_or_skip
from index.articles.files.sources import Draft, File, Unreadable, without_suffix
from index.articles.html.pages import decode_page

_WORDS_AT_LEAST = 20  # a page of fewer is a cover or a divider
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_AUTHOR = ("", "aut")  # the role of who wrote it; who illustrated or translated it did not


@dataclass(slots=True)
class _Entry:
    """A line of the book's metadata."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(slots=True)
class _Contents:
    """What the package document says: metadata, files by id, and the ids in reading order."""

    entries: list[_Entry] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    _open: _Entry | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, identity = local(tag), attributes.get("id", "")
        if name == "item" and "html" in attributes.get("media-type", ""):
            self.files[identity] = attributes.get("href", "")
        elif name == "itemref":
            self.order.append(attributes.get("idref", ""))
        elif tag.startswith(_DUBLIN_CORE) or name == "meta":
            self._open = _Entry(name, attributes)
            self.entries.append(self._open)

    def end(self, _tag: str) -> None:
        self._open = None

    def text(self, text: str) -> None:
        if self._open is not None:
            self._open.text += text


@dataclass(frozen=True, slots=True)
class _About:
    """What holds for every chapter of a book."""

    title: str | None
    author: str | None
    published: str | None


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give the chapters of a book, in reading order."""
    library("lxml.etree", "EPUB books")  # once for the book, not for every chapter
    package = Package(file.read())
    path = _package_path(package)
    contents = _Contents()
    package.walk(path, contents.start, contents.end, contents.text)
    about = _about(contents.entries)
    chapters = 0
    for chapter in _reading_order(contents, posixpath.dirname(path)):
        draft = record_or_skip(
            partial(_chapter, package, chapter, about),
            f"{file.origin}!{chapter}",
            named="the chapter cannot be read: ",
        )
        chapters += isinstance(draft, Draft)
        if draft is not None:
            yield draft
    if not chapters:
        raise Unreadable("the book holds no text", "a scanned book must be read by OCR first")


def _chapter(package: Package, path: str, about: _About) -> Draft | None:
    """Give the article of a chapter; None for a cover, a divider and a list of contents."""
    title, headings, text = chapter_of(decode_page(package.read(path)))
    if len(text.split()) < _WORDS_AT_LEAST:
        return None
    draft = draft_of(text, title=title)
    draft.key = without_suffix(path)
    if spans := heading_spans(headings, draft.text):
        draft.extra[HEADINGS_KEY] = spans
    draft.source, draft.author, draft.published = about.title, about.author, about.published
    return draft


def _package_path(package: Package) -> str:
    """Tell where the package document (OPF) lies."""
    paths: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "rootfile":
            paths.append(attributes.get("full-path", ""))

    container = "META-INF/container.xml"
    if container in package:
        package.walk(container, start)
    if not paths or paths[0] not in package:
        raise Unreadable("the book names no contents (OPF)", "save it again")
    return paths[0]


def _about(entries: list[_Entry]) -> _About:
    stated = [(entry, " ".join(entry.text.split())) for entry in entries if entry.text.strip()]
    roles = {
        entry.attributes.get("refines", "").removeprefix("#"): text
        for entry, text in stated
        if entry.name == "meta" and entry.attributes.get("property") == "role"
    }
    creators = [
        (text, attribute(entry.attributes, "role") or roles.get(entry.attributes.get("id", "-"), ""))
        for entry, text in stated
        if entry.name == "creator"
    ]
    authors = [name for name, role in creators if role in _AUTHOR] or [name for name, _ in creators]
    titles = [text for entry, text in stated if entry.name == "title"]
    dates = [
        (attribute(entry.attributes, "event") != "publication", text)
        for entry, text in stated
        if entry.name == "date" and attribute(entry.attributes, "event") != "modification"
    ]
    published = parse_timestamp(min(dates, key=lambda date: date[0])[1]) if dates else None
    return _About(titles[0] if titles else None, names_of(authors), published)


def _reading_order(contents: _Contents, folder: str) -> Iterator[str]:
    hrefs = (contents.files.get(identity) for identity in contents.order)
    paths = (posixpath.join(folder, unquote(href.split("#")[0])) for href in hrefs if href)
    yield from dict.fromkeys(map(posixpath.normpath, paths))
