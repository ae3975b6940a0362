"""The date that a page shows in words, where its markup states none that a machine reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.articles.dates import parse_date, parse_timestamp

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_OF_OTHERS = frozenset(("a", "nav", "aside", "form", "script", "style", "template", "noscript", "blockquote"))
_BESIDE = re.compile(r"comment|related|sidebar|footer|widget|menu|updat|modif|تعليق", re.IGNORECASE)
_DATED = re.compile(r"date|publish|posted|time|تاريخ", re.IGNORECASE)
_NAMING = ("class", "id", "itemprop", "property", "data-testid")
LONGEST = 300  # code points of an element that is a date, labels and white space included


def date_in_page(html: str) -> str | None:
    """The first date of an element that is named for one, outside of links, comments and what stands beside.

    None where the page shows none, or is no HTML.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    try:
        root = document_fromstring(html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError):
        return None  # trafilatura says what is wrong with such a page
    for element in _own_elements(root):
        dated = element.tag == "time" or any(_DATED.search(element.get(name, "")) for name in _NAMING)
        if dated and (published := _date_of(element)):
            return published
    return None


def _own_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """Elements in the page's order, without what is another's or of a later day."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _OF_OTHERS:
            continue
        if element.tag not in ("html", "body") and any(
            _BESIDE.search(element.get(name, "")) for name in _NAMING[:2]
        ):
            continue
        yield element
        waiting.extend(reversed(element))


def _date_of(element: HtmlElement) -> str | None:
    for name in ("datetime", "content"):
        if published := parse_timestamp(element.get(name, "")):
            return published
    text = ""
    for piece in element.itertext():
        text = f"{text} {piece}"
        if len(text) > LONGEST:
            return None
    return parse_date(" ".join(text.split()))
