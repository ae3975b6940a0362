"""Links to quotes, opened: what to mark in the article as it is now, and what is no longer in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Annotated

from fastapi import Query

from assistant import words
from assistant.citations.difference import difference
from assistant.citations.relocation import Sought, nearest, relocate
from assistant.rendering.escaping import html
from assistant.rendering.reading_page import SPANS_LIMIT, difference_to_html, merged_spans, read_span
from assistant.web.shapes.shape_base import MOST_LISTED, Id
from index.articles import Article

Values = Annotated[list[Id], Query(max_length=MOST_LISTED)]
_ANYWHERE = 10**9  # a span that no text reaches: where it lies is asked of the text later


@dataclass(frozen=True, slots=True)
class QuoteLink:
    """What an address says of its quotes: a list for each value, with one entry a quote."""

    spans: Sequence[str] = ()
    hashes: Sequence[str] = ()
    exacts: Sequence[str] = ()
    digests: Sequence[str] = ()
    prefixes: Sequence[str] = ()
    suffixes: Sequence[str] = ()

    def sought(self) -> list[tuple[Sought, str]]:
        """Give each quote that is asked for, with the hash of the article it was quoted from; `` if none."""
        rows = zip_longest(
            self.spans, self.hashes, self.exacts, self.digests, self.prefixes, self.suffixes, fillvalue=""
        )
        quotes = []
        for span, hash_, exact, digest, prefix, suffix in list(rows)[: min(SPANS_LIMIT, len(self.spans))]:
            read = read_span(span, _ANYWHERE)
            if read:
                quotes.append((Sought(*read, exact, digest, prefix, suffix), hash_))
        return quotes


def link_of(
    quote: Values = [],  # noqa: B006 - FastAPI copies defaults
    hashes: Annotated[Values, Query(alias="hash")] = [],  # noqa: B006
    exact: Values = [],  # noqa: B006
    digest: Values = [],  # noqa: B006
    prefix: Values = [],  # noqa: B006
    suffix: Values = [],  # noqa: B006
) -> QuoteLink:
    """Read a link from the parameters of an address."""
    return QuoteLink(quote, hashes, exact, digest, prefix, suffix)


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """The spans to mark, in order and without overlap, with the ids that links lead to, and what is lost."""

    spans: list[tuple[int, int]]
    names: dict[tuple[int, int], str]
    lost: tuple[Sought, ...]
    hints: tuple[tuple[int, int] | None, ...]
    moved: bool


def opened(link: QuoteLink, article: Article) -> OpenedLink:
    """Find the quotes of a link in `article`: only words that stand there letter by letter are marked.

    A link that says nothing but offsets is taken at its word, unless it names another content of the article.
    """
    spans: list[tuple[int, int]] = []
    names: dict[tuple[int, int], str] = {}
    lost: list[Sought] = []
    text, current = article.text, ""
    for sought, quoted_hash in link.sought():
        if sought.exact:
            span = relocate(sought, text)
        else:
            current = current or (article.content_hash() if quoted_hash else "")
            unchanged = quoted_hash == current or not quoted_hash
            span = (sought.start, sought.end) if unchanged and sought.end <= len(text) else None
            if span is None and not quoted_hash:
                continue
        if span is None:
            lost.append(sought)
            continue
        spans.append(span)
        if span != (sought.start, sought.end):
            names[span] = f"{sought.start}-{sought.end}"
    hints = tuple(nearest(each, text) if each.exact else None for each in lost)
    return OpenedLink(merged_spans(spans), names, tuple(lost), hints, moved=bool(names))


def with_words(link: QuoteLink, former: str) -> QuoteLink:
    """Add to a link the words that its spans had in the `former` text of the article, where it has none."""
    exacts = []
    for span, exact in zip_longest(link.spans, link.exacts[: len(link.spans)], fillvalue=""):
        read = read_span(span, len(former))
        exacts.append(former[slice(*read)] if read and not exact else exact)
    return replace(link, exacts=exacts)


def notice(opening: OpenedLink, text: str, *, language: str, direction: str, article_language: str) -> str:
    """Say, as HTML, what has become of the quotes that do not stand where the link was made for."""
    notes = []
    if opening.moved:
        notes.append(f'<p class="note">{html(words.say("quote_moved", language))}</p>')
    for sought, hint in zip(opening.lost, opening.hints, strict=True):
        notes.append(
            _lost(sought, hint, text, language, f'lang="{html(article_language)}" dir="{direction}"')
        )
    return "".join(notes)


def _lost(sought: Sought, hint: tuple[int, int] | None, text: str, language: str, of_article: str) -> str:
    def say(key: str) -> str:
        return html(words.say(key, language))

    parts = [f"<p><strong>{say('quote_gone')}</strong></p>"]
    if sought.exact:
        cut = "…" if sought.digest else ""
        parts.append(
            f"<h2>{say('quote_was')}</h2><blockquote {of_article}>{html(sought.exact)}{cut}</blockquote>"
        )
    if hint is not None:
        stands = difference_to_html(difference(sought.exact, text[slice(*hint)]))
        link = f'<a href="#near-{hint[0]}">{say("quote_nearest")}</a>'
        parts.append(f"<h2>{link}</h2><blockquote {of_article}>{stands}</blockquote>")
    return f'<aside class="changed" id="{sought.start}-{sought.end}">{"".join(parts)}</aside>'
