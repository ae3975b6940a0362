"""Fragments of HTML to plain text; for what is known to be the article, as in feeds and books.

Finding the article in a whole web page is another matter: see `pages`.
"""

from __future__ import annotations

import re
from collections import Counter

from index.articles.html.tags import Tag, tokens

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
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANKS = re.compile(r"[ \t]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")  # after _BLANKS
_LINE_ENDS = re.compile(r"\n{3,}")


def text_of(fragment: str) -> str:
    """Give the text of an HTML fragment: blank lines between blocks, a line end after lines and items."""
    if "<" not in fragment and "&" not in fragment:
        return fragment.strip()
    cut = list(tokens(fragment))
    reader = _Reader(Counter(token.name for token in cut if isinstance(token, Tag) and token.ends))
    for token in cut:
        if isinstance(token, Tag):
            reader.take_tag(token)
        else:
            reader.take_text(token)
    return reader.text()


class _Reader:
    """Puts text together; `ends` counts the end tags to come, since what nothing ends hides nothing."""

    def __init__(self, ends: Counter[str]) -> None:
        self._parts: list[str] = []
        self._ends = ends
        self._silent = ""  # the element that hides what it holds
        self._depth = 0  # how many of that name are open
        self._verbatim = 0

    def take_tag(self, tag: Tag) -> None:
        self._ends[tag.name] -= tag.ends
        if self._silent:
            self._take_silent(tag)
        elif tag.ends:
            self._verbatim = max(0, self._verbatim - (tag.name == "pre"))
            if tag.name not in _LINES:
                self._break(tag.name)
        elif tag.name in _SILENT and self._ends[tag.name] > 0:
            self._silent, self._depth = tag.name, 1
        else:
            self._verbatim += tag.name == "pre"
            self._break(tag.name)

    def take_text(self, text: str) -> None:
        if not self._silent:
            self._parts.append(text if self._verbatim else _SPACES.sub(" ", text))

    def _take_silent(self, tag: Tag) -> None:
        if tag.name == self._silent:
            self._depth += -1 if tag.ends else 1
        if self._depth == 0 or (self._silent == "head" and tag.name == "body"):
            self._silent, self._depth = "", 0

    def _break(self, name: str) -> None:
        if name in _BLOCKS:
            self._parts.append("\n\n")
        elif name in _LINES:
            self._parts.append("\n")
        elif name in _CELLS:
            self._parts.append(" ")

    def text(self) -> str:
        joined = _AROUND_LINE_END.sub("\n", _BLANKS.sub(" ", "".join(self._parts)))
        return _LINE_ENDS.sub("\n\n", joined).strip()
