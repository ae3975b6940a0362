"""Quotes for use elsewhere: plain text, Markdown, JSON, reference managers, and links to the exact words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote as percent_encode

from assistant import words
from assistant.answer import Citation, Source
from assistant.rendering.escaping import html, markdown, markdown_link
from assistant.rendering.linked import linked_data, schema_quotation, web_annotation
from assistant.rendering.marking import parts_of
from assistant.rendering.references import as_bibtex, as_csl, as_ris, references
from assistant.rendering.shape import citation_to_json
from assistant.rendering.web_links import article_link, web_address
from index.errors import QueryError

_PDF = re.compile(r"\.pdf(?:$|\?)", re.IGNORECASE)
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
    "ris": Format("ris", "application/x-research-info-systems"),
    "annotation": Format("annotation.jsonld", "application/ld+json"),
    "quotation": Format("quotation.jsonld", "application/ld+json"),
}


def export_quotes(
    citations: Sequence[Citation],
    format: str,
    *,
    language: str = "en",
    base: str = "",
    notes: Mapping[int, str] | None = None,
    day: date | None = None,
) -> str:
    """Give `citations` in one of `FORMATS`, each quote once; links to articles start with `base`.

    `notes` are the reader's own, by marker. The formats of reference managers have an entry an article, with
    all of its quotes and the `day` they were looked up on, by default today.
    """
    if format not in FORMATS:
        raise QueryError(f"no format {format!r}; choose one of: {', '.join(FORMATS)}")
    jotted, distinct = notes or {}, without_repeats(citations)
    if format in ("text", "markdown"):
        write = quote_as_text if format == "text" else quote_as_markdown
        texts = [write(each, language=language, base=base) for each in distinct]
        noted = [_with_note(text, jotted, each) for text, each in zip(texts, distinct, strict=True)]
        return "\n\n".join(noted) + "\n"
    if format == "json":
        listed = [{**citation_to_json(each), "note": jotted.get(each.marker, "")} for each in distinct]
        return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    if format in ("annotation", "quotation"):
        describe = web_annotation if format == "annotation" else schema_quotation
        return linked_data([describe(each, base) for each in distinct])
    entries = references(distinct, notes=jotted, base=base, day=day)
    return {"csl": as_csl, "bibtex": as_bibtex, "ris": as_ris}[format](entries)


def without_repeats(citations: Sequence[Citation]) -> list[Citation]:
    """Give each quote once, where it comes first."""
    first = {(each.source.article_id, each.start, each.end): each for each in reversed(citations)}
    return list(first.values())[::-1]


def _with_note(text: str, notes: Mapping[int, str], citation: Citation) -> str:
    note = notes.get(citation.marker, "").strip()
    return f"{text}\n\n{note}" if note else text


def quote_as_text(citation: Citation, *, language: str, base: str = "") -> str:
    """Give the quote between quotation marks, and a line that says where it stands."""
    where = " · ".join(describe_citation(citation, language))
    quote = words.in_marks(citation.shown, citation.source.language)
    return f"{quote}\n— {where}\n{article_link(citation, base)}"


def quote_as_markdown(citation: Citation, *, language: str, base: str = "") -> str:
    """Give the quote as a block quotation with its source linked below."""
    lines = "\n".join(f"> {line}".rstrip() for line in marked_markdown(citation).splitlines())
    title, *rest = describe_citation(citation, language)
    where = " · ".join([markdown_link(title, article_link(citation, base)), *map(markdown, rest)])
    return f"{lines}\n>\n> — {where}"


def describe_citation(citation: Citation, language: str) -> list[str]:
    """Give what is known of a quote's article in words, and where in it the quote stands."""
    source = citation.source
    place = describe_place(citation.heading, citation.page, source.title, language)
    return [*describe_source(source, language), *place]


def describe_place(heading: str, page: int | None, title: str, language: str) -> list[str]:
    """Give a heading, unless the title of the article says it already, and a page in words, where known."""
    number = "" if page is None else words.say("page_number", language, n=page)
    return [fact for fact in ("" if heading in title else heading, number) if fact]


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


def text_fragment_link(citation: Citation, *, repeated: bool = False) -> str | None:
    """Give the original's address with a text fragment (`#:~:text=`) that makes a browser mark the quote.

    A long quote is named by its first and last words, as the specification of text fragments lets one; one
    that is `repeated` in its article also by the words beside it.
    """
    url = web_address(citation.source.url)
    if url is None:
        return None
    address, _, fragment = url.partition("#")
    if citation.page is not None and _PDF.search(address):
        return f"{address}#page={citation.page}"  # a reader of PDF files knows pages, and no text fragments
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
