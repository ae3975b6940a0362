"""The one guard around readers: whatever one raises costs the file or the record that it read, and no other.

Readers and the libraries under them check foreign bytes little: a flipped bit surfaces as any error of
Python's, RecursionError and MemoryError among them. Only what stops the program itself passes through:
KeyboardInterrupt, SystemExit, GeneratorExit.
"""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from index.articles.article import Skipped
from index.articles.files.sources import Unreadable

SKIPPED_AT_MOST = 1_000  # lines about one file; a table of a million empty rows says so once
IN_A_ROW_AT_MOST = 100_000  # records skipped one after another; a file of them is none of articles
_DETAIL_LETTERS = 120  # of what a library says
_REASON_LETTERS = 400
_JOINERS = "\u200c\u200d"  # which Persian and Indic words need
_Read = TypeVar("_Read")
_DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError)


def refusal(error: Exception) -> Unreadable:
    """Give what an error of a reader says, as fact and remedy in one line each."""
    if isinstance(error, Unreadable):
        return error
    if isinstance(error, PermissionError):
        return Unreadable("reading it is not permitted", "give read permission or leave it out")
    if isinstance(error, _DAMAGED):
        return Unreadable(f"the packed data is damaged ({one_line(str(error))})", "pack it again")
    if isinstance(error, OSError):
        detail = one_line(error.strerror or str(error))
        return Unreadable(f"it cannot be read ({detail})", "check the disk and the file")
    if isinstance(error, RecursionError):
        return Unreadable("it is nested too deeply", "flatten it, or leave it out")
    if isinstance(error, MemoryError):
        return Unreadable("it needs more memory than there is", "split it")
    detail = one_line(str(error))
    shown = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return Unreadable(f"it is damaged ({shown})", "open and save it anew, or leave it out")


def one_line(text: str, at_most: int = _DETAIL_LETTERS) -> str:
    """Give `text` short, on one line, and such as a terminal and UTF-8 can hold."""
    line = " ".join(text[: 4 * at_most].split())[:at_most]
    return "".join(letter if letter.isprintable() or letter in _JOINERS else "\ufffd" for letter in line)


def guarded(read: Callable[[], Iterable[_Read | Skipped]], origin: str) -> Iterator[_Read | Skipped]:
    """Give what `read` gives until it raises, and then one line that says why.

    It raises no Exception itself. Of more than SKIPPED_AT_MOST records that were skipped, the others are
    counted in a last line. After
    IN_A_ROW_AT_MOST one after another the rest is not tried.
    """
    skipped = in_a_row = 0
    try:
        for item in read():
            if not isinstance(item, Skipped):
                in_a_row = 0
                yield item
                continue
            skipped, in_a_row = skipped + 1, in_a_row + 1
            if skipped <= SKIPPED_AT_MOST:
                yield item
            if in_a_row >= IN_A_ROW_AT_MOST:
                raise Unreadable(f"{in_a_row:,} records in a row cannot be read", "give a file of articles")
    except Exception as error:  # the guard itself: see the module
        reason = refusal(error)
        yield Skipped(origin, one_line(reason.reason, _REASON_LETTERS), reason.remedy)
    if skipped > SKIPPED_AT_MOST:
        more = skipped - SKIPPED_AT_MOST
        yield Skipped(origin, f"{more:,} more of its records were skipped", "mend those named, build again")


def record_or_skip(
    read: Callable[[], _Read], origin: str, line: int | None = None, *, named: str = ""
) -> _Read | Skipped:
    """Give what `read` makes of one record, or the line that says why it makes nothing of it."""
    try:
        return read()
    except Exception as error:  # the guard itself: see the module
        reason = refusal(error)
        return Skipped(origin, named + one_line(reason.reason, _REASON_LETTERS), reason.remedy, line)
