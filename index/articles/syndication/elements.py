"""The elements of one entry of a feed, named by their namespaces; a fault costs the element it stands in.

Names are those that the namespaces are commonly given, whatever the file calls them: `dc:creator`,
`content:encoded`, and bare ones for RSS, Atom and sitemaps themselves.
"""

from __future__ import annotations

import bisect
import html
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from index.articles.files.extras import library
from index.articles.files.sources import Unreadable
from index.articles.syndication.entries import Entry

ELEMENTS_AT_MOST = 50_000  # of an entry, markup in CDATA sections not counted

_PIECES_AT_MOST = 500  # of a broken entry, that are parsed by themselves
_PREFIXES_AT_MOST = 60  # each is compared with all others

# Beginnings of addresses, small, without scheme; the first that fits counts.
_NAMESPACES = [
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("www.itunes.com/dtds/podcast", "itunes"),
    ("www.google.com/schemas/sitemap-news", "news"),
    ("www.google.com/schemas/sitemap-image", "image"),
    ("www.google.com/schemas/sitemap-video", "video"),
    ("www.w3.org/1999/xhtml", "xhtml"),
    ("www.w3.org/2005/atom", ""),
    ("purl.org/atom/ns", ""),
    ("purl.org/rss/1.0", ""),
    ("my.netscape.com/", ""),
    ("backend.userland.com/rss", ""),
    ("cyber.law.harvard.edu/rss", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("www.sitemaps.org/schemas/sitemap", ""),
    ("www.google.com/schemas/sitemap/", ""),
]
# What files use without saying what it stands for.
_COMMON = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "atom": "http://www.w3.org/2005/Atom",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
_SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
_REFERENCE = re.compile(r"&(?:#(x?)([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?", re.IGNORECASE)
_PAIR = re.compile(r"&#(5[56]\d{3});&#(5[67]\d{3});")  # half a character each, as UTF-16 has them
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, section 2.2
_PREFIX = re.compile(r"[</\s]([A-Za-z_][\w.-]{0,60}):[A-Za-z_]")
_MARK = re.compile(r"<!\[CDATA\[|<!--|<(?P<ends>/)?(?P<name>[A-Za-z_][\w.:-]{0,80})")
_OF_XML = frozenset(["amp", "lt", "gt", "quot", "apos"])


@dataclass(frozen=True, slots=True)
class Part:
    """A child of an entry: its markup or text, its attributes, and the text of its own children by name."""

    name: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    is_markup: bool = False  # it held elements, and `value` is their markup


@dataclass(frozen=True, slots=True)
class Parts:
    """The children of an entry in order; `is_sound` unless a fault was met."""

    parts: tuple[Part, ...]
    language: str = ""
    is_sound: bool = True

    def all(self, name: str) -> list[Part]:
        """Give the children of a name, in order; empty ones too."""
        return [part for part in self.parts if part.name == name]

    def first(self, *names: str) -> Part | None:
        """Give the first child of the first of `names` that holds something."""
        for name in names:
            for part in self.parts:
                if part.name == name and part.value.strip():
                    return part
        return None

    def text(self, *names: str) -> str:
        """Give the value of the first such child on one line, its white space joined; empty without one."""
        part = self.first(*names)
        return " ".join(part.value.split()) if part else ""


def parts_of(entry: Entry) -> Parts:
    """Give the children of an entry. Raises Unreadable when there are too many."""
    source = _sound(entry.source)
    outside = "".join(_SECTION.split(source)[::2])
    if outside.count("<") > 2 * ELEMENTS_AT_MOST:
        raise Unreadable(f"the entry holds more than {ELEMENTS_AT_MOST:,} elements", "split it")
    wrapping = _wrapping(entry.head.namespaces, outside)
    root = _parsed(source, wrapping)
    if root is not None and len(root):
        return Parts(tuple(map(_part_of, _elements(root[0]))), _language_of(root[0]))
    parts: list[Part] = []
    for number, (name, inner, whole) in enumerate(_pieces(source)):
        root = _parsed(whole, wrapping) if number < _PIECES_AT_MOST else None
        element = root[0] if root is not None and len(root) else None
        parts.append(Part(name, _unwrapped(inner)) if element is None else _part_of(element))
    return Parts(tuple(parts), is_sound=False)


def _parsed(source: str, wrapping: str) -> Any:
    """Give the element that holds `source`, or None when it is no XML."""
    etree = _etree()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(f"{wrapping}{source}</entries>".encode(), parser)
    except etree.XMLSyntaxError:
        return None


def _etree() -> ModuleType:
    return library("lxml.etree", "feeds")


def _wrapping(namespaces: dict[str, str], outside: str) -> str:
    """Give the start tag of an element that declares every prefix that `outside` uses."""
    used = sorted({match[1] for match in _PREFIX.finditer(outside)} | {""})[:_PREFIXES_AT_MOST]
    prefixes = {prefix: f"urn:undeclared:{prefix}" for prefix in used if prefix}
    declared = {**prefixes, **_COMMON, **namespaces}
    written = "".join(
        f" xmlns{':' if prefix else ''}{prefix}={quoteattr(address)}"
        for prefix, address in declared.items()
        if prefix in used
        and prefix not in ("xml", "xmlns")
        and not address.startswith("http://www.w3.org/2000/xmlns")
    )
    return f"<entries{written}>"


def _sound(source: str) -> str:
    """Give `source` without what XML forbids: signs, references to no character or to one only HTML names."""
    pieces = re.split(r"(<!\[CDATA\[|\]\]>)", _FORBIDDEN.sub(_blank, source))
    is_section = False
    for number, piece in enumerate(pieces):
        if piece == "<![CDATA[":
            is_section = True
        elif piece == "]]>":
            is_section = False
        elif not is_section and "&" in piece:
            pieces[number] = _REFERENCE.sub(_referred, _PAIR.sub(_paired, piece))
    return "".join(pieces)


def _blank(match: re.Match[str]) -> str:
    """Make blanks of separators, and nothing of other signs."""
    return " " if match.group() in "\x0b\x0c\x1c\x1d\x1e\x1f" else ""


def _referred(match: re.Match[str]) -> str:
    if match[2]:
        try:
            number = int(match[2], 16 if match[1] else 10)
        except ValueError:
            return escape(match.group())
        text = chr(number) if 0 < number < 0x110000 else ""
        return escape(_FORBIDDEN.sub(_blank, text)) if text not in "<>&\"'" else match.group()
    if match[3] and match[3].lower() not in _OF_XML:
        text = html.unescape(match.group())
        return escape(text if text != match.group() else match.group())
    return match.group().lower() if match[3] else "&amp;"


def _paired(match: re.Match[str]) -> str:
    high, low = int(match[1]), int(match[2])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match.group()


def _pieces(source: str) -> list[tuple[str, str, str]]:
    """Give (name, what it holds, all of it) of the children of an entry that is no XML, cut at their tags."""
    tags: list[re.Match[str]] = []
    ends: dict[str, list[int]] = defaultdict(list)
    position = 0
    missing: set[str] = set()
    while mark := _MARK.search(source, position):
        position = mark.end()
        if mark["name"]:
            tags.append(mark)
            if mark["ends"]:
                ends[mark["name"]].append(mark.start())
            continue
        sign = "]]>" if mark.group() == "<![CDATA[" else "-->"
        index = -1 if sign in missing else source.find(sign, position)
        if index < 0:
            missing.add(sign)
        position = index if index >= 0 else position
    children: list[tuple[str, str, str]] = []
    closing, last = -1, source.rfind(">")
    after = tags[0].end() if tags else 0  # the entry's own tag
    for tag in tags[1:]:
        if tag["ends"] or tag.start() < after:
            continue
        of_name = ends[tag["name"]]
        number = bisect.bisect_left(of_name, tag.end())
        if number == len(of_name) or of_name[number] > last:
            continue
        if closing < tag.end():  # looked for once, however many tags come before it
            closing = source.find(">", tag.end())
        if closing > of_name[number]:
            continue
        end = of_name[number]
        after = source.find(">", end) + 1 or len(source)
        children.append((_common_name(tag["name"]), source[closing + 1 : end], source[tag.start() : after]))
    return children


def _common_name(written: str) -> str:
    prefix, _, name = written.rpartition(":")
    return f"{prefix}:{name}" if prefix and prefix not in ("atom", "rss", "a10") else name


def _unwrapped(inner: str) -> str:
    """Give what a broken element holds: the content of its sections, or its text with references read."""
    if "<![CDATA[" in inner:
        return inner.replace("<![CDATA[", "").replace("]]>", "")
    return inner if "<" in inner else html.unescape(inner)


def _elements(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str)]


