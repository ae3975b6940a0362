"""RSS and Atom feeds, WordPress exports (WXR), and sitemaps: what their entries say of articles.

How they are cut into entries and what is done about faults is `entries`' and `elements`' matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from index.articles.article import Skipped
from index.articles.drafts.dates import parse_timestamp
from index.articles.drafts.plain import draft_of, tidy
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.html.blank_lines import with_paragraphs
from index.articles.html.markup import text_of
from index.articles.html.shortcodes import without_shortcodes
from index.articles.syndication.elements import Part, Parts, parts_of
from index.articles.syndication.entries import Entry, entries

_WORDS_OF_AN_ARTICLE = 60  # a summary is shorter
_WXR_KINDS = frozenset(["post", "page"])
_SITEMAPS = frozenset(["urlset", "sitemapindex"])
_DATES = (
    *("pubDate", "pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "date", "created"),
    *("updated", "modified", "dc:modified"),
)
_EMAIL = re.compile(r"\S{1,80}@\S{1,80}")
_MIME_OF_TEXT = ("", "text", "html", "xhtml", "text/html", "text/plain", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a sitemap or a feed names; `stamp` changes when the page does, as far as is said."""

    url: str
    stamp: str | None = None
    is_sitemap: bool = False
    draft: Draft | None = None  # what a feed itself carries of the article


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give articles that a feed or a WordPress export carries; an entry without text is skipped and named."""
    with file.open() as stream:
        for number, entry in enumerate(entries(stream), start=1):
            if entry.head.root in _SITEMAPS:
                raise Unreadable(
                    "a sitemap names pages and holds no articles", "give its address, not the file"
                )
            try:
                draft = _draft_of_entry(entry, parts_of(entry))
            except Unreadable as error:
                yield Skipped(file.origin, error.reason, error.remedy, entry.line)
                continue
            if draft is None:
                continue
            if not draft.text:
                named = draft.title or draft.url or f"entry {number}"
                yield Skipped(file.origin, f"the entry {named!r} has no text", "export it with its content")
                continue
            yield draft


def listed(stream: BinaryIO) -> Iterator[Listed | Skipped]:
    """Give the pages that a sitemap, a sitemap index or a feed names, and the entries that cannot be read."""
    for entry in entries(stream):
        try:
            if (page := _listed_of(entry)) is not None:
                yield page
        except Unreadable as error:
            yield Skipped("", error.reason, error.remedy, entry.line)


def _listed_of(entry: Entry) -> Listed | None:
    parts = parts_of(entry)
    if entry.head.root in _SITEMAPS:
        _check(entry, parts, parts.text("loc"))
        stamp = parts.text("lastmod") or _news(parts, "news:publication_date")
        url = parts.text("loc")
        return Listed(url, stamp or None, entry.head.root == "sitemapindex", _news_of(parts)) if url else None
    draft = _draft_of_entry(entry, parts)
    if draft is None or not draft.url:
        return None
    return Listed(draft.url, parts.text("updated", "modified") or draft.published, draft=draft)


def is_full(draft: Draft) -> bool:
    """Tell whether what a feed carries of an article is more than a summary."""
    return draft.extra.get("content") == "full" and len(draft.text.split()) >= _WORDS_OF_AN_ARTICLE


def _check(entry: Entry, parts: Parts, needed: str) -> None:
    """Raise Unreadable for an entry of which too little is left."""
    if entry.fault:
        raise Unreadable(entry.fault, "split it")
    if not parts.is_sound and not (entry.is_whole and needed):
        how = "the entry has a fault" if entry.is_whole else "the entry breaks off"
        raise Unreadable(f"the XML is malformed (line {entry.line}: {how})", "export it again")


def _draft_of_entry(entry: Entry, parts: Parts) -> Draft | None:
    """Give the article of a feed's entry; None for what a WordPress export holds beside articles.

    Raises Unreadable for what not everyone may read, and for what is broken beyond use.
    """
    _check(entry, parts, parts.text("title") or parts.text("link"))
    kind = _check_wordpress(entry, parts)
    if kind and (kind not in _WXR_KINDS or parts.text("wp:status") not in ("publish", "")):
        return None
    content = _content_of(parts)
    part = content or parts.first("description", "summary", "excerpt:encoded", "media:description")
    text = _text_of(part or parts.first("itunes:summary"), is_wordpress=bool(kind))
    title = _title_of(parts)
    draft = draft_of(text, title=title) if text else Draft(title=title)
    draft.url = _link(parts)
    identity = parts.text("wp:post_id") if kind else ""
    draft.key = identity or _slug(parts.text("guid") or parts.text("id") or draft.url or title)
    draft.author = _author(entry, parts) or draft.author
    draft.source = entry.head.title or draft.source
    draft.published = _published(parts) or draft.published
    language = parts.language or parts.text("dc:language") or entry.head.language
    if re.match(r"[a-zA-Z]{2,3}\b", language):
        draft.extra["feed_language"] = language
    if subjects := {_category(part) for part in parts.all("category")} - {""}:
        draft.extra["categories"] = sorted(subjects)
    draft.extra["content"] = "full" if content else "summary"
    return draft


def _check_wordpress(entry: Entry, parts: Parts) -> str:
    """Give the kind of a WordPress export's post, "" elsewhere; raises Unreadable for what is not public."""
    kind = parts.text("wp:post_type")
    if parts.text("wp:post_password"):
        named = _title_of(parts) or parts.text("wp:post_id") or "without a title"
        raise Unreadable(
            f"the post {named!r} is behind a password", "publish it without one if all readers may quote it"
        )
    if not parts.is_sound and "<wp:" in entry.source and not (kind and parts.text("wp:status")):
        # Whether it is public cannot be told.
        raise Unreadable(
            f"the XML is malformed (line {entry.line}: the post's status is lost)", "export it again"
        )
    return kind


