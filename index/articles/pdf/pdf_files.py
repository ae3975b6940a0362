"""PDF files: lines rebuilt from where the letters stand (PDFium), so that Arabic reads in its order.

Text order inside a PDF is the order of drawing, which for Arabic is often from left to right, word by word,
or both in one line; only the places of the letters are sure. Scanned pages hold no letters and are refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.articles.article import Skipped
from index.articles.drafts.plain import draft_of
from index.articles.files.decoding import checked
from index.articles.files.extras import library
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.pdf.margins import without_margins
from index.articles.pdf.page_numbers import KEY as PAGES_KEY
from index.articles.pdf.page_numbers import page_spans
from index.articles.pdf.paragraphs import paragraphs_of, title_of
from index.articles.pdf.pdf_process import READER, Pages

_HEAD = 1_024  # bytes, in which "%PDF" stands


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give the one article of a PDF file, and a word about the pages that could not be read."""
    reading = read_pages(file.read())
    pages = without_margins(reading.pages)
    text = "\n\n".join(text for _, text in paragraphs_of(pages))
    if not text.strip():
        raise _without_text(reading)
    draft = draft_of(checked(text, "it holds odd characters"), title=title_of(pages[0]), dated_lines=True)
    stated = " ".join(reading.title.split())
    if stated and stated != draft.title:
        draft.extra["pdf_title"] = stated
    if spans := page_spans(pages, draft.text):
        draft.extra[PAGES_KEY] = spans
    yield draft
    if reading.scanned:
        numbers = ", ".join(map(str, reading.scanned[:10]))
        yield Skipped(
            file.origin,
            f"pages that are pictures without letters (scans?) were left out: {numbers}",
            "read it by OCR first",
        )
    if reading.lost:
        numbers = ", ".join(map(str, reading.lost[:10]))
        yield Skipped(
            file.origin, f"pages that cannot be read were left out: {numbers}", "print it to a new PDF"
        )


def read_pages(content: bytes) -> Pages:
    """Give the lines of every page in reading order; raises Unreadable when there are none to be had."""
    library("pypdfium2", "PDF files")
    if b"%PDF" not in content[:_HEAD]:
        raise Unreadable("the file is no PDF", "give it its own suffix, or leave it out")
    return READER.read(content)


def _without_text(reading: Pages) -> Unreadable:
    if reading.nameless:
        return Unreadable(
            "the PDF's fonts do not say which letters they draw",
            "read it by OCR first, or save its text as .txt",
        )
    if reading.lost:
        return Unreadable("the PDF's pages are damaged", "open and save it anew, or leave it out")
    return Unreadable("the PDF holds no letters (a scan?)", "read it by OCR first, or save its text as .txt")
