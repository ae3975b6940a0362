"""RSS and Atom feeds, WordPress exports (WXR), and sitemaps: XML that is read as it streams.

Parsed by defusedxml, which refuses entity bombs and references to other files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from index.articles.article import Skipped
from index.articles.dates import parse_timestamp
from index.articles.extras import library
from index.articles.markup import text_of
from index.articles.plain import draft_of, tidy
from index.articles.sources import Draft, File, Unreadable

_ENTRIES = frozenset(["item", "entry"])
_WORDS_OF_AN_ARTICLE = 60  # a summary is shorter
_WXR_KINDS = frozenset(["post", "page"])


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a sitemap or a feed names; `stamp` changes when the page does, as far as is said."""

    url: str
    stamp: str | None = None
    is_sitemap: bool = False
    draft: Draft | None = None  # what a feed itself carries of the article


def read(file: File) -> Iterator[Draft | Skipped]:
    """The articles that a feed or a WordPress export carries; an entry without text is skipped and named."""
    empty = entries = 0
    with file.open() as stream:
        for kind, found in _walk(stream):
            if kind == "sitemap":
                raise Unreadable(
                    "a sitemap names pages and holds no articles", "give its address, not the file"
                )
            entries += 1
            if (draft := _draft_of_entry(found)) is None:
                continue
            if not draft.text:
                empty += 1
                named = draft.title or draft.url or f"entry {entries}"
                yield Skipped(file.origin, f"the entry {named!r} has no text", "export it with its content")
                continue
            yield draft
    if not entries:
        raise Unreadable("the file is no feed, or holds no entry", "give RSS, Atom or a WordPress export")


def listed(stream: BinaryIO) -> Iterator[Listed]:
    """The pages that a sitemap, a sitemap index or a feed names."""
    for kind, found in _walk(stream):
        if kind == "sitemap":
            url = _text(found, "loc")
            if url:
                stamp = _text(found, "lastmod") or _text(found, "publication_date")
                yield Listed(url, stamp, found.tag.rpartition("}")[2] == "sitemap", _news_of(found))
            continue
        draft = _draft_of_entry(found)
        if draft is not None and draft.url:
            stamp = _text(found, "updated") or _text(found, "modified") or draft.published
            yield Listed(draft.url, stamp, draft=draft)


def is_full(draft: Draft) -> bool:
    """Whether what a feed carries of an article is more than a summary."""
    return draft.extra.get("content") == "full" and len(draft.text.split()) >= _WORDS_OF_AN_ARTICLE


def _walk(stream: BinaryIO) -> Iterator[tuple[str, Element]]:
    """("entry" | "sitemap", element) for each, freed once it was seen."""
    parser = library("defusedxml.ElementTree", "feeds")
    common = library("defusedxml.common", "feeds")
    depth = 0
    source, language, root = "", "", ""
    try:
        for event, element in parser.iterparse(stream, events=("start", "end"), forbid_dtd=False):
            name = _name(element)
            if event == "start":
                depth += 1
                root = root or name
                continue
            depth -= 1
            if name == "title" and depth == (1 if root == "feed" else 2) and not source:
                source = " ".join((element.text or "").split())
            elif name == "language" and depth == 2:
                language = (element.text or "").strip()
            elif name in _ENTRIES:
                element.set("feed-title", source)
                element.set("feed-language", language)
                yield "entry", element
                element.clear()
            elif name in ("url", "sitemap") and root in ("urlset", "sitemapindex"):
                yield "sitemap", element
                element.clear()
    except ParseError as error:
        line, column = error.position
        raise Unreadable(
            f"the XML is malformed (line {line}, column {column + 1})", "export it again"
        ) from error
    except common.DefusedXmlException as error:
        raise Unreadable(
            f"the XML declares entities ({type(error).__name__})", "export it without them"
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise Unreadable(f"the XML cannot be decoded ({error})", "save it as UTF-8") from error


def _draft_of_entry(entry: Element) -> Draft | None:
    """The article of a feed's entry; None for what a WordPress export holds beside articles."""
    kind = _text(entry, "post_type")
    if kind and (kind not in _WXR_KINDS or _text(entry, "status") not in ("publish", "")):
        return None
    content = _child(entry, "encoded") or _child(entry, "content") or ""
    body = content or _child(entry, "description") or _child(entry, "summary") or ""
    text = tidy(text_of(body)).strip()
    title = text_of(_child(entry, "title") or "")
    draft = draft_of(text, title=title) if text else Draft(title=" ".join(title.split()))
    draft.url = _link(entry)
    identity = _text(entry, "post_id") if kind else ""
    draft.key = identity or _slug(_text(entry, "guid") or _text(entry, "id") or draft.url or title)
    draft.author = _text(entry, "creator") or _text(entry, "author") or draft.author
    draft.source = entry.get("feed-title") or draft.source
    draft.published = _published(entry) or draft.published
    language = entry.get("feed-language", "")
    if re.match(r"[a-zA-Z]{2,3}\b", language):
        draft.extra["feed_language"] = language
    if subjects := [
        " ".join((each.text or "").split()) for each in entry if _name(each) == "category" and each.text
    ]:
        draft.extra["categories"] = sorted(set(subjects))
    draft.extra["content"] = "full" if content else "summary"
    return draft


def _published(entry: Element) -> str | None:
    gmt = _text(entry, "post_date_gmt")
    if gmt and not gmt.startswith("0000"):
        return parse_timestamp(gmt.replace(" ", "T") + "+00:00")
    for name in ("published", "pubDate", "date", "issued", "updated"):
        if (written := _text(entry, name)) and (date := parse_timestamp(written)):
            return date
    return None


def _news_of(url: Element) -> Draft | None:
    """What a news sitemap says of a page."""
    title, date = _deep(url, "title"), _deep(url, "publication_date")
    if not title and not date:
        return None
    return Draft(
        title=" ".join(title.split()),
        published=parse_timestamp(date) if date else None,
        source=_deep(url, "name") or None,
    )


def _link(entry: Element) -> str | None:
    for each in entry:
        if _name(each) == "link" and each.get("rel", "alternate") == "alternate":
            url = (each.get("href") or each.text or "").strip()
            if url:
                return url
    guid = _text(entry, "guid")
    return guid if guid.startswith(("http://", "https://")) else None


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Element, name: str) -> str | None:
    """The text of the first child so named, markup of XHTML content included as text."""
    for each in element:
        if _name(each) == name:
            return each.text if len(each) == 0 else "\n".join(part for part in each.itertext())
    return None


def _text(element: Element, name: str) -> str:
    return " ".join((_child(element, name) or "").split())


def _deep(element: Element, name: str) -> str:
    return next(((each.text or "").strip() for each in element.iter() if _name(each) == name), "")


def _slug(identity: str) -> str:
    """An identity as the end of an article's id: an address without its scheme."""
    return re.sub(r"^https?://", "", identity.strip()) or "entry"