def _content_of(parts: Parts) -> Part | None:
    """Give the whole article, where an entry carries it."""
    for part in (*parts.all("content:encoded"), *parts.all("content"), *parts.all("xhtml:body")):
        kind = part.attributes.get("type", "").partition(";")[0].strip().lower()
        if part.value.strip() and kind in _MIME_OF_TEXT:
            return part
    return None


def _text_of(part: Part | None, *, is_wordpress: bool) -> str:
    if part is None:
        return ""
    if part.attributes.get("type") in ("text", "text/plain") and not part.is_markup:
        return tidy(part.value).strip()
    value = without_shortcodes(part.value)
    return tidy(text_of(with_paragraphs(value) if is_wordpress else value)).strip()


def _title_of(parts: Parts) -> str:
    part = parts.first("title", "dc:title", "media:title", "itunes:title")
    if part is None:
        return ""
    is_text = part.attributes.get("type") in ("text", "text/plain") and not part.is_markup
    return " ".join((part.value if is_text else text_of(part.value)).split())


def _author(entry: Entry, parts: Parts) -> str:
    """Tell who wrote an entry, an address for mail left out."""
    names: list[str] = []
    for part in parts.all("dc:creator") or parts.all("author") or parts.all("itunes:author"):
        written = part.inner.get("name", "") if part.inner else " ".join(text_of(part.value).split())
        written = entry.head.authors.get(written, written)
        if mail := re.fullmatch(r"\S{1,80}@\S{1,80}\s*\((.{1,200})\)", written):
            written = mail[1]
        written = _EMAIL.sub("", written).strip(" ()<>,")
        if written and written not in names:
            names.append(written)
    return ("، " if re.search("[\u0600-\u06ff]", "".join(names)) else ", ").join(names)


def _published(parts: Parts) -> str | None:
    gmt = parts.text("wp:post_date_gmt")
    if gmt and not gmt.startswith("0000") and (date := parse_timestamp(gmt.replace(" ", "T") + "+00:00")):
        return date
    for name in _DATES:
        if (written := parts.text(name)) and (date := parse_timestamp(written)):
            return date
    local = parts.text("wp:post_date")
    return parse_timestamp(local.replace(" ", "T")) if local and not local.startswith("0000") else None


def _news(parts: Parts, name: str) -> str:
    return next((part.inner[name] for part in parts.all("news:news") if part.inner.get(name)), "")


def _news_of(parts: Parts) -> Draft | None:
    """Give what a news sitemap says of a page."""
    title, date = _news(parts, "news:title"), _news(parts, "news:publication_date")
    if not title and not date:
        return None
    source = next((part.value for part in parts.all("news:news")), "")
    name = re.search(r"<name>([^<]{1,200})</name>", source)
    return Draft(
        title=title,
        published=parse_timestamp(date) if date else None,
        source=text_of(name[1]) or None if name else None,
    )


def _link(parts: Parts) -> str | None:
    for part in parts.all("link"):
        url = (part.attributes.get("href") or part.value).strip()
        if url and part.attributes.get("rel", "alternate") == "alternate":
            return url
    guid = parts.text("guid")
    return guid if guid.startswith(("http://", "https://")) else None


def _category(part: Part) -> str:
    written = part.attributes.get("label") or part.attributes.get("term") or part.value
    return " ".join(text_of(written).split())


def _slug(identity: str) -> str:
    """Give an identity as the end of an article's id: an address without its scheme."""
    return re.sub(r"^https?://", "", identity.strip()) or "entry"
