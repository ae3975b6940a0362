"""What a web page says of its article: title, author, date, site.

Dates are those that the page states as its own: neither a link's nor one that its text mentions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from index.articles.bylines import AGENCIES, LEXICON, byline_of
from index.articles.datelines import DATE_CLASS, DATE_TEXT_AT_MOST, day_in
from index.articles.dates import parse_date
from index.articles.trees import is_in_sentence, names_of, words_of
from index.text.lexicon import any_of

_META_AT_MOST = 1_000  # characters of a title or a name
_LINKED_AT_MOST = 500_000  # characters of JSON-LD
_LINKED_ITEMS = 2_000
_ARTICLE_KIND = re.compile(r"Article|BlogPosting|Report|WebPage$|Review$|Posting$")
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
# Spaces before a sign are read from their first one, so that a long run of them is read once.
_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?(?:[|¦»›•·⋆]|::)\s*|(?<!\s)\s+[-–—:<>~/«‹]\s+")
_BETWEEN_NAMES = re.compile(r"(?:(?<!\s)\s+)?[;،]\s*")
_ASIDE_CLASS = re.compile(
    r"related|sidebar|widget|latest|popular|recent|most|teaser|more-|footer|copyright|ticker|promo|trending"
    r"|archive|calendar|today|current|now-|header-date|top-bar|topbar|prayer|weather",
    re.IGNORECASE,
)
_HEAD_CLASS = re.compile(
    r"(?:site|page|main|top|global|the)?[-_]?(?:header|head|masthead|top)(?:[-_]?(?:top|bar|wrap|wrapper|inner))?",
    re.IGNORECASE,
)
# What names a paper, as the last part of a title.
_PAPER = re.compile(rf"{any_of(LEXICON.words('paper'))}\s+\S+(?:\s+\S+){{0,2}}")
_LINES_AROUND = 12  # text lines after the headline that may be the date
_OWN_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")
_CANDIDATES = 60  # elements that may state a date
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
    meta = _meta_of(root)
    linked = list(_linked_of(root))
    article = _article_of(linked)
    head = Masthead()
    head.headings = [words for words in (words_of(element) for element in root.iter("h1", "h2")) if words][
        :50
    ]
    head.site = _shortened(
        meta.get("og:site_name") or meta.get("application-name") or _name_in(article, "publisher")
    )
    head.title = _title_of(root, meta, article, head, url)
    head.author = _author_of(meta, article, head)
    head.published = _published_of(root, meta, article) or _date_in(url) or ""
    return head


def _article_of(linked: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the object that describes the article, its author put in where it is but referred to."""
    named = [item for item in linked if _ARTICLE_KIND.search(_kind_of(item))]
    dated = [item for item in (*named, *linked) if "datePublished" in item]
    article = dict(next(iter([*dated, *named]), {}))
    author = article.get("author")
    if isinstance(author, dict) and "name" not in author:
        article["author"] = next((item for item in linked if item.get("@id") == author.get("@id", "")), None)
    return article


def plain_title(
    title: str, site: str, headings: list[str], *, hosts: tuple[str, ...] = ()
) -> tuple[str, str]:
    """Give (`title` without the site's name and its sections, the name that stood there)."""
    title = " ".join(title.split())
    same = {_stem(site), *map(_stem, hosts)} - {""}
    marks = list(_SEPARATOR.finditer(title[:_META_AT_MOST]))
    ends = [
        (title[: mark.start()].strip(), title[mark.end() :].strip(), mark.group().strip()) for mark in marks
    ]
    stems = {_stem(heading) for heading in headings} - {""}
    if _stem(title) in stems:
        return title, ""
    sides = [side for first, last, _ in ends for side in ((first, last), (last, first))]
    headlines = [side for side in sides if _stem(side[0]) in stems and len(side[0].split()) > 1]
    if headlines:
        headline, rest = max(headlines, key=lambda side: len(side[0]))
        return headline, _last_part(rest)
    parts = [part.strip() for part in _SEPARATOR.split(title) if part.strip()]
    name = ""
    while len(parts) > 1 and (_stem(parts[-1]) in same or _stem(parts[0]) in same):
        name = parts.pop(-1 if _stem(parts[-1]) in same else 0)
    if not name and len(parts) > 1 and (_PAPER.fullmatch(parts[-1]) or parts[-1].lower() in AGENCIES):
        name = parts.pop()
    if name:
        start = title.find(parts[0])
        return title[start : title.find(parts[-1], start) + len(parts[-1])], name
    # Without a name to compare with: a short last part behind a sign that titles do not use.
    if len(ends) and ends[-1][2] in ("|", "¦", "»", "›", "•", "·", "::", "«"):
        first, last, _ = ends[0]
        if len(first.split()) >= 3 and len(ends[-1][1].split()) <= 5:
            return first, _last_part(last)
    return title, ""


