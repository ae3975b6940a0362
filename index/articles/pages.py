"""Web pages: the article among menus and banners, and its metadata, found by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.articles.datelines import date_in_page
from index.articles.dates import parse_timestamp
from index.articles.decoding import decode
from index.articles.extras import library, parsing
from index.articles.files import Draft, File, Unreadable
from index.articles.markup import text_of
from index.articles.plain import draft_of

PAGE_BYTES_AT_MOST = 32 * 2**20
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,100}encoding=[\"']([\w-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html[^>]{0,400}\blang=[\"']?([a-zA-Z]{2,3})\b")


def read(file: File) -> Iterator[Draft]:
    """The one article of a saved web page."""
    yield draft_of_page(decode_page(file.read(PAGE_BYTES_AT_MOST)))


def decode_page(data: bytes, *, declared: str | None = None) -> str:
    """A page's text in the encoding that it, or who sent it, names."""
    if declared is None:
        found = _XML_ENCODING.search(data[:200]) or _CHARSET.search(data[:4096])
        declared = found[1].decode("ascii", "replace") if found else None
    return decode(data, declared=declared)


def draft_of_page(html: str, *, url: str | None = None) -> Draft:
    """The article of a page; raises Unreadable when the page holds none."""
    trafilatura = library("trafilatura", "web pages")
    with parsing("page"):
        found = trafilatura.bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            deduplicate=False,
            # Dates are taken from what the page states as its own, not from dates that its text mentions.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    text = (found.text or "").strip() if found else ""
    if not text:
        if not text_of(html):
            raise Unreadable("the page holds no text", "give the article itself, or leave it out")
        raise Unreadable("no article was found in the page", "save its text as .txt or .md")
    draft = draft_of(_apart(text), title=found.title or "")
    draft.url = found.url or url
    draft.source = found.sitename or draft.source
    draft.author = (found.author or "").replace(
        "; ", "، " if re.search("[\u0600-\u06ff]", found.author or "") else ", "
    )
    draft.author = draft.author or None
    stated = parse_timestamp(found.date) if found.date else None
    draft.published = stated or date_in_page(html) or draft.published
    if language := _LANGUAGE.search(html[:2_000]):
        draft.extra["declared_language"] = language[1].lower()
    return draft


def _apart(text: str) -> str:
    """trafilatura gives a paragraph a line; a blank line between says so to those that read it."""
    return re.sub(r"\n+", "\n\n", text)
