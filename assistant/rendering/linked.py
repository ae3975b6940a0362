"""Quotes as linked data: W3C's Web Annotation, and schema.org's Quotation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from assistant.answer import Citation
from assistant.rendering.web_links import article_link, web_address

ANNOTATION_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
SCHEMA_CONTEXT = "https://schema.org"


def linked_data(items: Sequence[dict[str, Any]]) -> str:
    """Write items as one JSON-LD text: one alone, or a list."""
    whole: Any = items[0] if len(items) == 1 else list(items)
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def web_annotation(citation: Citation, base: str = "") -> dict[str, Any]:
    """Give a quote as an annotation of its article: by its words and neighbours, and by code points."""
    source = citation.source
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": {
            "id": web_address(source.url) or article_link(citation, base).partition("?")[0],
            "type": "Text",
            "label": source.title,
            "language": source.language,
        },
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": citation.quote,
                "prefix": citation.prefix,
                "suffix": citation.suffix,
            },
            {"type": "TextPositionSelector", "start": citation.start, "end": citation.end},
        ],
    }
    if citation.content_hash:
        target["state"] = {"type": "State", "value": f"sha256:{citation.content_hash}"}
    return {
        "@context": ANNOTATION_CONTEXT,
        "id": article_link(citation, base),
        "type": "Annotation",
        "motivation": "highlighting",
        "target": target,
    }


def schema_quotation(citation: Citation, base: str = "") -> dict[str, Any]:
    """Give a quote as a `Quotation` of schema.org, part of its article."""
    source = citation.source
    article: dict[str, Any] = {"@type": "Article", "headline": source.title, "inLanguage": source.language}
    for name, value in (
        ("url", web_address(source.url)),
        ("datePublished", source.published),
        ("author", {"@type": "Person", "name": source.author} if source.author else None),
        ("publisher", {"@type": "Organization", "name": source.source} if source.source else None),
    ):
        if value:
            article[name] = value
    return {
        "@context": SCHEMA_CONTEXT,
        "@type": "Quotation",
        "text": citation.quote,
        "inLanguage": source.language,
        "url": article_link(citation, base),
        "isPartOf": article,
    }