def _title_of(
    root: Any, meta: dict[str, str], article: dict[str, Any], head: Masthead, url: str | None
) -> str:
    element = root.find(".//title")
    written = " ".join((element.text_content() if element is not None else "").split())[:_META_AT_MOST]
    headline = article.get("headline")
    first_headings = [words_of(each) for each in root.iter("h1")]
    by_heading = plain_title(written, head.site, head.headings)[0]
    is_heading = _stem(by_heading) in {_stem(heading) for heading in head.headings} - {""}
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
        title, name = plain_title(_shortened(candidate), head.site, head.headings, hosts=hosts)
        if not title or _stem(title) == _stem(head.site):
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
    if "://" in name or "@" in name or len(name.split()) > 8 or len(name) > 100 or _stem(name) == _stem(site):
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
    for line in _lines_after_headline(root):
        byline = byline_of(line)
        if byline is not None and byline.author:
            return byline.author
        if _is_running(line):
            break
    return ""


def _published_of(root: Any, meta: dict[str, str], article: dict[str, Any]) -> str | None:
    states = [meta.get(name, "") for name in DATE_NAMES[:-7]]
    states += [
        value for key in ("datePublished", "dateCreated") if isinstance(value := article.get(key), str)
    ]
    states += list(_stated_in_elements(root))
    states += [meta.get(name, "") for name in DATE_NAMES[-7:]]
    states += [value for key in ("dateModified",) if isinstance(value := article.get(key), str)]
    for written in states:
        if written and (date := day_in(written)):
            return date
    return None


def _stated_in_elements(root: Any) -> Iterator[str]:
    """Give dates that elements state, the surest first: marked by name, `<time>`, words near the headline."""
    scope = scope_of(root)
    for part in (scope, root) if scope is not root else (root,):
        yield from _stated_in(part)
    for line in _lines_after_headline(root):
        if _is_running(line):
            return
        if len(line) <= DATE_TEXT_AT_MOST:
            yield line


def _stated_in(scope: Any) -> Iterator[str]:
    edges = _edges_of(scope)
    marked: list[str] = []
    times: list[str] = []
    worded: list[str] = []
    for element in scope.iter():
        if not isinstance(element.tag, str) or element.tag in ("body", "html", "main"):
            continue
        name = (element.get("itemprop") or element.get("property") or "").rpartition(":")[2].lower()
        is_date = name in ("datepublished", "date", "issued", "created", "published")
        is_time = element.tag == "time" or (element.tag == "abbr" and "published" in names_of(element))
        is_named = any(DATE_CLASS.search(class_name) for class_name in names_of(element))
        if is_time and is_in_sentence(element):
            continue
        if not (is_date or is_time or is_named) or _is_beside(element, scope, edges):
            continue
        words = words_of(element) if _is_short(element) else ""
        machine = (
            element.get("content") or element.get("datetime") or (is_time and element.get("title")) or ""
        )
        kind = marked if is_date or element.get("pubdate") is not None else times if is_time else worded
        kind.extend(text for text in (machine, words) if any(char.isdigit() for char in text))
        if len(marked) + len(times) + len(worded) > _CANDIDATES:
            break
    yield from (*marked, *times, *worded)


def scope_of(root: Any) -> Any:
    """Give the element of this article and no other: the only `<article>` with a heading, or the page."""
    for tag in ("article", "main"):
        with_title = [element for element in list(root.iter(tag))[:50] if element.find(".//h1") is not None]
        if len(with_title) == 1:
            return with_title[0]
    return root


