"""Articles from addresses: pages, feeds, sitemaps and files of the other formats, over HTTP(S).

A feed that carries whole articles is taken at its word; otherwise, and for sitemaps, every page that is
listed is fetched, as long as it lies on the same site. An article from the web has no origin, so that it
outlives its place in a feed when files that are gone are pruned.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from index.articles.article import Skipped
from index.articles.files.sources import Draft, File, Unreadable, suffix_of
from index.articles.html.pages import decode_page, draft_of_page
from index.articles.network.fetching import ANSWER_BYTES_AT_MOST, Response, Web, same_site
from index.articles.syndication.entries import root_of
from index.articles.syndication.feeds import Listed, is_full, listed

PAGES_AT_MOST = 50_000  # of one address; a sitemap may list as many
SITEMAP_DEPTH = 3

_ROOT_WITHIN = 65_536  # bytes; comments may come before the root
_LISTINGS = frozenset(["rss", "feed", "rdf", "urlset", "sitemapindex"])
_SUFFIX_OF_TYPE = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
}


def drafts_of_address(url: str, web: Web) -> Iterator[Draft | File | Skipped]:
    """Give what `url` gives: drafts of articles, files of other formats to be read, and what was skipped."""
    try:
        response = web.fetch(url)
        if _is_listing(body := _unpacked(response.body)):
            yield from _drafts_of_listing(url, body, web, depth=0, seen=set())
            return
        suffix = _suffix(response)
        if suffix in ("", ".html", ".htm", ".xhtml"):
            yield _draft_of_page(response, Listed(url))
        else:
            yield File(url, article_id_of(url), suffix, lambda: io.BytesIO(response.body))
    except Unreadable as error:
        yield Skipped(url, error.reason, error.remedy)


def article_id_of(url: str) -> str:
    """Give an id for the article at an address: the address without scheme, `www.` and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _drafts_of_listing(
    url: str, body: bytes, web: Web, *, depth: int, seen: set[str]
) -> Iterator[Draft | Skipped]:
    for page in listed(io.BytesIO(body)):
        if isinstance(page, Skipped):
            yield replace(page, origin=url)
            continue
        if page.url in seen:
            continue
        if len(seen) >= PAGES_AT_MOST:
            yield Skipped(url, f"more than {PAGES_AT_MOST:,} pages are listed", "give its parts one by one")
            return
        seen.add(page.url)
        try:
            if page.draft is not None and is_full(page.draft):
                yield _from_listing(page)
            elif not same_site(url, page.url):
                raise Unreadable(
                    "the page lies on another site", f"give an address of that site beside {url}"
                )
            elif page.is_sitemap:
                yield from _sub_listing(page, web, depth=depth, seen=seen)
            else:
                yield _draft_of_page(web.fetch(page.url, stamp=page.stamp), page)
        except Unreadable as error:
            yield Skipped(page.url, error.reason, error.remedy)


def _sub_listing(page: Listed, web: Web, *, depth: int, seen: set[str]) -> Iterator[Draft | Skipped]:
    if depth >= SITEMAP_DEPTH:
        raise Unreadable(f"sitemaps are nested more than {SITEMAP_DEPTH} deep", "give this one by itself")
    body = _unpacked(web.fetch(page.url, stamp=page.stamp).body)
    yield from _drafts_of_listing(page.url, body, web, depth=depth + 1, seen=seen)


def _from_listing(page: Listed) -> Draft:
    draft = page.draft or Draft()
    draft.article_id = article_id_of(page.url)
    return draft


def _draft_of_page(response: Response, page: Listed) -> Draft:
    charset = re.search(r"charset=[\"']?([\w-]+)", response.content_type)
    html = decode_page(_unpacked(response.body), declared=charset[1] if charset else None)
    draft = draft_of_page(html, url=response.url)
    draft.article_id = article_id_of(page.url)
    draft.url = draft.url if draft.url and same_site(response.url, draft.url) else response.url
    if kept := page.draft:
        draft.title = kept.title or draft.title
        draft.published = kept.published or draft.published
        draft.source = kept.source or draft.source
        draft.author = draft.author or kept.author
    return draft


def _is_listing(body: bytes) -> bool:
    return root_of(body[:_ROOT_WITHIN]) in _LISTINGS


def _unpacked(body: bytes) -> bytes:
    """Give `body`, unpacked when it is gzip, as sitemaps often are."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            unpacked = stream.read(ANSWER_BYTES_AT_MOST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"the packed data is damaged ({error})", "try again later") from error
    if len(unpacked) > ANSWER_BYTES_AT_MOST:
        raise Unreadable(
            f"it unpacks to more than {ANSWER_BYTES_AT_MOST // 2**20} MiB", "download and split it"
        )
    return unpacked


def _suffix(response: Response) -> str:
    """Give what kind of file an response is: by its type, else by its address; "" is a page."""
    kind = response.content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return ".html"
    by_name = suffix_of(urlsplit(response.url).path.rpartition("/")[2])
    if kind == "text/plain" and by_name:
        return by_name
    return _SUFFIX_OF_TYPE.get(kind, by_name)
