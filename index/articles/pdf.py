"""PDF files: lines rebuilt from where the letters stand (PDFium), so that Arabic reads in its order.

Text order inside a PDF is the order of drawing, which for Arabic is often from left to right, word by word,
or both in one line; only the places of the letters are sure. Scanned pages hold no letters and are refused.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from index.articles.bidi import is_right_to_left
from index.articles.columns import lines_of
from index.articles.decoding import checked
from index.articles.extras import library, parsing
from index.articles.files import Draft, File, Unreadable
from index.articles.letters import glyphs_of
from index.articles.lines import Line
from index.articles.margins import without_margins
from index.articles.paragraphs import paragraphs_of, title_of
from index.articles.plain import draft_of

PAGES_AT_MOST = 5_000
_ONE_AT_A_TIME = threading.Lock()  # PDFium bears one thread only


def read(file: File) -> Iterator[Draft]:
    """The one article of a PDF file."""
    pages, stated_title = read_pages(file.read())
    pages = without_margins(pages)
    text = "\n\n".join(text for _, text in paragraphs_of(pages))
    draft = draft_of(checked(text, "it holds odd characters"), title=title_of(pages[0]))
    if stated_title and stated_title != draft.title:
        draft.extra["pdf_title"] = stated_title
    yield draft


def read_pages(data: bytes) -> tuple[list[list[Line]], str]:
    """The lines of every page in reading order, and the title that the file states; Unreadable if broken."""
    pdfium = library("pypdfium2", "PDF files")
    pages = []
    with _ONE_AT_A_TIME, parsing("PDF"):
        document = pdfium.PdfDocument(data)
        try:
            title = document.get_metadata_value("Title")
            for number in range(min(len(document), PAGES_AT_MOST)):
                page = document[number]
                glyphs = glyphs_of(page)
                page.close()
                direction = is_right_to_left("".join(glyph.text for glyph in glyphs))
                pages.append(lines_of(glyphs, right_to_left=direction))
        finally:
            document.close()
    return pages, " ".join(title.split())
