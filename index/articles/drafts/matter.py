"""YAML front matter: keys and values above a Markdown text, and the fields of an article among them.

A value that is no number, date or truth although its tag says so stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from index.articles.drafts.dates import parse_timestamp
from index.articles.drafts.values import names_of, plain_value
from index.articles.files.sources import Unreadable

LETTERS_AT_MOST = 2**15  # code points; what is longer is data, and YAML is slow
DEPTH_AT_MOST = 32
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, ten times as fast
_NUMBER_LETTERS = 300  # of one number as it is written
_FENCE = re.compile(r"---[ \t]*\Z")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*\Z")
# What stands for a character of two halves in JSON's way, or for one half, which YAML does not know.
_ESCAPE = re.compile(
    r"\\\\|(?:\\u[dD][89abAB][0-9a-fA-F]{2})?\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89abAB][0-9a-fA-F]{2}"
)
_KEYS = {
    "title": ("title", "headline", "عنوان", "العنوان"),
    "url": ("url", "link", "permalink", "canonical_url", "canonical"),
    "source": ("source", "publication", "publisher", "site", "site_name", "المصدر"),
    "author": ("author", "authors", "byline", "الكاتب", "الكاتبة"),
    "published": ("published", "date", "publish_date", "published_at", "pubdate", "التاريخ"),
    "language": ("lang", "language", "locale", "اللغة"),
}


def parted(text: str) -> tuple[str | None, str]:
    """Give the front matter of a text, None where it has none, and the text below it."""
    lines = iter(text.split("\n")) if text.startswith("---") else iter(())
    first = next(lines, None)
    if first is None or not _FENCE.match(first.rstrip("\r")):
        return None, text
    position = len(first) + 1
    for line in lines:
        if _END.match(line.rstrip("\r")):
            return text[len(first) + 1 : position], text[position + len(line) + 1 :]
        position += len(line) + 1
    return None, text


def read_matter(written: str) -> dict[str, Any]:
    """Give the keys and values of front matter; raises Unreadable, naming the line, when it is no YAML."""
    if len(written) > LETTERS_AT_MOST:
        raise Unreadable(
            f"the front matter has {len(written):,} characters, at most {LETTERS_AT_MOST:,} are read",
            "move what is text below it",
        )
    written = _ESCAPE.sub(_sound_escape, written)
    try:
        _check_events(written)
        matter = yaml.load(written, _Loader)  # a SafeLoader: makes nothing but plain values
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        problem = getattr(error, "problem", None) or "malformed"
        raise Unreadable(f"the front matter is no YAML (line {line}: {problem})", "correct it") from error
    except (ValueError, OverflowError, TypeError) as error:  # an escape past Unicode, a list as a key
        raise Unreadable(f"the front matter holds a wrong value ({error})", "correct it") from error
    if matter is None:
        return {}
    if not isinstance(matter, dict):
        raise Unreadable("the front matter is no set of keys and values", "write it as `key: value` lines")
    plain: dict[str, Any] = plain_value(matter)
    return plain


def known_fields(record: Mapping[str, Any]) -> dict[str, str | None]:
    """Give the fields of an article among `record`, by the names that front matter commonly gives them."""
    fields: dict[str, str | None] = {}
    for name, keys in _KEYS.items():
        value = next(
            (record[key] for key in _spelled(record, keys) if record[key] not in (None, "", [])), None
        )
        text = names_of(value) if name in ("author", "source") else _first_text(value)
        fields[name] = parse_timestamp(text) if name == "published" and text else text
    if fields["language"]:
        fields["language"] = re.split(r"[-_]", fields["language"])[0].lower()
    return fields


def used_keys(matter: Mapping[str, Any]) -> set[str]:
    """Give the keys whose values became fields; a date that could not be read is kept as it was written."""
    fields = known_fields(matter)
    return {
        key for name, keys in _KEYS.items() if fields[name] is not None for key in _spelled(matter, keys)[:1]
    }


def _first_text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        return names_of(value)
    return " ".join(str(value).split()) or None if value is not None else None


def _spelled(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    by_name = {str(key).lower(): key for key in record}
    return [by_name[key] for key in keys if key in by_name]


def _sound_escape(escape: re.Match[str]) -> str:
    halves = [int(half, 16) for half in escape[0].split("\\u")[1:]]
    if len(halves) == 2:
        return f"\\U{0x10000 + ((halves[0] - 0xD800) << 10) + halves[1] - 0xDC00:08x}"
    return "\\ufffd" if halves else escape[0]


def _check_events(written: str) -> None:
    """Raise Unreadable for what costs more than it says: aliases, and lists deep in one another."""
    depth = 0
    for event in yaml.parse(written, _SafeLoader):
        # An alias can stand for a billion values, and no front matter needs one.
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("the front matter uses YAML aliases", "write the values out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_AT_MOST:
            raise Unreadable(f"the front matter is nested more than {DEPTH_AT_MOST} deep", "flatten it")


class _Loader(_SafeLoader):  # type: ignore[misc]  # one of two, told above
    """Makes plain values; a scalar whose tag does not fit, or is not known, is the text as written."""


def _scalar(tag: str) -> Any:
    convert = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{tag}"]

    def construct(loader: _Loader, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return _unknown(loader, "", node)
        if len(node.value) > _NUMBER_LETTERS and tag != "binary":
            return node.value
        try:
            return convert(loader, node)
        # The constructors check little: `!!bool x` is a KeyError, `!!timestamp x` an AttributeError.
        except (ValueError, KeyError, AttributeError, IndexError, OverflowError, yaml.YAMLError):
            return node.value

    return construct


def _unknown(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


for _tag in ("bool", "int", "float", "timestamp", "binary"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _scalar(_tag))
_Loader.add_multi_constructor("!", _unknown)
