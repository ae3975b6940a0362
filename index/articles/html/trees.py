"""The tree of a web page, parsed within bounds and freed of what is no part of its article.

Readers' comments, tables that only lay a page out, the lines of dates and sections around a headline: all of
them are told by how pages are built, before anyone looks for the article.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from index.articles.drafts.datelines import DATE_CLASS, day_in
from index.articles.drafts.dates import parse_date
from index.articles.files.extras import library
from index.articles.files.sources import Unreadable
from index.articles.html.tags import Tag, tokens
from index.text.lexicon import any_of, read_lexicon

ELEMENTS_AT_MOST = 100_000  # the largest pages of news sites have a tenth
TAG_CHARACTERS_AT_MOST = 4_000  # of a start tag; a longer one loses its attributes
_META_CHARACTERS_AT_MOST = 100_000
_DEPTH_AT_MOST = 200  # elements in one another, for what follows calls itself
_INLINE = ("font", "b", "i", "u", "em", "strong", "span", "small", "big", "center", "tt", "strike", "s", "a")
_SECTIONS = ("html", "body", "main", "head")

_NAME_AT_MOST = 60  # characters of a class name
_LEXICON = read_lexicon(
    "markup",
    *("comments-before", "comments", "comments-ending", "comments-whole", "comments-part", "comments-beside"),
    *("around-before", "around", "around-part"),
    *("label-noun", "label"),
)


def _any(*kinds: str) -> str:
    """Give a pattern for the class names of some kinds, however their parts are joined."""
    words = {word for kind in kinds for word in _LEXICON.words(kind)}
    return any_of(words, space="[-_]?").replace(r"\-", "[-_]")


_COMMENTS = re.compile(
    rf"(?:{_any('comments-before')}[-_]?)?"
    rf"(?:{_any('comments')}{_any('comments-ending')}?|{_any('comments-whole')}){_any('comments-part')}?"
    rf"(?:[-_](?:{_any('comments-part', 'comments-beside')}|\d{{1,9}}))*",
    re.IGNORECASE,
)
_AROUND = re.compile(
    rf"(?:{_any('around-before')}[-_]{{0,2}})?{_any('around')}(?:[-_]{{1,2}}(?:{_any('around-part')}|\d+))*",
    re.IGNORECASE,
)
_AROUND_ELEMENTS = 200
_DATE_WORDS = 8  # of a line that is but a date
_AROUND_WORDS = 30  # more is text of the article, whatever its class
_LABEL = re.compile(
    rf"(?:(?:ال)?{any_of(_LEXICON.words('label-noun'))}|{any_of(_LEXICON.words('label'))})\s{{0,5}}[:：]",
    re.IGNORECASE,
)
# Blanks before a line end are read from their first one, so that a long run of them is read once.
_SPACES = re.compile(r"(?:(?<![ \t])[ \t]+)?[\r\n][\s\ufeff]*")
_BLOCKS_IN_CELL = (
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "table",
    "article",
    "section",
    "blockquote",
)
_TABLE_PARTS = ("tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup")
_CELL_WORDS = 40  # a cell of running text lays a page out


def tree_of(markup: str) -> Any:
    """Give the root element of a page. Raises Unreadable for one beyond the bounds."""
    etree, html = library("lxml.etree", "web pages"), library("lxml.html", "web pages")
    markup = _bounded(markup)
    for attempt in range(2):
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        try:
            root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
        except etree.ParserError as error:  # nothing in it
            raise Unreadable("the page holds no text", "give the article itself, or leave it out") from error
        if not any("depth" in entry.message.lower() for entry in parser.error_log):
            break
        if attempt:
            raise Unreadable("the page's elements are nested too deep", "save its text as .txt or .md")
        # Tags that are never closed, as old pages have thousands of.
        markup = _without_inline(markup)
    if _depth_of(root) > _DEPTH_AT_MOST:
        etree.strip_tags(root, *_INLINE)
    return root


def _bounded(markup: str) -> str:
    """Give `markup`, its overlong tags without attributes: they are compared each with each."""
    elements = position = 0
    parts: list[str] = []
    for token in tokens(markup.replace("\x00", "")):
        if not isinstance(token, Tag):
            continue
        elements += not token.ends
        if elements > ELEMENTS_AT_MOST:
            raise Unreadable(
                f"the page holds more than {ELEMENTS_AT_MOST:,} elements",
                "split it, or save its text as .txt",
            )
        length = token.end - token.start
        if length > (_META_CHARACTERS_AT_MOST if token.name == "meta" else TAG_CHARACTERS_AT_MOST) or (
            token.name == "meta" and markup.count("=", token.start, token.end) > TAG_CHARACTERS_AT_MOST // 2
        ):
            parts += [markup[position : token.start], "</" if token.ends else "<", token.name, ">"]
            position = token.end
    return "".join([*parts, markup[position:]])


def _without_inline(markup: str) -> str:
    parts: list[str] = []
    position = 0
    for token in tokens(markup):
        if isinstance(token, Tag) and token.name in _INLINE:
            parts.append(markup[position : token.start])
            position = token.end
    return "".join([*parts, markup[position:]])


def _depth_of(root: Any) -> int:
    events = library("lxml.etree", "web pages").iterwalk(root, events=("start", "end"))
    deepest = depth = 0
    for event, _ in events:
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def drop(elements: list[Any]) -> None:
    """Empty elements; the text behind each stays. Taking them out would join texts again and again."""
    for element in elements:
        element.clear(keep_tail=True)
        element.tag = "span"


def words_of(element: Any) -> str:
    """Give the text of an element on one line."""
    return " ".join(" ".join(element.itertext()).split())


def names_of(element: Any) -> list[str]:
    """Give the class names and the id of an element, overlong ones left out."""
    names = [*element.get("class", "").split()[:40], *element.get("id", "").split()[:1]]
    return [name for name in names if len(name) <= _NAME_AT_MOST]


def drop_unread(root: Any) -> None:
    """Take out what no reader sees."""
    drop(list(root.iter("script", "style", "template", "noscript", "iframe", "object")))


def drop_comments(root: Any) -> None:
    """Take out what readers wrote below the article, unless the page is a thread of such."""
    drop([element for element in _outermost(root, _is_comments)])


def _is_comments(element: Any) -> bool:
    if element.tag in _SECTIONS:
        return False
    is_named = any(_COMMENTS.fullmatch(name) for name in names_of(element)) or (
        element.get("itemprop") == "comment" or element.get("itemtype", "").endswith("schema.org/Comment")
    )
    return is_named and element.find(".//h1") is None


def _outermost(root: Any, test: Callable[[Any], bool]) -> list[Any]:
    """Give the elements that pass `test`, without those inside another of them."""
    passed: list[Any] = []
    inside: Any = None
    for event, element in library("lxml.etree", "web pages").iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start" and inside is None and element is not root and test(element):
            inside = element
            passed.append(element)
        elif event == "end" and element is inside:
            inside = None
    return passed


def drop_surroundings(root: Any) -> None:
    """Take out the short lines of dates, names, sections and buttons around an article."""
    drop(_outermost(root, _is_surrounding))
    for element in list(root.iter("time")):  # in a sentence; trafilatura would take it out
        element.tag = "span"


def _is_surrounding(element: Any) -> bool:
    if element.tag in (*_SECTIONS, "article", "a", "h1", "h2", "meta", "link", "title", "img"):
        return False
    is_named = element.tag in ("time", "nav") or any(_AROUND.fullmatch(name) for name in names_of(element))
    is_list = element.tag in ("ul", "ol", "dl")
    if not is_named and not is_list and element.tag not in ("p", "div", "span", "small"):
        return False
    if sum(1 for _ in islice(element.iter(), _AROUND_ELEMENTS + 1)) > _AROUND_ELEMENTS:
        return False
    words = words_of(element)
    if len(words.split()) > _AROUND_WORDS or element.find(".//h1") is not None:
        return False
    if element.tag == "time":  # inside a sentence a date is part of it
        return not is_in_sentence(element)
    if any(DATE_CLASS.search(name) for name in names_of(element)) and len(words.split()) <= _DATE_WORDS:
        is_named = is_named or day_in(words) is not None
    if is_list and not is_named:
        items = [words_of(item) for item in element if isinstance(item.tag, str)]
        return bool(items) and all(_LABEL.match(item) or parse_date(item) for item in items)
    if not is_named:
        return bool(words) and element.tag == "p" and bool(parse_date(words))
    return not _is_sentence(element, words)


def _is_sentence(element: Any, words: str) -> bool:
    return (
        element.tag == "p" and len(words.split()) > 12 and words.rstrip().endswith((".", "؟", "!", "…", "۔"))
    )


def is_in_sentence(element: Any) -> bool:
    """Tell whether words stand right before or behind an element."""
    before, parent = element.getprevious(), element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return any(len((beside or "").split()) > 2 for beside in (text, element.tail))


def unfold_tables(root: Any) -> None:
    """Make plain blocks of the tables that lay a page out."""
    layouts = {table for table in root.iter("table") if _is_layout(table)}
    parts = [part for part in root.iter(*_TABLE_PARTS) if next(part.iterancestors("table"), None) in layouts]
    for element in (*parts, *layouts):
        is_leaf = (
            element.tag in ("td", "th") and next(element.iterdescendants(*_BLOCKS_IN_CELL), None) is None
        )
        element.tag = "p" if is_leaf else "div"
        for name in ("width", "height", "align", "valign", "border", "bgcolor"):
            element.attrib.pop(name, None)


def _is_layout(table: Any) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table"), None) is not None:
        return True
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    filled = [[cell for cell in row if words_of(cell)] for row in rows]
    if max(map(len, filled), default=0) < 2 or sum(map(bool, filled)) < 2:
        return True  # one column, or one row
    if next(table.iterdescendants("th", "caption"), None) is not None:
        return False
    cells = [cell for row in filled for cell in row]
    if any(next(cell.iterdescendants(*_BLOCKS_IN_CELL), None) is not None for cell in cells):
        return any(len(words_of(cell).split()) > _CELL_WORDS // 2 for cell in cells)
    return any(len(words_of(cell).split()) > _CELL_WORDS for cell in cells)


def join_lines(root: Any) -> None:
    """Make blanks of the line ends of the source, which end no line, but in `<pre>`."""
    verbatim = 0
    for event, element in library("lxml.etree", "web pages").iterwalk(root, events=("start", "end")):
        is_verbatim = element.tag in ("pre", "textarea")
        if event == "start":
            verbatim += is_verbatim
            if element.text and not verbatim:
                element.text = _SPACES.sub(" ", element.text)
        else:
            verbatim -= is_verbatim
            if element.tail and not verbatim:
                element.tail = _SPACES.sub(" ", element.tail)


def markup_of(scope: Any) -> str:
    """Give the markup of an element, without its menus and the boxes beside it."""
    drop(list(scope.iter("nav", "aside", "button", "select")))
    written = library("lxml.etree", "web pages").tostring(
        scope, method="html", encoding="unicode", with_tail=False
    )
    return str(written)
