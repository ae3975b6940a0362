"""The rows of comma-separated text, each with its number; a row that is malformed costs itself.

A quotation mark that is opened and never closed swallows, for any reader of such files, all that follows.
Here a row that grows past ROW_LETTERS_AT_MOST, or to the end of the file, is taken for such a one: its
first line is skipped and named, and reading goes on below it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from index.articles.article import Skipped
from index.articles.files.bounds import LETTERS_AT_MOST

ROW_LETTERS_AT_MOST = LETTERS_AT_MOST + 2**20  # an article and what stands beside it
_RESTARTS_AT_MOST = 16  # each reads on from its line anew

csv.field_size_limit(2**31 - 1)  # rows are bounded here; the library's own limit would end the file


def unix_lines(text: str) -> str:
    """Give `text` with lines that end with LF, whether they ended with CR LF, CR or LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def line_at(text: str, start: int) -> str:
    """Give the line of `text` that begins at `start`, its end included; empty at the end of the text."""
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start : end + 1]


def rows_of(text: str, delimiter: str, start: int, origin: str) -> Iterator[tuple[int, list[str]] | Skipped]:
    """Give the rows of `text`, whose lines end with LF, from `start` on; the first has the number 1."""
    number = restarts = 0
    while start < len(text):
        lines = _Lines(text, start)
        problem = ""
        try:
            for row in csv.reader(lines, delimiter=delimiter):
                number += 1
                if lines.cut:
                    problem = "a quotation mark that opens here is not closed"
                    break
                yield number, row
                lines.begin()
        except csv.Error as error:
            number += 1
            problem = f"the row is malformed ({error})"
        if not problem:
            return
        yield Skipped(origin, problem, "mend it and export the table again", number)
        restarts += 1
        if restarts > _RESTARTS_AT_MOST:
            yield Skipped(origin, "the rows below are malformed too", "export the table again", number)
            return
        start = lines.first + len(line_at(text, lines.first))


class _Lines:
    """The lines that a reader takes, from `first`, where its row began; `cut` when the row has no end."""

    def __init__(self, text: str, start: int):
        self._text, self._next = text, start
        self.first, self.lines, self.cut = start, 0, False

    def begin(self) -> None:
        """Note that a row is whole and another begins."""
        self.first, self.lines = self._next, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        ended = self._next >= len(self._text)
        self.cut = (ended and self.lines > 1) or self._next - self.first > ROW_LETTERS_AT_MOST
        if ended or self.cut:
            raise StopIteration
        line = line_at(self._text, self._next)
        self._next += len(line)
        self.lines += 1
        return line
