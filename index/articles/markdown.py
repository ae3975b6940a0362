"""Markdown files: YAML front matter, and the text without markup, so that quotes read as the page does."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.articles.dates import parse_timestamp
from index.articles.decoding import decode
from index.articles.plain import draft_of
from index.articles.sources import Draft, File, Unreadable

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEYS = {
    "title": ("title", "headline", "عنوان", "العنوان"),
    "url": ("url", "link", "permalink", "canonical_url", "canonical"),
    "source": ("source", "publication", "publisher", "site", "site_name", "المصدر"),
    "author": ("author", "authors", "byline", "الكاتب", "الكاتبة"),
    "published": ("published", "date", "publish_date", "published_at", "pubdate", "التاريخ"),
    "language": ("lang", "language", "locale", "اللغة"),
}


def read(file: File) -> Iterator[Draft]:
    """The one article of a Markdown file."""
    text = decode(file.read())
    found = _FRONT_MATTER.match(text)
    matter = _front_matter(found["yaml"]) if found else {}
    body = text[found.end() :] if found else text
    heading, plain = plain_text(body)
    if not plain.strip() and not heading:
        raise Unreadable("the file has front matter and no text", "give it a text or leave it out")
    known = known_fields(matter)
    draft = draft_of(plain or heading, title=known.pop("title", None) or heading)
    for name, value in known.items():
        if value:
            setattr(draft, name, value)
    draft.extra = {key: value for key, value in matter.items() if key not in _used(matter)}
    yield draft


def known_fields(record: Mapping[str, Any]) -> dict[str, str | None]:
    """The fields of an article among `record`, by the names that front matter commonly gives them."""
    fields: dict[str, str | None] = {}
    for name, keys in _KEYS.items():
        value = next(
            (record[key] for key in _spelled(record, keys) if record[key] not in (None, "", [])), None
        )
        if isinstance(value, list):
            value = "، ".join(str(each) for each in value) if name == "author" else value[0]
        if isinstance(value, Mapping):
            value = value.get("name")
        text = " ".join(str(value).split()) if value is not None else None
        fields[name] = parse_timestamp(text) if name == "published" and text else text
    if fields["language"]:
        fields["language"] = re.split(r"[-_]", fields["language"])[0].lower()
    return fields


def plain_text(markdown: str) -> tuple[str, str]:
    """(the first heading of level 1 that opens the text, else "", and the rest as plain text)."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    blocks: list[str] = []
    title, heading, tight = "", None, False
    for token in parser.parse(markdown):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type in ("tr_open", "bullet_list_open", "ordered_list_open"):
            tight = False
        elif token.type == "inline":
            line = _inline_text(token.children or [])
            if heading == "h1" and not blocks and not title:
                title = " ".join(line.split())
            elif line.strip():
                # Items of a list and cells of a row stay together.
                joint = ("\n" if token.level > 1 else "\n\n") if blocks else ""
                blocks.append((joint if tight or joint == "\n\n" else "\n\n" if blocks else "") + line)
                tight = True
            heading = None
        elif token.type in ("fence", "code_block"):
            blocks.append(("\n\n" if blocks else "") + token.content.rstrip())
    return title, "".join(blocks)


def _inline_text(tokens: list[Any]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.startswith("<br")):
            parts.append("\n")
    return "".join(parts)


def _front_matter(written: str) -> dict[str, Any]:
    import yaml

    try:
        # An alias can stand for a billion values, and no front matter needs one.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(written, yaml.SafeLoader)):
            raise Unreadable("the front matter uses YAML aliases", "write the values out")
        matter = yaml.safe_load(written)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        problem = getattr(error, "problem", None) or "malformed"
        raise Unreadable(f"the front matter is no YAML (line {line}: {problem})", "correct it") from error
    except ValueError as error:  # a date like 2025-02-31
        raise Unreadable(f"the front matter holds a wrong value ({error})", "correct it") from error
    if matter is None:
        return {}
    if not isinstance(matter, dict):
        raise Unreadable("the front matter is no set of keys and values", "write it as `key: value` lines")
    return {str(key): _as_json(value) for key, value in matter.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_as_json(each) for each in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _spelled(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    by_name = {str(key).lower(): key for key in record}
    return [by_name[key] for key in keys if key in by_name]


def _used(matter: Mapping[str, Any]) -> set[str]:
    """The keys whose values became fields; a date that could not be read is kept as it was written."""
    fields = known_fields(matter)
    return {
        key for name, keys in _KEYS.items() if fields[name] is not None for key in _spelled(matter, keys)[:1]
    }
