"""Fragments of HTML to plain text; for what is known to be the article, as in feeds and books.

Finding the article in a whole web page is another matter: see `pages`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "blockquote", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "figure", "form", "hr", "body"),
        "center",
    ]
)
_LINES = frozenset(["br", "li", "tr", "dt", "dd", "figcaption", "caption"])
_CELLS = frozenset(["td", "th"])
_SILENT = frozenset(
    ["script", "style", "head", "template", "noscript", "svg", "iframe", "object", "button", "select"]
)
_VOID_SILENT = frozenset(["meta", "link", "img", "input"])
_SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of(fragment: str) -> str:
    """The text of an HTML fragment: blocks parted by a blank line, lines and list items by a line end."""
    if "<" not in fragment and "&" not in fragment:
        return fragment.strip()
    reader = _Reader()
    reader.feed(fragment)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        self._verbatim += tag == "pre"
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        self._verbatim = max(0, self._verbatim - (tag == "pre"))
        if tag not in _LINES:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data if self._verbatim else _SPACES.sub(" ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n\n")
        elif tag in _LINES:
            self._parts.append("\n")
        elif tag in _CELLS:
            self._parts.append(" ")

    def text(self) -> str:
        joined = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(self._parts))
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]{2,}", " ", joined)).strip()
