"""Excel workbooks: the rows of every sheet, streamed from their parts; no library is needed.

What a sheet says of its own size is not believed, cells are taken where they say they are, and styles are
read for one thing: which numbers are dates.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from index.articles.article import Skipped
from index.articles.documents.parts import Package, Relation, local, related
from index.articles.exports.tables import drafts_of_rows
from index.articles.files.guard import guarded
from index.articles.files.sources import Draft, File, Unreadable

COLUMNS_AT_MOST = 16_384  # as many as Excel has
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # Excel's own
_QUOTED = re.compile(r'"[^"]*(?:"|\Z)|\\.|_.|\*.|\[(?![hms]+\])[^\]]*(?:\]|\Z)', re.DOTALL | re.IGNORECASE)
_DATE_SIGN = re.compile(r"[dmyhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a cell's text writes what XML cannot
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})\Z")
_EPOCH = datetime.datetime(1899, 12, 30)  # day 0 of Excel, whose 1900 has a 29th of February
_EPOCH_1904 = datetime.datetime(1904, 1, 1)

SheetRow = tuple[int, dict[int, Any]]  # its number, and its values by their columns


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets share."""

    strings: list[str]
    date_styles: frozenset[int]  # of cells, by number
    epoch: datetime.datetime


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    path: str


def read(file: File) -> Iterator[Draft | Skipped]:
    """Give the articles of a workbook: one a row, columns named in the first row of each sheet."""
    package = Package(file.read())
    main = next(related(package.relations(), "officeDocument"), "xl/workbook.xml")
    relations = package.relations(main)
    sheets, epoch = _sheets(package, main, relations)
    if not sheets:
        raise Unreadable("the workbook holds no sheet of cells", "put the articles in one, a row each")
    book = _Book(_strings(package, relations), _date_styles(package, relations), epoch)
    for sheet in sheets:
        if len(sheets) == 1:
            yield from drafts_of_rows(_rows(package, sheet, book), file.origin)
        else:
            origin = f"{file.origin}!{sheet.name}"
            rows = partial(_rows, package, sheet, book)
            yield from guarded(partial(_drafts_of_sheet, rows, origin, sheet.name), origin)


def _drafts_of_sheet(
    rows: Callable[[], Iterator[SheetRow]], origin: str, name: str
) -> Iterator[Draft | Skipped]:
    return drafts_of_rows(rows(), origin, key_prefix=f"{name}/")


def _sheets(
    package: Package, main: str, relations: Mapping[str, Relation]
) -> tuple[list[_Sheet], datetime.datetime]:
    """Give the sheets that hold cells, in order, and the day from which the book counts.

    Sheets of charts, dialogues and macros hold none and are passed over.
    """
    sheets: list[_Sheet] = []
    epoch = [_EPOCH]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "workbookPr" and attributes.get("date1904") in ("1", "true", "on"):
            epoch[0] = _EPOCH_1904
        if local(tag) == "sheet":
            identity = next((value for key, value in attributes.items() if local(key) == "id"), "")
            relation = relations.get(identity)
            if relation is not None and relation.kind == "worksheet" and relation.path in package:
                sheets.append(_Sheet(attributes.get("name", ""), relation.path))

    package.walk(main, start)
    return sheets, epoch[0]


def _strings(package: Package, relations: Mapping[str, Relation]) -> list[str]:
    """Give the texts that cells refer to by number."""
    reader = _Strings()
    path = next(related(relations, "sharedStrings"), "xl/sharedstrings.xml")
    if path in package:
        package.walk(path, reader.start, reader.end, reader.text)
    return reader.strings


