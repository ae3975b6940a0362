"""Quotes for use elsewhere: plain text, Markdown, JSON, CSL-JSON, BibTeX, and links to the exact words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode

from assistant import words
from assistant.answer import Citation, Source
from assistant.citations.relocation import named
from assistant.rendering.escaping import bibtex, html, markdown, markdown_link
from assistant.rendering.marking import parts_of
from assistant.rendering.shape import citation_to_json
from index.errors import QueryError

_WEB = re.compile(r"https?://[^\s\x00-\x1f]+$", re.IGNORECASE)
_UNREADABLE = re.compile(r"[^A-Za-z0-9]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
FRAGMENT_WORDS = 5  # words at each end of a long quote in a link to its text


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export: its file name's end and its media type."""

    extension: str
    media_type: str


FORMATS = {
    "text": Format("txt", "text/plain"),
    "markdown": Format("md", "text/markdown"),
    "json": Format("json", "application/json"),
    "csl": Format("csl.json", "application/vnd.citationstyles.csl+json"),
    "bibtex": Format("bib", "application/x-bibtex"),
}


def export_quotes(citations: Sequence[Citation], format: str, *, language: str = "en", base: str = "") -> str:
    """Give `citations` in one of `FORMATS`; links to articles start with `base` (`http://host/`)."""
    writers = {
        "text": lambda: (
            "\n\n".join(quote_as_text(each, language=language, base=base) for each in citations) + "\n"
        ),
        "markdown": lambda: (
            "\n\n".join(quote_as_markdown(each, language=language, base=base) for each in citations) + "\n"
        ),
        "json": lambda: (
            json.dumps([citation_to_json(each) for each in citations], ensure_ascii=False, indent=2) + "\n"
        ),
        "csl": lambda: (
            json.dumps([csl_item(each) for each in citations], ensure_ascii=False, indent=2) + "\n"
        ),
        "bibtex": lambda: "\n".join(bibtex_entry(each) for each in citations),
    }
    if format not in writers:
        raise QueryError(f"no format {format!r}; choose one of: {', '.join(FORMATS)}")
    return writers[format]()


def quote_as_text(citation: Citation, *, language: str, base: str = "") -> str:
    """Give the quote between quotation marks, and a line that says where it stands."""
    opening, closing = ("«", "»") if citation.source.language == "ar" else ("“", "”")
    where = " · ".join(describe_source(citation.source, language))
    return f"{opening}{citation.shown}{closing}\n— {where}\n{article_link(citation, base)}"


def quote_as_markdown(citation: Citation, *, language: str, base: str = "") -> str:
    """Give the quote as a block quotation with its source linked below."""
    lines = "\n".join(f"> {line}".rstrip() for line in marked_markdown(citation).splitlines())
    title, *rest = describe_source(citation.source, language)
    where = " · ".join([markdown_link(title, article_link(citation, base)), *map(markdown, rest)])
    return f"{lines}\n>\n> — {where}"


def marked_markdown(citation: Citation) -> str:
    """Give the quote with the short answer in it in bold."""
    before, short, after = (markdown(part) for part in parts_of(citation))
    return f"{before}**{short}**{after}" if short else before


def marked_html(citation: Citation) -> str:
    """Give the quote with the short answer in it marked."""
    before, short, after = (html(part) for part in parts_of(citation))
    return f'{before}<mark class="short">{short}</mark>{after}' if short else before


def describe_source(source: Source, language: str) -> list[str]:
    """Give title, author, outlet and date in words, as far as they are known."""
    facts = [source.title, source.author, source.source, words.date_in_words(source.published, language)]
    return [fact for fact in facts if fact]


def article_link(citation: Citation, base: str = "") -> str:
    """Give the address of our own page of the article with the quote marked, with and without JavaScript."""
    query = urlencode(link_values(citation), quote_via=percent_encode, safe="")
    path = f"{base}article/{percent_encode(citation.source.article_id, safe='')}"
    return f"{path}?{query}#{citation.start}-{citation.end}"


