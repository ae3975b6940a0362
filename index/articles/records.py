"""JSON Lines, one article a line: `id`, `title`, `text`, `url`, `source`, `author`, `published`, `lang`.

`text` is kept verbatim, so that spans given by others stay valid; unknown keys are kept in `extra`. Half a
surrogate pair, which no file or database can hold, becomes U+FFFD: one code point for another, spans hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.articles.article import Skipped
from index.articles.dates import from_epoch, parse_timestamp
from index.articles.decoding import decode
from index.articles.plain import opening_words
from index.articles.sources import Draft, File, Unreadable

LINE_BYTES_AT_MOST = 64 * 2**20
_FIELDS = {"url": "url", "source": "source", "author": "author", "published": "published", "lang": "language"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXTUAL = (str, int, float)


def read(file: File) -> Iterator[Draft | Skipped]:
    """The articles of a JSON Lines file, read line by line; a bad line is skipped and named."""
    lines = 0
    with file.open() as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LINE_BYTES_AT_MOST + 1), b""), start=1):
            if len(line) > LINE_BYTES_AT_MOST:
                raise Unreadable(
                    f"line {number} is longer than {LINE_BYTES_AT_MOST // 2**20} MiB", "split it"
                )
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
                if line[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in line:
                    raise Unreadable("the file is not UTF-8", "save it as UTF-8 JSON Lines")
            if not line.strip():
                continue
            lines += 1
            try:
                yield draft_of_record(_record(line))
            except Unreadable as error:
                yield Skipped(file.origin, error.reason, error.remedy, number)
    if not lines:
        raise Unreadable("the file is empty", "fill it or leave it out")


def read_json(file: File) -> Iterator[Draft | Skipped]:
    """The articles of a JSON file: one record, or a list of records."""
    text = decode(file.read())
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise Unreadable(
            f"the file is no JSON ({_problem(error, line)})", "correct it, or use JSON Lines"
        ) from error
    for number, record in enumerate(value if isinstance(value, list) else [value], start=1):
        try:
            yield draft_of_record(record)
        except Unreadable as error:
            yield Skipped(file.origin, f"record {number}: {error.reason}", error.remedy)


def draft_of_record(record: Any) -> Draft:
    """The article that one record states; raises Unreadable when it lacks an id or a text."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"a record is a JSON object, not {_kind(record)}", 'write {"id": ..., "text": ...}')
    article_id = record.get("id")
    if isinstance(article_id, bool) or not isinstance(article_id, (str, int)) or not str(article_id).strip():
        raise Unreadable(
            f"the record has no id (found {_short(article_id)})", "give every record an id of its own"
        )
    text = record.get("text")
    if not isinstance(text, str):
        raise Unreadable(f"the text of {_short(article_id)} is {_kind(text)}", "give it as a string")
    if not text.strip():
        raise Unreadable(f"the text of {_short(article_id)} is empty", "give it a text or leave it out")
    title = record.get("title")
    draft = Draft(article_id=_sound(str(article_id)), text=_sound(text))
    draft.title = " ".join(_sound(str(title)).split()) if isinstance(title, _TEXTUAL) else ""
    draft.title = draft.title or opening_words(draft.text)
    draft.extra = {
        _sound(key): _sound_value(value)
        for key, value in record.items()
        if key not in ("id", "text", "title", *_FIELDS) and value is not None
    }
    for key, name in _FIELDS.items():
        _set_field(draft, key, name, record.get(key))
    return draft


def _set_field(draft: Draft, key: str, name: str, value: Any) -> None:
    if value is None or value == "":
        return
    if name == "author" and isinstance(value, list):
        value = "، ".join(str(each) for each in value)
    field = None
    if name == "published":
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        field = from_epoch(value) if is_number else parse_timestamp(str(value))
    elif isinstance(value, _TEXTUAL) and not isinstance(value, bool):
        field = _sound(str(value))
    if field is None:
        draft.extra[key] = _sound_value(value)  # kept as it was given, though nothing can be made of it
    else:
        setattr(draft, name, field)


def _record(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the line is not UTF-8 (byte {error.start + 1})", "save the file as UTF-8"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the line is no JSON ({_problem(error)})", "correct or remove the line") from error


def _problem(error: Exception, line: int | None = None) -> str:
    column = getattr(error, "colno", None)
    place = f"line {line}, column {column}" if line else f"column {column}"
    return f"{getattr(error, 'msg', None) or 'too deeply nested'}, {place}" if column else "too deeply nested"


def _sound(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _sound_value(value: Any) -> Any:
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, list):
        return [_sound_value(each) for each in value]
    if isinstance(value, dict):
        return {_sound(key): _sound_value(each) for key, each in value.items()}
    return value


def _kind(value: Any) -> str:
    names = {type(None): "missing", list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), "a number" if isinstance(value, (int, float)) else "a string")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
