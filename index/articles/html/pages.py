"""Web pages: the article among menus and banners, found by trafilatura in a tree made ready for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any

from index.articles.drafts.plain import draft_of
from index.articles.files.decoding import decode
from index.articles.files.extras import library, parsing
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.html.headlines import plain_title
from index.articles.html.markup import text_of
from index.articles.html.masthead import Masthead, author_in, masthead_of, person
from index.articles.html.page_dates import scope_of
from index.articles.html.shortcodes import without_shortcodes
from index.articles.html.trees import (
    drop_comments,
    drop_surroundings,
    drop_unread,
    join_lines,
    markup_of,
    tree_of,
    unfold_tables,
    words_of,
)

PAGE_BYTES_AT_MOST = 32 * 2**20
# trafilatura counts a paragraph's siblings at each of them; a page that large is a book, and taken as it is.
_ELEMENTS_TO_WEIGH = 12_000
_HEADLINE_AT_MOST = 400  # characters
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,100}encoding=[\"']([\w-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html[^>]{0,400}\blang=[\"']?([a-zA-Z]{2,3})\b")


def read(file: File) -> Iterator[Draft]:
    """Give the one article of a saved web page."""
    yield draft_of_page(decode_page(file.read(PAGE_BYTES_AT_MOST)))


def decode_page(content: bytes, *, declared: str | None = None) -> str:
    """Give a page's text in the encoding that it, or who sent it, names."""
    if declared is None:
        named = _XML_ENCODING.search(content[:200]) or _CHARSET.search(content[:4096])
        declared = named[1].decode("ascii", "replace") if named else None
    return decode(content, declared=declared)


def draft_of_page(html: str, *, url: str | None = None) -> Draft:
    """Give the article of a page; raises Unreadable when the page holds none."""
    trafilatura = library("trafilatura", "web pages")
    with parsing("page"):
        root = tree_of(html)
        if root.find(".//form[@class='post-password-form']") is not None:
            raise Unreadable("the page is behind a password", "leave it out")
        if "DiscussionForumPosting" not in html:  # a thread, whose posts are what it is about
            drop_comments(root)
        head = masthead_of(root, url=url)
        head.author = head.author or author_in(root, head)
        drop_unread(root)
        author, address = _of_metadata(root, head, url)
        is_blank = not words_of(root)
        text = _text_of(trafilatura, root, url)
    if not text:
        if is_blank:
            raise Unreadable("the page holds no text", "give the article itself, or leave it out")
        raise Unreadable("no article was found in the page", "save its text as .txt or .md")
    draft = draft_of(_without_masthead(text, head), title=head.title)
    draft.url = address or url
    draft.source = head.site or draft.source
    draft.author = head.author or author or draft.author
    draft.published = head.published or draft.published
    if language := _LANGUAGE.search(html[:2_000]):
        draft.extra["declared_language"] = language[1].lower()
    return draft


def _text_of(trafilatura: ModuleType, root: Any, url: str | None) -> str:
    """Give the text of the article, a paragraph a line, blank lines between."""
    unfold_tables(root)
    drop_surroundings(root)
    join_lines(root)
    if _is_large(root):
        return without_shortcodes(text_of(markup_of(scope_of(root))))
    extracted = trafilatura.bare_extraction(
        root, url=url, with_metadata=False, include_comments=False, include_tables=True, deduplicate=False
    )
    text = without_shortcodes((extracted.text or "").strip() if extracted else "")
    # A blank line says to those that read it that a line is a paragraph.
    lines = [" ".join(line.split(" ")).strip() for line in text.split("\n")]
    return "\n\n".join(line.strip("| ") for line in lines if line.strip("|- "))


def _is_large(root: Any) -> bool:
    return sum(1 for _ in islice(root.iter(), _ELEMENTS_TO_WEIGH + 1)) > _ELEMENTS_TO_WEIGH


def _of_metadata(root: Any, head: Masthead, url: str | None) -> tuple[str, str | None]:
    """Give (author, address) that trafilatura finds; the author's pieces are parted by commas."""
    metadata = library("trafilatura.metadata", "web pages")
    written = "" if _is_large(root) else metadata.extract_author(root) or ""
    names = [person(name, head.site) for name in written.split("; ")]
    author = ("، " if re.search("[\u0600-\u06ff]", "".join(names)) else ", ").join(filter(None, names))
    return author, metadata.extract_url(root, url)


def _without_masthead(text: str, head: Masthead) -> str:
    """Give `text` without the headline and the site's name above it."""
    lines = text.split("\n")
    for _ in range(4):
        first = lines[0][:_HEADLINE_AT_MOST].strip("# ").strip()
        title = plain_title(first, head.site, [head.title])[0] if first else ""
        if len(lines) > 1 and (not first or _same(first, head.title, head.site) or _same(title, head.title)):
            lines = lines[1:]
    return "\n".join(lines)


def _same(line: str, *others: str) -> bool:
    return line.casefold() in {" ".join(other.split()).casefold() for other in others if other}
