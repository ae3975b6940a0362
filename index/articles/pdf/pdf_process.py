"""Asks the process that reads and draws PDF pages, and does without it when a page takes its life or time."""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.articles.files.sources import Unreadable
from index.articles.pdf import pdf_pages
from index.articles.pdf.lines import Line

PAGES_AT_MOST = 20_000
LETTERS_AT_MOST = 50_000_000  # in one file; the longest books have a third of that
_PAGE_SECONDS = 20.0  # a page of 40,000 letters takes one
_LOST_AT_MOST = 3  # pages that end the process; then the file is given up
_TIRED_AFTER = 200 * 2**20  # bytes read; memory that the library kept goes back with a new process


@dataclass(slots=True)
class Pages:
    """The lines of each page in reading order, and what else the file says."""

    title: str = ""
    pages: list[list[Line]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)  # numbers of pages that could not be read, from 1
    scanned: list[int] = field(default_factory=list)  # numbers of pages that are pictures alone
    letters: int = 0
    nameless: int = 0  # glyphs that the fonts give no letter


class PageReader:
    """A process that reads and draws PDF pages, begun when first asked; a file at a time, from any thread."""

    def __init__(self, *, page_seconds: float = _PAGE_SECONDS) -> None:
        self._page_seconds = page_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._bytes = 0
        self._owner = os.getpid()

    def read(self, content: bytes) -> Pages:
        """Give the pages of a file; raises Unreadable when it is damaged, locked or does harm."""
        with self._lock:
            pages = Pages()
            while True:
                done = self._ask(content, pages)
                if done:
                    return pages
                self.close()
                pages.lost.append(len(pages.pages) + 1)
                pages.pages.append([])
                if len(pages.lost) >= _LOST_AT_MOST:
                    raise Unreadable(
                        "its pages take more time or memory than a page may",
                        "print it to a new PDF, or leave it out",
                    )

    def picture(self, content: bytes, page: int, text: str, spans: list[tuple[int, int]]) -> bytes | None:
        """Give a page (from 1) of a file as PNG with what says the `spans` of `text` marked.

        `text` is that of the page. None when there is no such page, when it says something else, or when it
        does harm.
        """
        with self._lock:
            request = {"page": page, "text": text, "spans": spans}
            answer = self._answer() if self._send(request, content) else None
            if answer is None:
                self.close()
            drawn = (answer or {}).get("picture")
            return base64.b64decode(drawn) if drawn else None

    def _send(self, request: dict[str, Any], content: bytes) -> bool:
        """Hand a request and its file to the process; False when it ended."""
        process = self._begun(len(content))
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"size": len(content), **request}).encode() + b"\n")
            process.stdin.write(content)
            process.stdin.flush()
        except OSError:
            return False
        return True

    def _ask(self, content: bytes, pages: Pages) -> bool:
        """Add the pages that follow those in `pages`; False when the process ended or fell silent."""
        if not self._send({"first": len(pages.pages)}, content):
            return False
        head = self._answer()
        if head is None:
            return False
        if "fault" in head:
            raise _refusal(head["fault"])
        pages.title = head["title"]
        if head["pages"] > PAGES_AT_MOST:
            self.close()
            raise Unreadable(f"the PDF has more than {PAGES_AT_MOST:,} pages", "split it")
        while len(pages.pages) < head["pages"]:
            answer = self._answer()
            if answer is None:
                return False
            if "fault" in answer:
                pages.lost.append(len(pages.pages) + 1)
            pages.pages.append([_line(values) for values in answer.get("lines", [])])
            if answer.get("scanned"):
                pages.scanned.append(len(pages.pages))
            pages.letters += answer.get("letters", 0)
            pages.nameless += answer.get("nameless", 0)
            if pages.letters > LETTERS_AT_MOST:
                self.close()
                raise Unreadable(f"the PDF has more than {LETTERS_AT_MOST:,} letters", "split it")
        return True

    def _begun(self, size: int) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a fork has no part in its parent's process
            self._process, self._owner = None, os.getpid()
        if self._process is not None and (self._process.poll() is not None or self._bytes > _TIRED_AFTER):
            self.close()
        self._bytes += size
        if self._process is None:
            name = pdf_pages.__name__
            root = Path(pdf_pages.__file__).resolve().parents[name.count(".")]
            path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
            self._process = subprocess.Popen(
                [sys.executable, "-m", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=root,  # which is searched for modules first
                env={**os.environ, "PYTHONPATH": path},
            )
            self._answers = queue.SimpleQueue()
            threading.Thread(target=_forward, args=(self._process, self._answers), daemon=True).start()
        return self._process

    def _answer(self) -> dict[str, Any] | None:
        try:
            line = self._answers.get(timeout=self._page_seconds)
        except queue.Empty:
            return None
        return json.loads(line) if line.endswith(b"\n") else None

    def close(self) -> None:
        """End the process; a later file begins another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                # What was not yet sent has nobody to go to.
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        self._process, self._bytes = None, 0


def _forward(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    """Hand on what the process says, and an empty answer when it ends."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except (OSError, ValueError):
        pass  # closed by `close`
    answers.put(b"")


def _line(values: list[Any]) -> Line:
    cells = tuple(tuple(cell) for cell in values[0])
    return Line(cells, *values[1:])


def _refusal(fault: str) -> Unreadable:
    if fault == "password":
        return Unreadable("the PDF is locked by a password", "save it without one")
    return Unreadable("the PDF is damaged", "open and save it anew, or leave it out")


READER = PageReader()
atexit.register(READER.close)