def link_values(citation: Citation) -> list[tuple[str, str]]:
    """Give what an address says of a quote: its span, and what finds it once its article was changed.

    Of several quotes in one address, each has all of the values, in the same order. A quote of which nobody
    noted the article's hash has its span alone.
    """
    span = ("quote", f"{citation.start}-{citation.end}")
    if not citation.content_hash:
        return [span]
    exact, digest = named(citation.quote)
    return [
        span,
        ("hash", citation.content_hash),
        ("exact", exact),
        ("digest", digest),
        ("prefix", citation.prefix),
        ("suffix", citation.suffix),
    ]


def web_address(url: str | None) -> str | None:
    """Give `url` when it leads to the web; anything else (`javascript:` and the like) is no link."""
    return url if url and _WEB.match(url) else None


def text_fragment_link(citation: Citation, *, repeated: bool = False) -> str | None:
    """Give the original's address with a text fragment (`#:~:text=`) that makes a browser mark the quote.

    A long quote is named by its first and last words, as the specification of text fragments lets one; one
    that is `repeated` in its article also by the words beside it.
    """
    url = web_address(citation.source.url)
    if url is None:
        return None
    parts = citation.quote.split()
    if len(parts) > 2 * FRAGMENT_WORDS:
        ends = [" ".join(parts[:FRAGMENT_WORDS]), " ".join(parts[-FRAGMENT_WORDS:])]
    else:
        ends = [" ".join(parts)]
    directive = ",".join(_fragment_text(end) for end in ends)
    if repeated:
        before, after = _whole_words(citation.prefix, last=True), _whole_words(citation.suffix, last=False)
        directive = f"{_fragment_text(before)}-,{directive}" if before else directive
        directive = f"{directive},-{_fragment_text(after)}" if after else directive
    address, _, fragment = url.partition("#")
    return f"{address}#{fragment.partition(':~:')[0]}:~:text={directive}"


def _whole_words(beside: str, *, last: bool) -> str:
    """Give the words of one line that stand next to a quote, without the one that the selector cut."""
    lines = beside.splitlines()
    line = lines[-1 if last else 0] if lines else ""
    parts = line.split()
    is_cut = len(lines) == 1 and len(parts) > 1
    return " ".join(parts[1:] if last and is_cut else parts[:-1] if is_cut else parts)


def _fragment_text(text: str) -> str:
    # A dash is syntax in a text directive, and percent-encoding in general leaves it alone.
    return percent_encode(text, safe="").replace("-", "%2D")


def csl_item(citation: Citation) -> dict[str, Any]:
    """Give the quote's article as a CSL-JSON item, the quote in its note."""
    source = citation.source
    item: dict[str, Any] = {
        "id": _key(citation),
        "type": "article-newspaper" if source.source else "article",
        "title": source.title,
        "note": citation.quote,
        "locator": f"{citation.start}-{citation.end}",
        "language": source.language,
    }
    if source.author:
        item["author"] = [{"literal": source.author}]
    if source.source:
        item["container-title"] = source.source
    if url := web_address(source.url):
        item["URL"] = url
    if parts := _date_parts(source.published):
        item["issued"] = {"date-parts": [parts]}
    return item


def bibtex_entry(citation: Citation) -> str:
    """Give the quote's article as a BibTeX entry, the quote in its annote."""
    source, parts = citation.source, _date_parts(citation.source.published)
    fields = {
        "title": source.title,
        "author": source.author,
        "journal": source.source,
        "year": str(parts[0]) if parts else None,
        "month": str(parts[1]) if len(parts) > 1 else None,
        "url": web_address(source.url),
        "langid": {"ar": "arabic", "en": "english"}.get(source.language),
        "annote": citation.quote,
    }
    lines = [f"  {name} = {{{bibtex(value)}}}" for name, value in fields.items() if value]
    return f"@article{{{_key(citation)},\n" + ",\n".join(lines) + "\n}\n"


def _key(citation: Citation) -> str:
    readable = _UNREADABLE.sub("-", citation.source.article_id).strip("-") or "article"
    return f"{readable}-{citation.start}-{citation.end}"


def _date_parts(published: str | None) -> list[int]:
    match = _DATE.match(published or "")
    return [int(part) for part in match.groups() if part] if match else []
