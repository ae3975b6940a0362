"""What a page shows of its article to readers: dates in its elements, and the lines below its headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.articles.drafts.datelines import DATE_CLASS, DATE_TEXT_AT_MOST
from index.articles.html.trees import is_in_sentence, names_of, words_of

_ASIDE_CLASS = re.compile(
    r"related|sidebar|widget|latest|popular|recent|most|teaser|more-|footer|copyright|ticker|promo|trending"
    r"|archive|calendar|today|current|now-|header-date|top-bar|topbar|prayer|weather",
    re.IGNORECASE,
)
_HEAD_CLASS = re.compile(
    r"(?:site|page|main|top|global|the)?[-_]?(?:header|head|masthead|top)(?:[-_]?(?:top|bar|wrap|wrapper|inner))?",
    re.IGNORECASE,
)
_LINES_AROUND = 12  # text lines after the headline that may be the date
_CANDIDATES = 60  # elements that may state a date


def stated_dates(root: Any) -> Iterator[str]:
    """Give dates that elements state, the surest first: marked by name, `<time>`, words near the headline."""
    scope = scope_of(root)
    for part in (scope, root) if scope is not root else (root,):
        yield from _stated_in(part)
    for line in lines_below_headline(root):
        if is_running(line):
            return
        if len(line) <= DATE_TEXT_AT_MOST:
            yield line


def _stated_in(scope: Any) -> Iterator[str]:
    edges = _edges_of(scope)
    marked: list[str] = []
    times: list[str] = []
    worded: list[str] = []
    for element in scope.iter():
        if not isinstance(element.tag, str) or element.tag in ("body", "html", "main"):
            continue
        name = (element.get("itemprop") or element.get("property") or "").rpartition(":")[2].lower()
        is_date = name in ("datepublished", "date", "issued", "created", "published")
        is_time = element.tag == "time" or (element.tag == "abbr" and "published" in names_of(element))
        is_named = any(DATE_CLASS.search(class_name) for class_name in names_of(element))
        if is_time and is_in_sentence(element):
            continue
        if not (is_date or is_time or is_named) or _is_beside(element, scope, edges):
            continue
        words = words_of(element) if _is_short(element) else ""
        machine = (
            element.get("content") or element.get("datetime") or (is_time and element.get("title")) or ""
        )
        kind = marked if is_date or element.get("pubdate") is not None else times if is_time else worded
        kind.extend(text for text in (machine, words) if any(char.isdigit() for char in text))
        if len(marked) + len(times) + len(worded) > _CANDIDATES:
            break
    yield from (*marked, *times, *worded)


def scope_of(root: Any) -> Any:
    """Give the element of this article and no other: the only `<article>` with a heading, or the page."""
    for tag in ("article", "main"):
        with_title = [element for element in list(root.iter(tag))[:50] if element.find(".//h1") is not None]
        if len(with_title) == 1:
            return with_title[0]
    return root


def _is_short(element: Any) -> bool:
    size = 0
    for text in element.itertext():
        size += len(text.strip())
        if size > DATE_TEXT_AT_MOST:
            return False
    return True


def _edges_of(scope: Any) -> set[Any]:
    """Give the heads and feet of a page, not those of its article."""
    named = (element for element in scope.iter("div", "section", "table", "td", "p", "ul"))
    heads = [element for element in named if any(_HEAD_CLASS.fullmatch(name) for name in names_of(element))]
    edges = {edge for edge in (*heads, *scope.iter("header", "footer")) if edge.find(".//h1") is None}
    return {edge for edge in edges if next(edge.iterancestors("article"), None) is None}


def _is_beside(element: Any, scope: Any, edges: set[Any]) -> bool:
    """Tell whether an element is in a link, a menu, the page's head or foot, or a box beside the article."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor is scope:
            return False
        is_link = ancestor.tag == "a" and "bookmark" not in ancestor.get("rel", "")  # that is the page's own
        if is_link or ancestor.tag in ("aside", "nav", "select", "button"):
            return True
        if ancestor in edges:
            return True
        if ancestor.tag not in ("body", "html") and any(
            _ASIDE_CLASS.search(name) for name in names_of(ancestor)
        ):
            return True
    return False


def lines_below_headline(root: Any) -> Iterator[str]:
    """Give the first lines of text behind the headline, links left out."""
    heading = next(iter(root.iter("h1")), None)
    heading = heading if heading is not None else next(iter(root.iter("h2")), None)
    if heading is None:
        return
    count = 0
    inside, edges = set(heading.iter()), _edges_of(root)
    for element in _following(heading):
        if element in inside or not isinstance(element.tag, str) or element.tag in ("a", "script", "style"):
            continue
        if any(
            isinstance(child.tag, str) and child.tag in ("p", "div", "ul", "li", "table")
            for child in element[:50]
        ):
            continue
        line = words_of(element) if not _is_beside(element, root, edges) else ""
        if line:
            yield line[: 20 * DATE_TEXT_AT_MOST]
            count += 1
            if count >= _LINES_AROUND:
                return


def is_running(line: str) -> bool:
    """Tell whether a line is a sentence or more, with which the text of an article begins."""
    return len(line.split()) > 25 or (len(line.split()) > 9 and line.endswith((".", "؟", "!", "…", "۔", ":")))


def _following(element: Any) -> Iterator[Any]:
    """Give the elements behind `element`, in document order."""
    current = element
    while current is not None:
        sibling = current.getnext()
        while sibling is not None:
            yield from sibling.iter()
            sibling = sibling.getnext()
        current = current.getparent()