def _is_short(element: Any) -> bool:
    size = 0
    for text in element.itertext():
        size += len(text.strip())
        if size > DATE_TEXT_AT_MOST:
            return False
    return True


def _edges_of(scope: Any) -> set[Any]:
    """Give the heads and feet of a page, not those of its article."""
    named = (element for element in scope.iter("div", "section", "table", "td", "p", "ul"))
    heads = [element for element in named if any(_HEAD_CLASS.fullmatch(name) for name in names_of(element))]
    edges = {edge for edge in (*heads, *scope.iter("header", "footer")) if edge.find(".//h1") is None}
    return {edge for edge in edges if next(edge.iterancestors("article"), None) is None}


def _is_beside(element: Any, scope: Any, edges: set[Any]) -> bool:
    """Tell whether an element is in a link, a menu, the page's head or foot, or a box beside the article."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor is scope:
            return False
        is_link = ancestor.tag == "a" and "bookmark" not in ancestor.get("rel", "")  # that is the page's own
        if is_link or ancestor.tag in ("aside", "nav", "select", "button"):
            return True
        if ancestor in edges:
            return True
        if ancestor.tag not in ("body", "html") and any(
            _ASIDE_CLASS.search(name) for name in names_of(ancestor)
        ):
            return True
    return False


def _lines_after_headline(root: Any) -> Iterator[str]:
    """Give the first lines of text behind the headline, links left out."""
    heading = next(iter(root.iter("h1")), None)
    heading = heading if heading is not None else next(iter(root.iter("h2")), None)
    if heading is None:
        return
    count = 0
    inside, edges = set(heading.iter()), _edges_of(root)
    for element in _following(heading):
        if element in inside or not isinstance(element.tag, str) or element.tag in ("a", "script", "style"):
            continue
        if any(
            isinstance(child.tag, str) and child.tag in ("p", "div", "ul", "li", "table")
            for child in element[:50]
        ):
            continue
        line = words_of(element) if not _is_beside(element, root, edges) else ""
        if line:
            yield line[: 20 * DATE_TEXT_AT_MOST]
            count += 1
            if count >= _LINES_AROUND:
                return


def _is_running(line: str) -> bool:
    """Tell whether a line is a sentence or more, with which the text of an article begins."""
    return len(line.split()) > 25 or (len(line.split()) > 9 and line.endswith((".", "؟", "!", "…", "۔", ":")))


def _following(element: Any) -> Iterator[Any]:
    """Give the elements behind `element`, in document order."""
    current = element
    while current is not None:
        sibling = current.getnext()
        while sibling is not None:
            yield from sibling.iter()
            sibling = sibling.getnext()
        current = current.getparent()


def _meta_of(root: Any) -> dict[str, str]:
    """Give the first content of each `<meta>` by its name, property or itemprop, small."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        content = " ".join((element.get("content") or "")[:_META_AT_MOST].split())
        if content:
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := element.get(key, "").strip().lower()[:100]:
                    meta.setdefault(name, content)
    return meta


def _linked_of(root: Any) -> Iterator[dict[str, Any]]:
    """Give the objects of the page's JSON-LD, articles first come."""
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", "") or not script.text or len(script.text) > _LINKED_AT_MOST:
            continue
        try:
            value = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):  # many pages have broken ones; the page itself may be sound
            continue
        waiting = [value]
        for _ in range(_LINKED_ITEMS):
            if not waiting:
                break
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting[:0] = item[:_LINKED_ITEMS]
            elif isinstance(item, dict):
                yield item
                waiting.extend(
                    item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
                )


def _kind_of(item: dict[str, Any]) -> str:
    kind = item.get("@type", "")
    return " ".join(str(each) for each in kind[:5]) if isinstance(kind, list) else str(kind)


def _name_in(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) and "://" not in name else ""


def _date_in(url: str | None) -> str | None:
    """Give the day in the page's own address."""
    day = _OWN_DATE.search(urlsplit(url).path) if url else None
    return parse_date(f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}") if day else None


def _last_part(text: str) -> str:
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    return parts[-1].strip() if parts else ""


def _shortened(text: str) -> str:
    return " ".join(text[:_META_AT_MOST].split())


def _stem(text: str) -> str:
    """Give a title or name without what two spellings of it differ in."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
