"""References: quotes for reference managers, an entry an article: CSL-JSON, BibTeX, RIS."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from assistant.answer import Citation, Source
from assistant.rendering.escaping import bibtex
from assistant.rendering.web_links import article_link, web_address

_UNREADABLE = re.compile(r"[^A-Za-z0-9]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """An article with what was quoted of it: `address` is the original's, else that of our own page."""

    key: str
    source: Source
    quotes: tuple[str, ...]
    notes: tuple[str, ...]
    address: str
    accessed: date


def references(
    citations: Sequence[Citation], *, notes: Mapping[int, str], base: str, day: date | None = None
) -> list[Reference]:
    """Gather citations by article, in the order in which the articles come."""
    by_article: dict[str, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.source.article_id, []).append(citation)
    keys: set[str] = set()
    made = []
    for quoted in by_article.values():
        source = quoted[0].source
        key = _key(source, keys)
        keys.add(key)
        jotted = tuple(note for each in quoted if (note := notes.get(each.marker, "").strip()))
        address = web_address(source.url) or (article_link(quoted[0], base) if base else "")
        accessed = day or datetime.now(UTC).date()
        made.append(Reference(key, source, tuple(each.quote for each in quoted), jotted, address, accessed))
    return made


def as_csl(entries: Sequence[Reference]) -> str:
    """Write CSL-JSON, the quotes in each item's note."""
    return json.dumps([_csl_item(entry) for entry in entries], ensure_ascii=False, indent=2) + "\n"


def as_bibtex(entries: Sequence[Reference]) -> str:
    """Write BibTeX, the quotes in each entry's annote."""
    return "\n".join(_bibtex_entry(entry) for entry in entries)


def as_ris(entries: Sequence[Reference]) -> str:
    """Write RIS, a note a quote."""
    return "\n".join(_ris_entry(entry) for entry in entries)


def _csl_item(entry: Reference) -> dict[str, Any]:
    source = entry.source
    item: dict[str, Any] = {
        "id": entry.key,
        "type": "article-newspaper" if source.source else "article",
        "title": source.title,
        "note": "\n\n".join((*entry.quotes, *entry.notes)),
        "language": source.language,
        "accessed": {"date-parts": [[entry.accessed.year, entry.accessed.month, entry.accessed.day]]},
    }
    if source.author:
        item["author"] = [{"literal": source.author}]
    if source.source:
        item["container-title"] = source.source
    if entry.address:
        item["URL"] = entry.address
    if parts := _date_parts(source.published):
        item["issued"] = {"date-parts": [parts]}
    return item


def _bibtex_entry(entry: Reference) -> str:
    source, parts = entry.source, _date_parts(entry.source.published)
    fields = {
        "title": source.title,
        "author": source.author,
        "journal": source.source,
        "year": str(parts[0]) if parts else None,
        "month": str(parts[1]) if len(parts) > 1 else None,
        "day": str(parts[2]) if len(parts) > 2 else None,
        "url": entry.address,
        "urldate": entry.accessed.isoformat(),
        "langid": {"ar": "arabic", "en": "english"}.get(source.language),
        "annote": " | ".join((*entry.quotes, *entry.notes)),
    }
    lines = [f"  {name} = {{{bibtex(value)}}}" for name, value in fields.items() if value]
    return f"@article{{{entry.key},\n" + ",\n".join(lines) + "\n}\n"


def _ris_entry(entry: Reference) -> str:
    source, parts = entry.source, _date_parts(entry.source.published)
    day = "/".join(f"{part:02d}" for part in parts)
    fields = [
        ("TY", "NEWS" if source.source else "GEN"),
        ("ID", entry.key),
        ("TI", source.title),
        ("AU", source.author),
        ("T2", source.source),
        ("PY", str(parts[0]) if parts else None),
        ("DA", day),
        ("UR", entry.address),
        ("Y2", entry.accessed.strftime("%Y/%m/%d")),
        ("LA", source.language),
        *(("N1", note) for note in (*entry.quotes, *entry.notes)),
        ("ER", ""),
    ]
    return "".join(
        f"{tag}  - {' '.join((value or '').split())}\n" for tag, value in fields if value or tag == "ER"
    )


def _key(source: Source, taken: set[str]) -> str:
    readable = _UNREADABLE.sub("-", source.article_id).strip("-") or "article"
    key, number = readable, 1
    while key in taken:
        number += 1
        key = f"{readable}-{number}"
    return key


def _date_parts(published: str | None) -> list[int]:
    match = _DATE.match(published or "")
    return [int(part) for part in match.groups() if part] if match else []
