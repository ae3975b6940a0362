"""Tables of articles, one a row: CSV and tab-separated files here, workbooks through `office`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from index.articles.article import Skipped
from index.articles.drafts.dates import parse_timestamp
from index.articles.drafts.matter import known_fields
from index.articles.drafts.plain import draft_of, tidy
from index.articles.drafts.values import plain_value
from index.articles.exports.rows import line_at, rows_of, unix_lines
from index.articles.files.decoding import decode
from index.articles.files.guard import record_or_skip
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.html.markup import text_of

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
_SEPARATORS = ",;\t|"
_HINT = re.compile(r"\"?sep=(?P<sign>[^\"\s]|\t| )\"?[,;\t| ]*+\Z", re.IGNORECASE)  # Excel's own

TableRow = Sequence[Any] | Mapping[int, Any]  # values in their order, or by the places of their columns


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give the articles of a CSV or tab-separated file, columns named in its first row that is not blank."""
    text = unix_lines(decode(file.read()))
    start = len(text) - len(text.lstrip("\n \u00a0"))
    line = line_at(text, start)
    delimiter = "\t" if file.suffix == ".tsv" else None
    if hint := _HINT.match(line[:40].rstrip("\n")):
        delimiter, start = hint["sign"], start + len(line)
    delimiter = delimiter or _delimiter(line_at(text, start))
    yield from drafts_of_rows(rows_of(text, delimiter, start, file.origin), file.origin)


def drafts_of_rows(
    rows: Iterable[tuple[int, TableRow] | Skipped], origin: str, *, key_prefix: str = ""
) -> Iterator[Draft | Skipped]:
    """Give the articles of numbered rows, the first that is not blank naming the columns.

    A row without text is skipped and named. Raises Unreadable when no column holds the text.
    """
    columns: _Columns | None = None
    for row in rows:
        if isinstance(row, Skipped):
            yield row
            continue
        number, values = row
        cells = {place: value for place, value in _cells(values) if _is_given(value)}
        if not cells:
            continue
        if columns is None:
            columns = _Columns(cells)
            continue
        if record := columns.record(cells):
            key = f"{key_prefix}{number}"
            yield record_or_skip(partial(columns.draft, record, key), origin, number)
    if columns is None:
        raise Unreadable("no column holds the text (columns: none)", "name one `text` in the first row")


class _Columns:
    """What the columns of a table hold, by their names."""

    def __init__(self, header: Mapping[int, Any]):
        names = {place: " ".join(str(plain_value(name)).split()) for place, name in sorted(header.items())}
        self.names = {place: name for place, name in names.items() if name}
        spelled = {name.lower(): name for name in reversed(self.names.values())}
        self.text, self.title, self.id = (_first(spelled, wanted) for wanted in (_TEXT, _TITLE, _ID))
        if self.text is None:
            shown = ", ".join(self.names.values())[:120] or "none"
            raise Unreadable(
                f"no column holds the text (columns: {shown})", "name one `text` in the first row"
            )

    def record(self, cells: Mapping[int, Any]) -> dict[str, Any]:
        """Give values of a row by the names of their columns; those in a column without a name left out."""
        return {self.names[place]: value for place, value in cells.items() if place in self.names}

    def draft(self, record: dict[str, Any], key: str) -> Draft:
        """Give the article of one row; raises Unreadable when it has no text."""
        plain = {name: _plain(value) for name, value in record.items()}
        text = tidy(text_of(str(plain.get(self.text or "", "")))).strip()
        if not text:
            raise Unreadable("the row has no text", "give it a text or remove it")
        draft = draft_of(text, title=str(plain.get(self.title or "", "")))
        draft.key = key
        if given := str(plain.get(self.id or "", "")).strip():
            draft.article_id = given.removesuffix(".0")
        others = {
            name: value for name, value in plain.items() if name not in (self.text, self.title, self.id)
        }
        fields = known_fields(others)
        fields.pop("title")
        for name, value in fields.items():
            if value:
                setattr(draft, name, value)
        draft.extra = {name: value for name, value in others.items() if not _became(value, fields)}
        return draft


def _became(value: Any, fields: dict[str, str | None]) -> bool:
    """Tell whether a value is kept as a field of the article already."""
    shown = str(value)
    return (
        shown in fields.values()
        or parse_timestamp(shown) is not None
        and parse_timestamp(shown) == fields["published"]
    )


def _cells(row: TableRow) -> Iterable[tuple[int, Any]]:
    return row.items() if isinstance(row, Mapping) else enumerate(row)


def _plain(value: Any) -> Any:
    plain = plain_value(value)
    return plain.removesuffix("T00:00:00") if hasattr(value, "isoformat") else plain


def _is_given(value: Any) -> bool:
    if isinstance(value, str):
        return value != "" and not value.isspace()
    return value is not None and value == value  # NaN is not


def _first(names: dict[str, str], wanted: Sequence[str]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _delimiter(line: str) -> str:
    """Give the sign that parts most columns in the first row, outside quotation marks."""
    outside = re.sub(r'"[^"]*(?:"|\Z)', "", line)
    return max(_SEPARATORS, key=outside.count)
