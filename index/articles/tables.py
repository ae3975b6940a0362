"""Tables of articles, one a row: CSV and tab-separated files here, workbooks through `office`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.articles.article import Skipped
from index.articles.dates import parse_timestamp
from index.articles.decoding import decode
from index.articles.markdown import known_fields
from index.articles.markup import text_of
from index.articles.plain import draft_of, tidy
from index.articles.sources import Draft, File, Unreadable

_TEXT = (
    "text",
    "body",
    "content",
    "article",
    "article_text",
    "full_text",
    "story",
    "description",
    "النص",
    "المحتوى",
    "نص",
)
_TITLE = ("title", "headline", "subject", "العنوان", "عنوان")
_ID = ("id", "article_id", "guid", "uid", "uuid", "المعرف", "الرقم")
_FIELD_AT_MOST = 2**24  # characters; csv's own limit is 131,072


def read(file: File) -> Iterator[Draft | Skipped]:
    """The articles of a CSV or tab-separated file, columns named in its first row."""
    text = decode(file.read())
    csv.field_size_limit(_FIELD_AT_MOST)
    delimiter = "\t" if file.suffix == ".tsv" else _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from drafts_of_rows(rows, file.origin)
    except csv.Error as error:
        raise Unreadable(
            f"the table is malformed in line {rows.line_num} ({error})", "export it again"
        ) from error


def drafts_of_rows(
    rows: Iterable[Sequence[Any]], origin: str, *, key_prefix: str = ""
) -> Iterator[Draft | Skipped]:
    """The articles of rows whose first names the columns; a row without text is skipped and named."""
    walk = iter(rows)
    header = [str(name or "").strip() for name in next(walk, [])]
    names = {name.lower(): name for name in reversed(header)}
    column = {
        kind: _first(names, wanted) for kind, wanted in (("text", _TEXT), ("title", _TITLE), ("id", _ID))
    }
    if column["text"] is None:
        shown = ", ".join(filter(None, header))[:120] or "none"
        raise Unreadable(f"no column holds the text (columns: {shown})", "name one `text` in the first row")
    for number, row in enumerate(walk, start=2):
        record = {name: value for name, value in zip(header, row, strict=False) if name and _is_given(value)}
        if not record:
            continue
        text = tidy(text_of(str(record.get(column["text"], "")))).strip()
        if not text:
            yield Skipped(origin, "the row has no text", "give it a text or remove it", number)
            continue
        yield _draft(record, column, text, key=f"{key_prefix}{number}")


def _draft(record: dict[str, Any], column: dict[str, str | None], text: str, *, key: str) -> Draft:
    title = str(record.get(column["title"] or "", ""))
    draft = draft_of(text, title=title)
    draft.key = key
    if given := str(record.get(column["id"] or "", "")).strip():
        draft.article_id = given.removesuffix(".0")
    plain = {name: _plain(value) for name, value in record.items()}
    used = {column["text"], column["title"], column["id"]}
    fields = known_fields({name: value for name, value in plain.items() if name not in used})
    fields.pop("title")
    for name, value in fields.items():
        if value:
            setattr(draft, name, value)
    draft.extra = {
        name: value for name, value in plain.items() if name not in used and not _became(value, fields)
    }
    return draft


def _became(value: Any, fields: dict[str, str | None]) -> bool:
    """Whether a value is kept as a field of the article already."""
    shown = str(value)
    return (
        shown in fields.values()
        or parse_timestamp(shown) is not None
        and parse_timestamp(shown) == fields["published"]
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        shown = value.isoformat()
        return shown.removesuffix("T00:00:00")
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _is_given(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _first(names: dict[str, str], wanted: Sequence[str]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _delimiter(text: str) -> str:
    """The sign that parts most columns in the first row, outside quotation marks."""
    head = next(iter(csv.reader([text.split("\n", 1)[0]], delimiter="\x00")), [""])[0]
    return max(",;\t|", key=head.count)
