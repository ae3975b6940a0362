"""PDF files: lines rebuilt from where the letters stand (pdfminer.six), so that Arabic reads in its order.

Text order inside a PDF is the order of drawing, which for Arabic is often from left to right, word by word,
or both in one line; only the places of the letters are sure. Scanned pages hold no letters and are refused.
"""

from __future__ import annotations

import io
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.articles.bidi import is_right_to_left, logical_line
from index.articles.decoding import checked
from index.articles.extras import library, parsing
from index.articles.plain import draft_of
from index.articles.sources import Draft, File, Unreadable

PAGES_AT_MOST = 5_000
_SPACE_SHARE = 0.18  # of the letter height; a wider gap between letters is a space
_EDGE_LINES = 2  # at the top and bottom of a page, where running titles and page numbers stand
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|صفحة|p\.)?\s*[\d٠-٩]{1,4}\s*(?:(?:/|of|من)\s*[\d٠-٩]{1,4})?\W*", re.IGNORECASE
)
_NAMELESS = re.compile(r"[\x00-\x08\x0e-\x1f]*|\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


def read(file: File) -> Iterator[Draft]:
    """The one article of a PDF file."""
    pages, title = _pages(file.read())
    pages = _without_running_lines(pages)
    lines = [line for page in pages for line in page]
    if not lines:
        raise Unreadable(
            "the PDF holds no letters (a scan?)", "read it by OCR first, or save its text as .txt"
        )
    text = checked("\n\n".join(_paragraphs(pages)), "it holds odd characters")
    draft = draft_of(text, title=_heading(pages[0]) if pages else "")
    if title and title != draft.title:
        draft.extra["pdf_title"] = title
    yield draft


def _pages(data: bytes) -> tuple[list[list[_Line]], str]:
    """The lines of every page in reading order, and the title that the file states."""
    layout = library("pdfminer.layout", "PDF files")
    high_level = library("pdfminer.high_level", "PDF files")
    if not data.startswith(b"%PDF") and b"%PDF" not in data[:1024]:
        raise Unreadable("the file is no PDF", "give it its own suffix, or leave it out")
    pages: list[list[_Line]] = []
    try:
        with parsing("PDF"):
            for page in high_level.extract_pages(
                io.BytesIO(data), laparams=layout.LAParams(), maxpages=PAGES_AT_MOST
            ):
                boxes = [
                    [line for line in box if isinstance(line, layout.LTTextLine)]
                    for box in page
                    if isinstance(box, layout.LTTextBox)
                ]
                pages.append(_lines_of_page(boxes, layout.LTChar))
            return pages, _stated_title(data)
    except Unreadable as error:
        if "PDFPasswordIncorrect" in error.reason or "Encryption" in error.reason:
            raise Unreadable("the PDF is locked by a password", "save it without one") from error
        raise


def _lines_of_page(boxes: list[list[Any]], char_type: type) -> list[_Line]:
    texts = "".join(line.get_text() for box in boxes for line in box)
    right_to_left = is_right_to_left(texts)
    found = []
    for box in boxes:
        lines = [line for line in (_line(each, char_type, right_to_left) for each in box) if line]
        if lines:
            found.append(lines)
    return [line for box in _in_order(found, right_to_left=right_to_left) for line in box]


def _line(line: Any, char_type: type, page_right_to_left: bool) -> _Line | None:
    # A glyph that the font gives no character comes as a control character or as "(cid:12)".
    chars = [
        each for each in line if isinstance(each, char_type) and not _NAMELESS.fullmatch(each.get_text())
    ]
    if not chars or not "".join(char.get_text() for char in chars).strip():
        return None
    size = statistics.median(char.height for char in chars)
    glyphs = _glyphs(chars, size)
    raw = "".join(glyphs)
    letters = sum(unicodedata.bidirectional(char) in ("L", "R", "AL") for char in raw)
    right_to_left = is_right_to_left(raw) if letters > 3 else page_right_to_left
    text = " ".join(logical_line(glyphs, right_to_left=right_to_left).split())
    return _Line(text, line.x0, line.x1, line.y1, line.y0, size) if text else None


def _glyphs(chars: Sequence[Any], size: float) -> list[str]:
    """Glyphs from left to right, each with its vowel signs, spaces where there are gaps."""
    marks = [char for char in chars if _mark_of(char.get_text())]
    bases = [char for char in chars if char not in marks] if marks else list(chars)
    bases.sort(key=lambda char: (char.x0, char.x1))
    texts = [char.get_text() for char in bases]
    for mark in marks:
        if bases:
            middle = (mark.x0 + mark.x1) / 2
            near = min(range(len(bases)), key=lambda place: _distance(bases[place], middle))
            texts[near] += _mark_of(mark.get_text())
    glyphs: list[str] = []
    for place, char in enumerate(bases):
        if place and char.x0 - bases[place - 1].x1 > _SPACE_SHARE * size:
            glyphs.append(" ")
        glyphs.append(texts[place])
    return glyphs


def _mark_of(text: str) -> str:
    """The vowel signs that a glyph is, "" when it is something else; some fonts set two as one form."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    return plain if plain and all(unicodedata.category(char) == "Mn" for char in plain) else ""


def _distance(char: Any, middle: float) -> float:
    if char.get_text().isspace():
        return float("inf")
    return max(char.x0 - middle, middle - char.x1, 0.0) + abs((char.x0 + char.x1) / 2 - middle) / 1000


def _in_order(boxes: list[list[_Line]], *, right_to_left: bool) -> list[list[_Line]]:
    """Boxes as they are read: cut across where nothing stands, else into columns, else from the top."""
    if len(boxes) < 2:
        return boxes
    for parts in (_parted(boxes, across=True), _parted(boxes, across=False)):
        if len(parts) > 1:
            if right_to_left and _side_by_side(parts):
                parts.reverse()
            return [box for part in parts for box in _in_order(part, right_to_left=right_to_left)]
    return sorted(boxes, key=lambda box: -max(line.top for line in box))


def _parted(boxes: list[list[_Line]], *, across: bool) -> list[list[list[_Line]]]:
    """Groups of boxes with white space between: from the top (`across`), or from the left."""

    def reach(box: list[_Line]) -> tuple[float, float]:
        if across:
            return -max(line.top for line in box), -min(line.bottom for line in box)
        return min(line.left for line in box), max(line.right for line in box)

    groups: list[list[list[_Line]]] = []
    end = float("-inf")
    for box in sorted(boxes, key=reach):
        first, last = reach(box)
        if groups and first < end - 1:
            groups[-1].append(box)
        else:
            groups.append([box])
        end = max(end, last)
    return groups


def _side_by_side(parts: list[list[list[_Line]]]) -> bool:
    first = [line for box in parts[0] for line in box]
    second = [line for box in parts[1] for line in box]
    return max(line.right for line in first) <= min(line.left for line in second) + 1


def _paragraphs(pages: list[list[_Line]]) -> list[str]:
    """Lines joined where a paragraph goes on: the line before is full and the next one follows closely."""
    paragraphs: list[str] = []
    last: _Line | None = None
    for page in pages:
        for line in page:
            if last is not None and _goes_on(last, line):
                paragraphs[-1] = _joined(paragraphs[-1], line.text)
            else:
                paragraphs.append(line.text)
            last = line
    return paragraphs


def _goes_on(last: _Line, line: _Line) -> bool:
    width = max(last.right - last.left, line.right - line.left)
    same_size = abs(last.size - line.size) < 0.15 * max(last.size, line.size)
    gap = last.bottom - line.top
    close = -line.size < gap < 0.9 * line.size or line.top > last.top  # or on top of the next column or page
    full = last.right - last.left > 0.8 * width
    ends = re.search(r"[.؟?!…۔:][\"'”’»)\]]*$", last.text)
    return same_size and close and full and not (ends and gap > 0.6 * line.size)


def _joined(before: str, line: str) -> str:
    if re.search(r"[a-zà-ÿ]-$", before) and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"


def _heading(page: list[_Line]) -> str:
    """The first lines of the first page, when they are set larger than the text."""
    if len(page) < 3:
        return ""
    usual = statistics.median(line.size for line in page)
    heading: list[str] = []
    for line in page:
        if line.size < 1.15 * usual or len(heading) == 3:
            break
        heading.append(line.text)
    title = " ".join(heading)
    return title if title and len(title.split()) <= 30 else ""


def _without_running_lines(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Without page numbers, and titles that stand at the edge of three pages or more."""
    edges = [line for page in pages for line in (*page[:_EDGE_LINES], *page[_EDGE_LINES:][-_EDGE_LINES:])]
    counts = Counter(re.sub(r"[\d٠-٩]+", "#", line.text) for line in edges)
    kept = []
    for page in pages:
        inner = []
        for number, line in enumerate(page):
            at_edge = number < _EDGE_LINES or number >= len(page) - _EDGE_LINES
            repeated = counts[re.sub(r"[\d٠-٩]+", "#", line.text)] >= 3
            if not (at_edge and (repeated or _PAGE_NUMBER.fullmatch(line.text))):
                inner.append(line)
        kept.append(inner)
    return kept


def _stated_title(data: bytes) -> str:
    parser = library("pdfminer.pdfparser", "PDF files").PDFParser(io.BytesIO(data))
    document = library("pdfminer.pdfdocument", "PDF files").PDFDocument(parser)
    for info in document.info:
        title = info.get("Title")
        if isinstance(title, bytes):
            wide = title.startswith((b"\xfe\xff", b"\xff\xfe"))
            return " ".join(title.decode("utf-16" if wide else "latin-1", "replace").split())
    return ""
