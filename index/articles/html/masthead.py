"""What a web page says of its article: title, author, date, site.

Dates are those that the page states as its own: neither a link's nor one that its text mentions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from index.articles.drafts.bylines import LEXICON, byline_of
from index.articles.drafts.datelines import day_in
from index.articles.drafts.dates import parse_date
from index.articles.html.headlines import one_line, plain_title, stem_of
from index.articles.html.metadata import META_AT_MOST, described_article, linked_of, meta_of, name_in
from index.articles.html.page_dates import is_running, lines_below_headline, stated_dates
from index.articles.html.trees import words_of
from index.text.lexicon import any_of

_DATE_NAMES = """
    article:published_time og:article:published_time og:published_time datepublished date dc.date
    dc.date.issued dc.date.created dcterms.date dcterms.created dcterms.issued dc:date dcterms:date
    dcterms:created dcterms:issued pubdate publishdate publish-date publish_date published_time
    published-date published_date publication_date
    publication-date parsely-pub-date sailthru.date article.published article.created article_date_original
    citation_publication_date citation_date citation_online_date bt:pubdate cxenseparse:recs:publishtime
    rnews:datepublished originalpublicationdate published created datecreated date.issued news_date
    displaydate
    article:modified_time datemodified og:updated_time dcterms.modified dc.date.modified last-modified revised
"""
DATE_NAMES = tuple(_DATE_NAMES.split())
_BETWEEN_NAMES = re.compile(r"(?:(?<!\s)\s+)?[;،]\s*")
_OWN_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")
_OF_WRITER = re.compile(rf"^{any_of(LEXICON.words('of-writer'))}\s*[:：]?\s+", re.IGNORECASE)


@dataclass(slots=True)
class Masthead:
    """What a page says of its article; an empty string where it says nothing."""

    title: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    headings: list[str] = field(default_factory=list)


def masthead_of(root: Any, *, url: str | None = None) -> Masthead:
    """Give the masthead of a page's tree, readers' comments already taken out of it."""
    meta = meta_of(root)
    linked = list(linked_of(root))
    article = described_article(linked)
    head = Masthead()
    head.headings = [words for words in (words_of(element) for element in root.iter("h1", "h2")) if words][
        :50
    ]
    head.site = one_line(
        meta.get("og:site_name") or meta.get("application-name") or name_in(article, "publisher")
    )
    head.title = _title_of(root, meta, article, head, url)
    head.author = _author_of(meta, article, head)
    head.published = _published_of(root, meta, article) or _date_in(url) or ""
    return head


def _title_of(
    root: Any, meta: dict[str, str], article: dict[str, Any], head: Masthead, url: str | None
) -> str:
    element = root.find(".//title")
    written = " ".join((element.text_content() if element is not None else "").split())[:META_AT_MOST]
    headline = article.get("headline")
    first_headings = [words_of(each) for each in root.iter("h1")]
    by_heading = plain_title(written, head.site, head.headings)[0]
    is_heading = stem_of(by_heading) in {stem_of(heading) for heading in head.headings} - {""}
    candidates = [
        *(
            meta.get("og:title", ""),
            headline if isinstance(headline, str) else "",
            meta.get("twitter:title", ""),
        ),
        *([written] if is_heading and by_heading != written else []),
        *([first_headings[0]] if len(first_headings) == 1 else []),
        *(meta.get("dc.title", ""), meta.get("headline", ""), written),
        *first_headings[:1],
        *head.headings[:1],
    ]
    hosts = (
        tuple(name for name in ((urlsplit(url).hostname or "").removeprefix("www."),) if name) if url else ()
    )
    for candidate in candidates:
        title, name = plain_title(one_line(candidate), head.site, head.headings, hosts=hosts)
        if not title or stem_of(title) == stem_of(head.site):
            continue
        head.site = head.site or name
        if not head.site and written:
            head.site = plain_title(written, "", [title])[1]
        return title
    return ""


def _author_of(meta: dict[str, str], article: dict[str, Any], head: Masthead) -> str:
    written = article.get("author")
    people = written if isinstance(written, list) else [written]
    names = [each.get("name") if isinstance(each, dict) else each for each in people]
    named = [person(name, head.site) for name in names if isinstance(name, str)]
    for key in (
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
    ):
        if not any(named) and key in meta:
            named = [person(name, head.site) for name in _BETWEEN_NAMES.split(meta[key])]
    named = list(dict.fromkeys(name for name in named if name))
    return ("، " if re.search("[\u0600-\u06ff]", "".join(named)) else ", ").join(named)


def person(name: str, site: str) -> str:
    """Give `name` when it can be one of a person or a desk; else ""."""
    name = _OF_WRITER.sub("", " ".join(name.split()))
    if (
        "://" in name
        or "@" in name
        or len(name.split()) > 8
        or len(name) > 100
        or stem_of(name) == stem_of(site)
    ):
        return ""
    if re.search(r"\w\.(?:com|net|org|info|at|de|fr|tn|eg|sa)$", name.lower()):
        return ""
    return (
        ""
        if re.fullmatch(r"[\W\d_]*|admin|administrator|root|webmaster|editor|guest", name.lower())
        else name
    )


def author_in(root: Any, head: Masthead) -> str:
    """Give the author that a line right below the headline names, if it is plainly a byline."""
    for line in lines_below_headline(root):
        byline = byline_of(line)
        if byline is not None and byline.author:
            return byline.author
        if is_running(line):
            break
    return ""


def _published_of(root: Any, meta: dict[str, str], article: dict[str, Any]) -> str | None:
    states = [meta.get(name, "") for name in DATE_NAMES[:-7]]
    states += [
        value for key in ("datePublished", "dateCreated") if isinstance(value := article.get(key), str)
    ]
    states += list(stated_dates(root))
    states += [meta.get(name, "") for name in DATE_NAMES[-7:]]
    states += [value for key in ("dateModified",) if isinstance(value := article.get(key), str)]
    for written in states:
        if written and (date := day_in(written)):
            return date
    return None


def _date_in(url: str | None) -> str | None:
    """Give the day in the page's own address."""
    day = _OWN_DATE.search(urlsplit(url).path) if url else None
    return parse_date(f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}") if day else None
