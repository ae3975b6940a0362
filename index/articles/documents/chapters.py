"""A chapter of a book as its reader sees it: without lists of contents, numbers of notes and page breaks."""

from __future__ import annotations

import html.entities
import itertools
import re
from collections.abc import Iterator
from typing import Any

from index.articles.drafts.heading_spans import HEADINGS_AT_MOST, LETTERS_AT_MOST
from index.articles.files.extras import library, parsing
from index.articles.files.sources import Unreadable
from index.articles.html.markup import text_of

TAGS_AT_MOST = 400_000  # a tree of them takes some 100 MB
_HEADINGS = ("h1", "h2", "h3")
_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PIECES = 50  # of text in one heading, between its tags
_DECLARATIONS = re.compile(r"\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!DOCTYPE[^>\[]{0,1000}>)?", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset(["amp", "lt", "gt", "quot", "apos"])
_NOTE_NUMBER = re.compile(r"[\[({]? ?(?:[\d٠-٩۰-۹]{1,4}|[*†‡§]{1,3}|[a-zأ-ي]) ?[\])}]?\Z")
_NOTE_TYPES = frozenset(["noteref", "doc-noteref", "backlink", "doc-backlink", "pagebreak", "doc-pagebreak"])
_RAISED = ("sup", "sub")
_LINKS_OF_CONTENTS = 4  # at least, and
_SHARE_OF_CONTENTS = 0.7  # of the letters lie in links


def chapter_of(markup: str) -> tuple[str, list[str], str]:
    """Give the heading that opens a chapter, those below it, and its text; all empty for contents."""
    if markup.count("<") > TAGS_AT_MOST:
        raise Unreadable(f"it holds more than {TAGS_AT_MOST:,} tags", "split the chapter")
    with parsing("chapter"):
        body = _body(_tree(markup))
        _strip(body)
        if _is_contents(body):
            return "", [], ""
        title = _take_heading(body)
        return title, _headings(body), _text(body)


def _tree(markup: str) -> Any:
    """Give the tree of a chapter: XHTML as books must write it, else whatever a browser would make of it."""
    etree = library("lxml.etree", "EPUB books")
    bare = _ENTITY.sub(_character, _DECLARATIONS.sub("", markup, count=1))
    content = bare.encode("utf-8", "replace")
    try:
        # No DTD, no entities, no network; depth and size stay within libxml2's own bounds.
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8", no_network=True))
        if root is None:
            raise Unreadable("the chapter is empty", "save the book again") from None
        return root


def _character(entity: re.Match[str]) -> str:
    """Give the character of a named entity, which XML itself does not know."""
    name = entity[1]
    return entity[0] if name in _OF_XML else html.entities.html5.get(name + ";", entity[0])


def _body(root: Any) -> Any:
    return next((element for element in root.iter() if _name(element) == "body"), root)


def _strip(body: Any) -> None:
    """Empty what is not read: lists of contents, note numbers, page breaks, comments."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str):
            element.text = ""
        elif element is not body and _is_apparatus(element):
            _empty(element)


def _is_apparatus(element: Any) -> bool:
    name = _name(element)
    if name == "nav" or _types(element) & _NOTE_TYPES:
        return True
    if name != "a" or "#" not in element.get("href", ""):
        return False
    parent = element.getparent()
    raised = (parent is not None and _name(parent) in _RAISED) or any(
        _name(child) in _RAISED for child in element
    )
    text = "".join(element.itertext())[:40].strip()
    return bool(_NOTE_NUMBER.match(text)) and (raised or text[:1] in ("[", "(", "*", "†"))


def _is_contents(body: Any) -> bool:
    """Tell whether a page is a list of links, as the contents in older books are."""
    links = [element for element in body.iter() if _name(element) == "a" and element.get("href")]
    if len(links) < _LINKS_OF_CONTENTS:
        return False
    linked = sum(len(" ".join("".join(link.itertext()).split())) for link in links)
    return linked > _SHARE_OF_CONTENTS * len(" ".join("".join(body.itertext()).split()))


def _take_heading(body: Any) -> str:
    """Give the first heading's text; the heading is emptied where nothing stands before it."""
    heading = next((element for element in body.iter() if _name(element) in _HEADINGS), None)
    if heading is None:
        return ""
    title = " ".join(_text(heading).split())
    if title and not any(text.strip() for text in _before(body, heading)):
        _empty(heading)
    return title


def _headings(body: Any) -> list[str]:
    """Give the words of the headings, of long ones the beginning."""
    elements = (element for element in body.iter() if _name(element) in _LEVELS)
    return [
        "".join(itertools.islice(heading.itertext(), _PIECES))[: 2 * LETTERS_AT_MOST]
        for heading in itertools.islice(elements, HEADINGS_AT_MOST)
    ]


def _before(body: Any, stop: Any) -> Iterator[str]:
    """Give the texts of `body` before the element `stop`."""
    etree = library("lxml.etree", "EPUB books")
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element is stop:
            return
        text = element.text if event == "start" else element.tail
        if isinstance(element.tag, str) and text:
            yield text


def _text(element: Any) -> str:
    etree = library("lxml.etree", "EPUB books")
    for inner in element.iter():
        if isinstance(inner.tag, str):
            inner.tag = _name(inner)
    return text_of(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _empty(element: Any) -> None:
    """Take an element's text out; to take out the element would move the text behind it, each time anew."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _types(element: Any) -> set[str]:
    """Give what an element says it is for: `epub:type` and `role`."""
    return {
        word
        for key, value in element.attrib.items()
        if key.rpartition("}")[2].rpartition(":")[2] in ("type", "role")
        for word in value.lower().split()
    }
