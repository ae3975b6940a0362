"""JSON Lines, one article a line: `id`, `title`, `text`, `url`, `source`, `author`, `published`, `lang`.

`text` is kept verbatim, so that spans given by others stay valid; unknown keys are kept in `extra`. Half a
surrogate pair, which no file or database can hold, becomes U+FFFD: one code point for another, spans hold.
NaN and Infinity, which are no JSON although many programs write them, count as values that are missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from index.articles.article import Skipped
from index.articles.drafts.dates import from_epoch, parse_timestamp
from index.articles.drafts.plain import opening_words
from index.articles.drafts.values import names_of, plain_value
from index.articles.files.decoding import decode
from index.articles.files.guard import record_or_skip
from index.articles.files.sources import Draft, File, Unreadable

LINE_BYTES_AT_MOST = 64 * 2**20
VALUES_AT_MOST = 1_000_000  # of one line or file that holds hardly any text beside them
_LETTERS_A_VALUE = 8  # at least, on average, where there are so many
_FIELDS = {"url": "url", "source": "source", "author": "author", "published": "published", "lang": "language"}
_TEXTUAL = (str, int, float)
# A string without an end goes on to the end of the text, so that no second start is tried inside it.
_SIGN = re.compile(r'"(?>(?:[^"\\]|\\.|\\\Z)*)(?:"|\Z)|[\[\]{},]', re.DOTALL)
_EPOCH_AT_MOST = 10**15  # milliseconds; the year 33658


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give the articles of a JSON Lines file, read line by line; a bad line is skipped and named."""
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
            yield record_or_skip(partial(_draft_of_line, line), file.origin, number)
    if not lines:
        raise Unreadable("the file is empty", "fill it or leave it out")


def read_json(file: File) -> Iterator[Draft | Skipped]:
    """Give the articles of a JSON file: one record, or a list of records."""
    text = decode(file.read())
    _check_values(text)
    for number, (start, end) in enumerate(_records(text), start=1):
        yield record_or_skip(
            partial(_draft_of_part, text, start, end),
            file.origin,
            named=f"record {number}: ",
        )


def _draft_of_line(line: bytes) -> Draft:
    return draft_of_record(_record(line))


def _draft_of_part(text: str, start: int, end: int | None) -> Draft:
    return draft_of_record(_value(text, start, end))


def draft_of_record(record: Any) -> Draft:
    """Give the article that one record states; raises Unreadable when it lacks an id or a text."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"a record is a JSON object, not {_kind(record)}", 'write {"id": ..., "text": ...}')
    record = plain_value(record)
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
    draft = Draft(article_id=str(article_id), text=text)
    draft.title = " ".join(str(title).split()) if isinstance(title, _TEXTUAL) else ""
    draft.title = draft.title or opening_words(draft.text)
    draft.extra = {
        key: value
        for key, value in record.items()
        if key not in ("id", "text", "title", *_FIELDS) and value is not None
    }
    for key, name in _FIELDS.items():
        _set_field(draft, key, name, record.get(key))
    return draft


def _set_field(draft: Draft, key: str, name: str, value: Any) -> None:
    if value is None or value == "":
        return
    if name in ("author", "source") and isinstance(value, (list, Mapping)):
        value = names_of(value) or value
    field = None
    if name == "published":
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            field = from_epoch(value) if abs(value) < _EPOCH_AT_MOST else None
        else:
            field = parse_timestamp(str(value))
    elif isinstance(value, _TEXTUAL) and not isinstance(value, bool):
        field = str(value)
    if field is None:
        draft.extra[key] = value  # kept as it was given, though nothing can be made of it
    else:
        setattr(draft, name, field)


def _records(text: str) -> Iterator[tuple[int, int | None]]:
    """Tell where the records of a JSON text begin and, in a list, where the sign after them is.

    Raises Unreadable, after those that are whole, where a list does not go on as lists do.
    """
    start = len(text) - len(text.lstrip(" \t\r\n"))
    if text[start : start + 1] != "[":
        yield start, None
        return
    depth, first, position = 0, start + 1, start
    while sign := _SIGN.search(text, position):
        position = sign.end()
        letter = sign.group()
        depth += (letter in "[{") - (letter in "]}")
        if (depth == 1 and letter == ",") or depth == 0:
            if text[first : sign.start()].strip():
                yield first, sign.start()
            first = position
        if depth == 0:
            break
    if depth or text[position:].strip():
        what = "the list does not end" if depth else "something follows the list"
        line = text.count("\n", 0, position) + 1
        raise Unreadable(f"the file is no JSON ({what}, line {line})", "correct it, or use JSON Lines")


def _value(text: str, start: int, end: int | None) -> Any:
    try:
        return _decoded(text[start:end])
    except ValueError as error:
        raise Unreadable(f"it is no JSON ({_problem(error)})", "correct it, or use JSON Lines") from error


def _record(line: bytes) -> Any:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"the line is not UTF-8 (byte {error.start + 1})", "save the file as UTF-8"
        ) from error
    _check_values(text)
    try:
        return _decoded(text)
    except ValueError as error:
        raise Unreadable(f"the line is no JSON ({_problem(error)})", "correct or remove the line") from error


def _decoded(text: str) -> Any:
    return json.loads(text, parse_constant=lambda _: None, parse_int=_integer)


def _integer(digits: str) -> int | str:
    """Give an integer, or its digits where they are more than Python turns into a number."""
    try:
        return int(digits)
    except ValueError:
        return digits


def _check_values(text: str) -> None:
    """Raise Unreadable for millions of values that would take a hundred times their size in memory."""
    signs = sum(map(text.count, ",[{"))
    if signs > VALUES_AT_MOST and signs * _LETTERS_A_VALUE > len(text):
        raise Unreadable(f"it holds {signs:,} values and hardly any text", "leave out what is no article")


def _problem(error: ValueError) -> str:
    column, line = getattr(error, "colno", None), getattr(error, "lineno", None)
    where = f", line {line}, column {column}" if column else ""
    return str(getattr(error, "msg", None) or error) + where


def _kind(value: Any) -> str:
    names = {type(None): "missing", list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), "a number" if isinstance(value, (int, float)) else "a string")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