def _part_of(element: Any) -> Part:
    name = _name_of(element)
    attributes = {_name_in(key): value for key, value in element.attrib.items()}
    children = _elements(element)
    if not children:
        return Part(name, "".join(element.itertext()), attributes)
    inner: dict[str, str] = {}
    for child in children:
        inner.setdefault(_name_of(child), " ".join("".join(child.itertext()).split()))
    return Part(name, _markup_in(element), attributes, inner, is_markup=True)


def _markup_in(element: Any) -> str:
    """Give the markup between the tags of `element`, as HTML without namespaces."""
    etree = _etree()
    for child in element.iter():
        if isinstance(child.tag, str):
            child.tag = child.tag.rpartition("}")[2]
    inside = "".join(etree.tostring(child, method="html", encoding="unicode") for child in element)
    return escape(element.text or "") + inside


def _name_of(element: Any) -> str:
    address, _, local = element.tag.rpartition("}")
    if not address:
        return str(local)
    prefix = _prefix_of(address[1:])
    if prefix is None:  # unknown: by the file's own name for it, never bare
        parent = element.getparent()
        same = parent is not None and parent.tag.startswith(address + "}")
        prefix = "" if same else element.prefix or "other"
    return f"{prefix}:{local}" if prefix else str(local)


def _name_in(key: str) -> str:
    address, _, local = key.rpartition("}")
    return f"xml:{local}" if address.endswith("XML/1998/namespace") else local


@cache
def _prefix_of(address: str) -> str | None:
    """Give the common prefix of a namespace; None of an unknown one."""
    bare = re.sub(r"^https?://", "", address.strip().lower())
    if re.match(r"(?:www\.)?wordpress\.org/export/", bare):
        return "excerpt" if bare.rstrip("/").endswith("excerpt") else "wp"
    return next((prefix for beginning, prefix in _NAMESPACES if bare.startswith(beginning)), None)


def _language_of(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if _name_in(key) == "xml:lang"), "")