class _Strings:
    """Collects the items of a table of strings; phonetic readings (`rPh`) are no part of them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._phonetic = 0
        self._in_text = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        name = local(tag)
        self._phonetic += name == "rPh"
        self._in_text = name == "t" and not self._phonetic

    def end(self, tag: str) -> None:
        name = local(tag)
        self._in_text = False
        if name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.strings.append(_unescaped("".join(self._pieces)))
            self._pieces.clear()

    def text(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)


def _date_styles(package: Package, relations: Mapping[str, Relation]) -> frozenset[int]:
    """Give the styles of cells whose numbers are dates; none where the styles cannot be read."""
    formats: dict[int, bool] = {}
    styles: list[int] = []
    inside = [False]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            formats[_number(attributes.get("numFmtId"))] = is_date_format(attributes.get("formatCode", ""))
        elif name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name == "cellXfs"
        elif name == "xf" and inside[0]:
            styles.append(_number(attributes.get("numFmtId")))

    path = next(related(relations, "styles"), "xl/styles.xml")
    try:
        if path in package:
            package.walk(path, start)
    except Unreadable:
        styles.clear()  # a date is then its number; the texts are sound
    return frozenset(place for place, code in enumerate(styles) if formats.get(code, code in _DATE_FORMATS))


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a date or a time: `yyyy-mm-dd`, not `0.00 "days"` nor `[Red]0`."""
    return bool(_DATE_SIGN.search(_QUOTED.sub("", code.split(";")[0])))


def _rows(package: Package, sheet: _Sheet, book: _Book) -> Iterator[SheetRow]:
    """Give the rows of a sheet that hold a cell, with their numbers."""
    reader = _Cells(book)
    for _ in package.steps(sheet.path, reader.start, reader.end, reader.text):
        yield from reader.rows
        reader.rows.clear()


class _Cells:
    """Collects the rows of one sheet."""

    def __init__(self, book: _Book):
        self.rows: list[SheetRow] = []
        self._book = book
        self._row: dict[int, Any] = {}
        self._number = self._column = 0
        self._kind = ""
        self._style = 0
        self._pieces: list[str] = []
        self._taking = False
        self._phonetic = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "row":
            given = _number(attributes.get("r"))
            self._number, self._column = given if given > 0 else self._number + 1, 0
        elif name == "c":
            reference = _REFERENCE.match(attributes.get("r", ""))
            self._column = _column(reference[1]) if reference else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), max(0, _number(attributes.get("s")))
            self._pieces.clear()
        elif name in ("v", "t"):
            self._taking = not self._phonetic
        elif name == "rPh":
            self._phonetic += 1

    def end(self, tag: str) -> None:
        name = local(tag)
        if name in ("v", "t"):
            self._taking = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "c" and self._pieces and 1 <= self._column <= COLUMNS_AT_MOST:
            self._row[self._column] = self._value("".join(self._pieces))
        elif name == "row" and self._row:
            self._end_row()

    def text(self, text: str) -> None:
        if self._taking:
            self._pieces.append(text)

    def _value(self, written: str) -> Any:
        if self._kind == "s":
            position = _number(written)
            return self._book.strings[position] if 0 <= position < len(self._book.strings) else None
        if self._kind in ("str", "inlineStr"):
            return _unescaped(written)
        if self._kind == "b":
            return written.strip() == "1"
        if self._kind == "e":
            return None  # #N/A and its like
        if self._kind == "d":
            return written.strip()
        return self._numeric(written.strip())

    def _numeric(self, written: str) -> Any:
        try:
            value = float(written)
        except ValueError:
            return written
        if not math.isfinite(value):
            return None
        if self._style in self._book.date_styles:
            try:
                moment = self._book.epoch + datetime.timedelta(seconds=round(value * 86_400))
            except OverflowError:
                return written
            return moment if value >= 1 else moment.time()
        return int(value) if value.is_integer() and abs(value) < 2**53 else value

    def _end_row(self) -> None:
        self.rows.append((self._number, self._row))
        self._row = {}


def _unescaped(text: str) -> str:
    """Give a cell's text with `_x000D_` and its like as the signs they stand for."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    """Give the number of a column from its letters; A is 1."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _number(written: str | None) -> int:
    """Give a number as a part writes it; -1 where it is none."""
    try:
        return int(written or "")
    except ValueError:
        return -1
