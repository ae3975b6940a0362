"""Metadata of a web page: what it says of its article to machines, in `<meta>` and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

META_AT_MOST = 1_000  # characters of a title or a name
_LINKED_AT_MOST = 500_000  # characters of JSON-LD
_LINKED_ITEMS = 2_000
_ARTICLE_KIND = re.compile(r"Article|BlogPosting|Report|WebPage$|Review$|Posting$")


def meta_of(root: Any) -> dict[str, str]:
    """Give the first content of each `<meta>` by its name, property or itemprop, small."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        content = " ".join((element.get("content") or "")[:META_AT_MOST].split())
        if content:
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := element.get(key, "").strip().lower()[:100]:
                    meta.setdefault(name, content)
    return meta


def linked_of(root: Any) -> Iterator[dict[str, Any]]:
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


def described_article(linked: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the object that describes the article, its author put in where it is but referred to."""
    named = [item for item in linked if _ARTICLE_KIND.search(_kind_of(item))]
    dated = [item for item in (*named, *linked) if "datePublished" in item]
    article = dict(next(iter([*dated, *named]), {}))
    author = article.get("author")
    if isinstance(author, dict) and "name" not in author:
        article["author"] = next((item for item in linked if item.get("@id") == author.get("@id", "")), None)
    return article


def name_in(item: dict[str, Any], key: str) -> str:
    """Give the name that an object has under `key`, in words or as an object; empty without one."""
    value = item.get(key)
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) and "://" not in name else ""
