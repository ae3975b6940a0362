"""Feeds and sitemaps cut into their head and their entries, each entry parsed by itself.

One fault in an XML file ends a parser's way through it. Here it costs the field or the entry that it stands
in: the text is cut at the entries' own tags, freed of what XML forbids, and each entry is parsed alone. A
document type is never read, so that no entity is expanded and no other file opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from index.articles.files.decoding import encoding_of
from index.articles.files.sources import Unreadable
from index.articles.html.tags import Tag, tokens, unescaped

ENTRY_CHARACTERS_AT_MOST = 16 * 2**20
GAP_CHARACTERS_AT_MOST = 64 * 2**20  # between two entries
FEED_BYTES_AT_MOST = 4 * 2**30  # of one feed, unpacked
_SAMPLE = 2**20  # bytes by which the encoding is told
_PIECE = 2**16  # bytes decoded at once; what is left of a piece is copied at every entry
_ENTRY_NAMES = {
    "rss": "item",
    "rdf": "item",
    "channel": "item",
    "feed": "entry",
    "urlset": "url",
    "sitemapindex": "sitemap",
}
_DECLARED = re.compile(rb"\A[\s\x00]{0,200}<\?xml[^>]{0,200}encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})")
_NAMESPACE = re.compile(r"xmlns(?::([\w.-]{1,60}))?\s{0,9}=\s{0,9}(?:\"([^\"<>]{1,400})\"|'([^'<>]{1,400})')")
_HEAD_SAMPLE = 2**20  # characters of a head that are looked at


@dataclass(slots=True)
class Head:
    """What a feed says before its first entry."""

    root: str
    entry_name: str
    namespaces: dict[str, str] = field(default_factory=dict)  # prefix to address; "" is the default
    title: str = ""
    language: str = ""
    authors: dict[str, str] = field(default_factory=dict)  # login to name, of a WordPress export


@dataclass(frozen=True, slots=True)
class Entry:
    """The source of one entry, with its tags; `fault` says why it cannot be read."""

    head: Head
    source: str
    line: int
    is_whole: bool = True
    fault: str = ""


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """Give the entries of a feed or sitemap, in order. Raises Unreadable for what is neither."""
    pieces = _pieces(stream)
    return _Cutter(pieces).entries()


def _pieces(stream: BinaryIO) -> Iterator[str]:
    """Give the text of a stream; one wrong byte costs one character."""
    content = stream.read(_SAMPLE)
    if not content.strip():
        raise Unreadable("the file is empty", "fill it or leave it out")
    declared = _DECLARED.search(content[:1_000])
    encoding = encoding_of(content, declared=declared[1].decode("ascii", "replace") if declared else None)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    size = 0
    while content:
        size += len(content)
        if size > FEED_BYTES_AT_MOST:
            raise Unreadable(f"it holds more than {FEED_BYTES_AT_MOST // 2**30} GiB", "split it")
        for start in range(0, len(content), _PIECE):
            yield decoder.decode(content[start : start + _PIECE])
        content = stream.read(_PIECE)
    yield decoder.decode(b"", final=True)


class _Cutter:
    """Holds the text that was read and not yet cut; never more than one entry and a piece."""

    def __init__(self, pieces: Iterator[str]):
        self._pieces = pieces
        self._text = ""
        self._line = 1
        self._missing: set[str] = set()  # signs that do not come any more
        self._read()
        self._head = Head(*_root_of(self._text))
        self._mark = re.compile(
            rf"<!\[CDATA\[|<!--|<(?P<ends>/)?(?:[\w.-]{{1,40}}:)?(?:{self._head.entry_name})(?=[\s/>])"
        )

    def entries(self) -> Iterator[Entry]:
        start = self._next_start(0)
        if start < 0:
            raise Unreadable("the file is no feed, or holds no entry", "give RSS, Atom or a WordPress export")
        while start >= 0:
            self._drop(start)
            end, is_whole, is_long = self._end_of_entry()
            source = self._text[:end]
            fault = f"the entry is larger than {ENTRY_CHARACTERS_AT_MOST // 2**20} MiB" if is_long else ""
            yield Entry(self._head, "" if is_long else source, self._line, is_whole, fault)
            start = self._next_start(end)

    def _read(self) -> bool:
        """Tell whether more text came."""
        piece = next(self._pieces, None)
        self._text += piece or ""
        return piece is not None

    def _drop(self, count: int) -> None:
        self._line += self._text.count("\n", 0, count)
        self._text = self._text[count:]

    def _next_start(self, position: int) -> int:
        """Give the index of the next entry's start tag from `position` on; what is before a head is read."""
        is_head = not position
        gap = 0
        while True:
            for mark in self._mark.finditer(self._text, position):
                if mark.group().startswith("<!") or mark["ends"]:
                    position = mark.end()
                    continue
                if is_head:
                    _read_head(self._head, self._text[: min(mark.start(), _HEAD_SAMPLE)])
                return mark.start()
            keep = position = max(position, len(self._text) - 200)  # a tag may be cut in two
            if is_head and len(self._text) <= _HEAD_SAMPLE:
                keep = 0
            elif is_head:
                _read_head(self._head, self._text[:_HEAD_SAMPLE])
                is_head = False
            self._drop(keep)
            position -= keep
            gap += keep
            if gap > GAP_CHARACTERS_AT_MOST:
                raise Unreadable(
                    f"no entry begins for {GAP_CHARACTERS_AT_MOST // 2**20} MiB, as in a bomb",
                    "give it without what is no entry",
                )
            if not self._read():
                return -1

    def _end_of_entry(self) -> tuple[int, bool, bool]:
        """Give (end, whether its end tag is there, whether it is too long) of the entry at the beginning."""
        position = 1
        while True:
            mark = self._mark.search(self._text, position)
            if mark is None or mark.end() == len(self._text):
                position = max(position, len(self._text) - 200)
                if len(self._text) > ENTRY_CHARACTERS_AT_MOST:
                    return position, False, True
                if self._read():
                    continue
                if mark is None:
                    return len(self._text), False, False
            if mark.group() == "<![CDATA[":
                position = self._end_of_section(mark.end())
            elif mark.group() == "<!--":
                position = self._after("-->", mark.end())
            elif mark["ends"]:
                closing = self._text.find(">", mark.end())
                return (closing + 1 if closing >= 0 else len(self._text)), True, False
            else:  # the next one begins and this one has not ended
                return mark.start(), _is_empty_tag(self._text), False
            if position < 0:
                return len(self._text), False, True

    def _end_of_section(self, start: int) -> int:
        """Give the end of the CDATA section whose content begins at `start`.

        One that has no end runs into the next entry's: then the section ends where its entry does.
        """
        closing = self._after("]]>", start)
        limit = closing if closing > start else len(self._text)
        ended = next((mark for mark in self._mark.finditer(self._text, start, limit) if mark["ends"]), None)
        if ended is None:
            return closing
        is_broken = closing <= start or self._text.find("<![CDATA[", ended.end(), closing) >= 0
        return ended.start() if is_broken else closing

    def _after(self, sign: str, start: int) -> int:
        """Give the index after the next `sign`; `start` where there is none, -1 where it is too far off."""
        if sign in self._missing:
            return start
        position = start
        while (index := self._text.find(sign, position)) < 0:
            if len(self._text) > ENTRY_CHARACTERS_AT_MOST:
                return -1
            position = max(start, len(self._text) - len(sign))
            if not self._read():
                self._missing.add(sign)
                return start
        return index + len(sign)


