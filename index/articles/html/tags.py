"""HTML cut into tags and text, in time that grows with its length whatever it holds.

Python's own HTMLParser looks for the end of every `<a`, `<!--` and `<?` anew, and lxml's for the element that
every stray `</i>` may close: a megabyte of those takes them minutes. Here an end that is not there is looked
for once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = re.compile(r"[a-zA-Z][^\s/>\x00]{0,60}")
_QUOTED = re.compile(r"=\s{0,20}[\"']")
_LONG_NUMBER = re.compile(r"&#(?:x[0-9a-fA-F]{7,}|[0-9]{8,});?", re.IGNORECASE)  # no such character
# Whose content is text to its end tag, https://html.spec.whatwg.org/#parsing-elements-that-contain-only-text
_RAW = frozenset(["script", "style", "textarea", "title", "xmp", "noembed", "noframes"])
_MARKUP_IN_RAW = frozenset(["textarea", "title"])  # where `&amp;` is read


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag or, with `ends`, an end tag; `name` in small letters, `start` and `end` its span."""

    name: str
    ends: bool
    start: int
    end: int


class _Ends:
    """Where a piece of text comes next; what is not found once is not looked for again."""

    def __init__(self, text: str):
        self._text = text
        self._missing: set[str] = set()

    def after(self, piece: str, start: int) -> int:
        """Give the index of the next `piece` from `start` on, or -1; asked with growing starts."""
        if piece in self._missing:
            return -1
        index = self._text.find(piece, start)
        if index < 0:
            self._missing.add(piece)
        return index


def tokens(markup: str) -> Iterator[Tag | str]:
    """Give the tags of `markup` and the text between, its character references read; comments are dropped."""
    small = markup.lower() if markup.isascii() else _ascii_lower(markup)
    ends = _Ends(small)
    start = position = 0
    while (opening := markup.find("<", position)) >= 0:
        if small.startswith("<![cdata[", opening) and (close := ends.after("]]>", opening)) >= 0:
            yield unescaped(markup[start:opening])
            yield markup[opening + 9 : close]
            start = position = close + 3
            continue
        tag, end = _tag_at(markup, small, opening, ends)
        if end < 0:  # no markup: a sign of its own, or what never ends
            position = opening + 1
            continue
        if opening > start:
            yield unescaped(markup[start:opening])
        start = position = end
        if tag is None:
            continue
        yield tag
        if not tag.ends and tag.name in _RAW and (close := ends.after(f"</{tag.name}", end)) >= 0:
            if close > end:
                raw = markup[end:close]
                yield unescaped(raw) if tag.name in _MARKUP_IN_RAW else raw
            start = position = close
    if start < len(markup):
        yield unescaped(markup[start:])


def unescaped(text: str) -> str:
    """Give `text` with its character references read."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text))


def _tag_at(markup: str, small: str, opening: int, ends: _Ends) -> tuple[Tag | None, int]:
    """Give (tag, end) of what begins at `opening`; None for what is left out, an end of -1 for no markup."""
    follows = small[opening + 1 : opening + 2]
    if follows in ("!", "?"):
        return None, _end_of_declaration(small, opening, ends)
    is_end = follows == "/"
    named = _NAME.match(small, opening + 1 + is_end)
    if named is None:
        return None, -1 if not is_end else _past(ends.after(">", opening), 1)
    end = _end_of_tag(markup, named.end(), ends)
    return Tag(named.group(), is_end, opening, end), end


def _end_of_declaration(small: str, opening: int, ends: _Ends) -> int:
    if small.startswith("<!--", opening):
        if small.startswith((">", "->"), opening + 4):
            return small.index(">", opening + 4) + 1
        closing = _past(ends.after("-->", opening + 4), 3)
        return closing if closing >= 0 else _past(ends.after(">", opening), 1)
    return _past(ends.after(">", opening), 1)


def _end_of_tag(markup: str, position: int, ends: _Ends) -> int:
    """Give the end of a tag whose name ends at `position`: `>` inside quoted values is none."""
    closing = ends.after(">", position)
    if closing < 0:
        return -1
    while quoted := _QUOTED.search(markup, position, closing):
        quote = markup[quoted.end() - 1]
        value_end = markup.find(quote, quoted.end(), closing)
        if value_end < 0:
            return _past(_after_value(markup, quote, quoted.end(), closing), 1)
        position = value_end + 1
    return closing + 1


_VALUE_AT_MOST = 4_096  # characters of an attribute that may hold `>`; a longer one lacks its quotation mark


def _after_value(markup: str, quote: str, start: int, closing: int) -> int:
    """Give the `>` after the value that begins at `start` and holds the one at `closing`, or that one."""
    value_end = markup.find(quote, start, start + _VALUE_AT_MOST)
    if value_end < 0 or "<" in markup[start:value_end] and markup.find("\n", start, value_end) >= 0:
        return closing
    after = markup.find(">", value_end, value_end + _VALUE_AT_MOST)
    return after if after >= 0 else closing


def _past(index: int, length: int) -> int:
    return index + length if index >= 0 else -1


def _ascii_lower(text: str) -> str:
    """Give `text` with A to Z made small, so that no index moves."""
    return text.translate({letter: letter + 32 for letter in range(65, 91)})
