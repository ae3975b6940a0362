"""Word documents (python-docx) and Excel workbooks (openpyxl)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from index.articles.archives import check_zip
from index.articles.article import Skipped
from index.articles.dates import parse_timestamp
from index.articles.extras import library
from index.articles.files import Draft, File, Unreadable
from index.articles.plain import draft_of
from index.articles.tables import drafts_of_rows

ROWS_AT_MOST = 1_048_576  # as many as Excel has


def read_docx(file: File) -> Iterator[Draft]:
    """The one article of a Word document: paragraphs and tables in their order."""
    docx = library("docx", "Word documents")
    document = _opened(file, docx.Document, "Word document")
    title, lines = "", []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines.extend(" ".join(_cells(row)) for row in block.rows)
            continue
        text = block.text.strip()
        style = (block.style.name or "").lower() if block.style is not None else ""
        if text and not title and not lines and style in ("title", "heading 1"):
            title = text
        elif text:
            lines.append(text)
    if not lines:
        raise Unreadable("the document holds no text", "give it a text or leave it out")
    properties = document.core_properties
    draft = draft_of("\n\n".join(lines), title=title)
    draft.author = draft.author or (properties.author or "").strip() or None
    if properties.created and not draft.published:
        draft.extra["created"] = properties.created.isoformat()
    yield draft


def read_xlsx(file: File) -> Iterator[Draft | Skipped]:
    """The articles of a workbook: one a row, columns named in the first row of each sheet."""
    openpyxl = library("openpyxl", "Excel workbooks")
    library("defusedxml", "Excel workbooks")  # openpyxl parses with it when it is there
    workbook = _opened(
        file, lambda data: openpyxl.load_workbook(data, read_only=True, data_only=True), "Excel workbook"
    )
    sheets = [sheet for sheet in workbook.worksheets if (sheet.max_row or 0) != 0]
    for sheet in sheets:
        rows = (list(row) for row in sheet.iter_rows(values_only=True, max_row=ROWS_AT_MOST))
        prefix = f"{sheet.title}/" if len(sheets) > 1 else ""
        yield from drafts_of_rows(rows, file.origin, key_prefix=prefix)


def _opened(file: File, opener: Any, kind: str) -> Any:
    data = file.read()
    check_zip(data)
    try:
        return opener(io.BytesIO(data))
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
        raise Unreadable(f"the file is no {kind} that can be read ({error})", "save it again") from error


def _cells(row: Any) -> list[str]:
    texts: list[str] = []
    for cell in row.cells:
        text = cell.text.strip()
        if text and (not texts or texts[-1] != text):  # a merged cell comes once for every column
            texts.append(text)
    return texts


def published_of(value: Any) -> str | None:
    """An ISO date of a cell: a date, or a date in words."""
    return value.isoformat() if hasattr(value, "isoformat") else parse_timestamp(str(value))
