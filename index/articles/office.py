"""Word documents (python-docx) and Excel workbooks (openpyxl)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from index.articles.archives import check_zip
from index.articles.article import Skipped
from index.articles.extras import library, parsing
from index.articles.files import Draft, File, Unreadable
from index.articles.plain import draft_of
from index.articles.tables import drafts_of_rows

ROWS_AT_MOST = 1_048_576  # as many as Excel has


def read_docx(file: File) -> Iterator[Draft]:
    """The one article of a Word document: paragraphs and tables in their order."""
    docx = library("docx", "Word documents")
    document = _opened(file, docx.Document, "Word document")
    with parsing("Word document"):
        title, lines = _title_and_lines(document)
        properties = document.core_properties
        author, created = (properties.author or "").strip(), properties.created
    if not lines:
        raise Unreadable("the document holds no text", "give it a text or leave it out")
    draft = draft_of("\n\n".join(lines), title=title)
    draft.author = draft.author or author or None
    if created and not draft.published:
        draft.extra["created"] = created.isoformat()  # of the file: its text may be older
    yield draft


def read_xlsx(file: File) -> Iterator[Draft | Skipped]:
    """The articles of a workbook: one a row, columns named in the first row of each sheet."""
    openpyxl = library("openpyxl", "Excel workbooks")
    library("defusedxml", "Excel workbooks")  # openpyxl parses with it when it is there
    workbook = _opened(
        file, lambda data: openpyxl.load_workbook(data, read_only=True, data_only=True), "Excel workbook"
    )
    sheets = workbook.worksheets
    for sheet in sheets:
        prefix = f"{sheet.title}/" if len(sheets) > 1 else ""
        try:
            yield from drafts_of_rows(enumerate(_rows(sheet), start=1), file.origin, key_prefix=prefix)
        except Unreadable as error:
            if len(sheets) == 1:
                raise
            yield Skipped(f"{file.origin}!{sheet.title}", error.reason, error.remedy)


def _rows(sheet: Any) -> Iterator[list[Any]]:
    with parsing("Excel workbook"):
        for row in sheet.iter_rows(values_only=True, max_row=ROWS_AT_MOST):
            yield list(row)


def _title_and_lines(document: Any) -> tuple[str, list[str]]:
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
    return title, [line for line in lines if line]


def _opened(file: File, opener: Any, kind: str) -> Any:
    data = file.read()
    check_zip(data)
    with parsing(kind):
        return opener(io.BytesIO(data))


def _cells(row: Any) -> list[str]:
    texts: list[str] = []
    for cell in row.cells:
        text = cell.text.strip()
        if text and (not texts or texts[-1] != text):  # a merged cell comes once for every column
            texts.append(text)
    return texts
