"""Links: our own page of an article with a quote marked, and what of an address leads to the web."""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode

from assistant.answer import Citation
from assistant.citations.relocation import named

_WEB = re.compile(r"https?://[^\s\x00-\x1f]+$", re.IGNORECASE)


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