def root_of(content: bytes) -> str:
    """Give the name of the first element of `content`, small and without prefix; "" when there is none."""
    try:
        text = content.decode(encoding_of(content), "replace")
        return _root_of(text)[0]
    except Unreadable:
        return ""


def _is_empty_tag(source: str) -> bool:
    closing = source.find(">", 0, 4_096)
    return closing > 0 and source[closing - 1] == "/"


def _root_of(text: str) -> tuple[str, str]:
    """Give (name of the root, name of its entries)."""
    for token in tokens(text[:_HEAD_SAMPLE]):
        if isinstance(token, Tag) and not token.ends:
            root = token.name.rpartition(":")[2]
            return root, _ENTRY_NAMES.get(root, "item|entry")
    raise Unreadable("the file is no feed: it holds no XML", "give RSS, Atom or a WordPress export")


def _read_head(head: Head, text: str) -> None:
    """Note title, language, namespaces and authors; raises Unreadable when it declares entities."""
    if "<!ENTITY" in text:
        raise Unreadable("the XML declares entities", "export it without them")
    seen_root = False
    for match in _NAMESPACE.finditer(text):
        prefix = match[1] or ""
        if prefix or not seen_root:
            head.namespaces.setdefault(prefix, match[2] or match[3])
        seen_root = seen_root or not prefix
    within = name = login = ""
    for token in tokens(text):
        if isinstance(token, Tag):
            name = "" if token.ends else token.name
            if token.name in ("image", "textinput", "wp:author"):
                within = "" if token.ends else token.name
            continue
        value = _plain(token)
        if not value:
            continue
        if name == "title" and not within and not head.title:
            head.title = value
        elif name == "language" and not within:
            head.language = head.language or value
        elif name == "wp:author_login":
            login = value
        elif name == "wp:author_display_name" and login:
            head.authors[login] = value


def _plain(text: str) -> str:
    return " ".join(unescaped(text.replace("<![CDATA[", "").replace("]]>", "")).split())
