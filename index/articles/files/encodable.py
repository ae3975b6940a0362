"""The gate of the index: what is stored can be written as UTF-8 and as JSON, whatever a reader gave.

Half of a surrogate pair becomes U+FFFD, one code point for another, so that spans hold. Of further fields,
numbers that JSON does not have (NaN, Infinity, more digits than Python prints) become null, keys become
strings, and what JSON has no word for (dates, sets, bytes) the string that says it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from index.articles.article import Article

DEEPEST = 32  # levels of a further field; what lies deeper is null
MOST_BITS = 13_000  # of a whole number; Python prints 4,300 digits
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXTS = ("article_id", "title", "text", "url", "source", "author", "published", "language", "origin")


def encodable(article: Article) -> Article:
    """Give the article, or one like it that can be stored."""
    changed: dict[str, Any] = {}
    for name in _TEXTS:
        value = getattr(article, name)
        if isinstance(value, str) and (sound := encodable_text(value)) is not value:
            changed[name] = sound
    if article.extra:
        changed["extra"] = _mapping(article.extra, 0)
    return replace(article, **changed) if changed else article


def encodable_text(text: str) -> str:
    """Give `text` itself, or with U+FFFD for each half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _mapping(values: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    return {encodable_text(str(key)): _value(value, depth + 1) for key, value in values.items()}


def _value(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool) or depth > DEEPEST:
        return value if depth <= DEEPEST else None
    if isinstance(value, str):
        return encodable_text(str(value))
    if isinstance(value, int):
        return int(value) if value.bit_length() <= MOST_BITS else None
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    if isinstance(value, (list, tuple)):
        return [_value(one, depth + 1) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(encodable_text(str(one)) for one in value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    return encodable_text(value.isoformat() if isinstance(value, (date, time)) else str(value))
