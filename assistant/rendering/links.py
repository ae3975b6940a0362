"""Links: our own page of an article with a quote marked, and what of an address leads to the web."""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode

from assistant.answer import Citation

_WEB = re.compile(r"https?://[^\s\x00-\x1f]+$", re.IGNORECASE)


def article_link(citation: Citation, base: str = "") -> str:
    """Give the address of our own page of the article with the quote marked, with and without JavaScript."""
    span = f"{citation.start}-{citation.end}"
    return f"{base}article/{percent_encode(citation.source.article_id, safe='')}?quote={span}#{span}"


def web_address(url: str | None) -> str | None:
    """Give `url` when it leads to the web; anything else (`javascript:` and the like) is no link."""
    return url if url and _WEB.match(url) else None
