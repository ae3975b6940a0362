"""The lines of a PDF's pages, read in a process of its own: what a file does there, it does to nobody else.

    python -m index.articles.pdf.pdf_pages        asked over standard input, answers on standard output

A request is a line of JSON (`size`, `first`) and `size` bytes, the file. The answer is a line of JSON for the
file (`title`, `pages`, or `fault`), and one for each page from `first` on, which counts from 0.

A request for the picture of a page has `page` (from 1), its `text`, and the `spans` of it to mark, instead of
`first`; the answer is one line with a `picture` (PNG in base 64), or a `fault`.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from index.articles.files.extras import library
from index.articles.pdf.bidi import is_right_to_left
from index.articles.pdf.columns import lines_of
from index.articles.pdf.letters import NAMELESS, glyphs_of
from index.articles.pdf.page_drawings import picture_of

OBJECTS_LOOKED_AT = 50  # of a page without letters: a scan is one picture, or a few strips of it
MEMORY_AT_MOST = 4 * 2**30  # bytes of address space; a page of 500,000 letters takes a quarter of it


def answers(content: bytes, *, first: int) -> Iterator[dict[str, Any]]:
    """Give what is said of a file: of itself, then of each page; a page that cannot be read has a `fault`."""
    pdfium = library("pypdfium2", "PDF files")
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        yield {"fault": "password" if "assword" in str(error) else "damaged"}
        return
    with contextlib.closing(document):
        try:
            title = document.get_metadata_value("Title")
        except (pdfium.PdfiumError, UnicodeError):
            title = ""
        yield {"title": title.encode("utf-8", "replace").decode("utf-8"), "pages": len(document)}
        for number in range(first, len(document)):
            try:
                yield _page(document, number)
            except pdfium.PdfiumError:
                yield {"fault": "damaged"}


def picture(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """Give the answer to a request for the picture of a page."""
    pdfium = library("pypdfium2", "PDF files")
    try:
        with contextlib.closing(pdfium.PdfDocument(content)) as document:
            drawn = picture_of(document, asked["page"], asked["text"], asked["spans"])
    except pdfium.PdfiumError:
        drawn = None
    return {"picture": base64.b64encode(drawn).decode("ascii")} if drawn else {"fault": "no picture"}


def _page(document: Any, number: int) -> dict[str, Any]:
    with contextlib.closing(document[number]) as page:
        glyphs = glyphs_of(page)
        scanned = not glyphs and _has_picture(page)
    nameless = sum(NAMELESS in glyph.text for glyph in glyphs)
    right_to_left = is_right_to_left("".join(glyph.text for glyph in glyphs))
    lines = [
        [
            line.cells,
            line.left,
            line.right,
            line.top,
            line.bottom,
            line.size,
            line.right_letters,
            line.left_letters,
        ]
        for line in lines_of(glyphs, right_to_left=right_to_left)
    ]
    return {"lines": lines, "letters": len(glyphs) - nameless, "nameless": nameless, "scanned": scanned}


def _has_picture(page: Any) -> bool:
    """Tell whether a picture is among the first things drawn on a page."""
    pdfium = library("pypdfium2", "PDF files")
    drawn = itertools.islice(page.get_objects(max_depth=2), OBJECTS_LOOKED_AT)
    return any(each.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for each in drawn)


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until no more is asked."""
    _limit_memory()
    while request := requests.readline():
        asked = json.loads(request)
        content = requests.read(asked["size"])
        wanted = (
            iter([picture(content, asked)]) if "page" in asked else answers(content, first=asked["first"])
        )
        for answer in wanted:
            replies.write(json.dumps(answer).encode("ascii") + b"\n")
            replies.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with contextlib.suppress(ValueError, OSError):  # a lower limit stands already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
