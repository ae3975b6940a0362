"""Small files that would become large ones, by name; `python -m tests.faults.bombs` reads them all."""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import os
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable

from tests.article_files import PARAGRAPH
from tests.office_files import book, cell, packed, paragraph, run, word, workbook

_MEGABYTE = 2**20
_HEADER = f'<row r="1">{cell("A1", "text")}</row>'


def _far_rows(count: int) -> str:
    return "".join(f'<row r="{n}">{cell(f"XFD{n}", "x")}</row>' for n in range(2, count))


def _laughs() -> str:
    """A document of one entity that stands for ten billion letters."""
    entities = "".join(f'<!ENTITY {"bcdefghij"[n]} "{("&" + "abcdefghi"[n] + ";") * 10}">' for n in range(9))
    return f'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{entities}]><w>&j;</w>'


def _overlapping() -> bytes:
    """An archive whose directory lists one member a hundred times."""
    content = packed({"a.txt": b"word and " * 20_000})
    start, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    directory = content[start:end]
    tail = bytearray(content[end:])
    tail[8:12] = (400).to_bytes(2, "little") * 2
    tail[12:16] = (400 * len(directory)).to_bytes(4, "little")
    return content[:start] + directory * 400 + bytes(tail)


def _bzip2_member() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.txt", b"a" * 30 * _MEGABYTE)
    return target.getvalue()


def _varied(piece: str, megabytes: int, *, step: int = 150) -> str:
    """`piece` again and again, with a number now and then: packs to less than a two-hundredth, no less."""
    chance = random.Random(5)
    group = max(1, step * 8 // len(piece))
    count = megabytes * _MEGABYTE // (len(piece) * group)
    return "".join(piece * group + f"<!--{chance.getrandbits(48):x}-->" for _ in range(count))


BOMBS: dict[str, Callable[[], bytes]] = {
    "elements.docx": lambda: word(paragraph(PARAGRAPH) + _varied("<w:p/>", 16)),
    "elements-plain.docx": lambda: word(paragraph(PARAGRAPH) + "<w:p/>" * 2_000_000),
    "runs.docx": lambda: word("<w:p>" + _varied("<w:r><w:t>ab</w:t></w:r>", 24) + "</w:p>"),
    "text.docx": lambda: word(paragraph(run(_varied("word ", 50)))),
    "comment.docx": lambda: word(f"<!--{'-x' * 4_000_000}-->{paragraph(PARAGRAPH)}"),
    "attributes.docx": lambda: word("<w:p " + " ".join(f"a{n}='1'" for n in range(400_000)) + "/>"),
    "deep.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 9_000 + "</w:tc></w:tr></w:tbl>" * 9_000),
    "entities.docx": lambda: packed({"word/document.xml": _laughs()}),
    "far.xlsx": lambda: workbook([("s", _HEADER + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')]),
    "far-header.xlsx": lambda: workbook(
        [("s", f'<row r="1">{cell("A1", "text")}{cell("XFD1", "x")}</row>' + _far_rows(30_000))]
    ),
    "cells.xlsx": lambda: workbook([("s", _HEADER + _varied("<row><c/><c/></row>", 16))]),
    "strings.xlsx": lambda: workbook(
        [("s", _HEADER)], others={"xl/strings.xml": f"<sst NS>{_varied('<si/>', 16)}</sst>"}
    ),
    "rows.xlsx": lambda: workbook([("s", _HEADER + _varied(f"<row>{cell('B1', 'x')}</row>", 20))]),
    "chapter.epub": lambda: book({"a.xhtml": f"<p>{PARAGRAPH}</p>" + _varied("<p/>", 20)}),
    "contents.epub": lambda: book({"a.xhtml": f"<p>{PARAGRAPH}</p>"}, after=_varied("<x/>", 16)),
    "member.zip": lambda: packed({"a.txt": b"a" * 30 * _MEGABYTE, "good.txt": PARAGRAPH}),
    "members.zip": lambda: packed({f"{n}.txt": _varied("word ", 2) for n in range(8)}),
    "lines.zip": lambda: packed({"a.txt": b"ab\n" * 300_000}),
    "overlap.zip": _overlapping,
    "bzip2.zip": _bzip2_member,
    "plain.txt.gz": lambda: gzip.compress(b"a" * 100 * _MEGABYTE, 1),
    "lines.txt.gz": lambda: gzip.compress(b"a\nb\n" * 2_000_000, 1),
    "twice.txt.gz": lambda: gzip.compress(gzip.compress(b"a" * 10 * _MEGABYTE)),
    "rows.csv.gz": lambda: gzip.compress(b"text,b\n" + b",x\n" * 2_000_000, 1),
    "line.jsonl.gz": lambda: gzip.compress(b'{"id": 1, "k": [' + _varied("[],", 30).encode() + b"]}", 1),
    "records.jsonl.gz": lambda: gzip.compress(b"{}\n" * 4_000_000, 1),
    "lists.json.gz": lambda: gzip.compress(b"[" + b"[]," * 2_000_000 + b"{}]", 1),
}


def main() -> None:
    """Reads every bomb and prints, as JSON by name, how many articles it gave and what it cost."""
    from index.articles import Article
    from index.articles.files.sources import File, suffix_of
    from index.articles.reading import read_file

    # What importing the readers takes is no cost of a bomb.
    for suffix, content in (
        (".txt", PARAGRAPH.encode()),
        (".docx", word("")),
        (".epub", book({"a": "<p/>"})),
    ):
        list(read_file(File("x", "x", suffix, lambda content=content: io.BytesIO(content))))
    costs: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in BOMBS.items():
            # Made in a process of its own, whose memory is no cost of the bomb either.
            path = os.path.join(folder, name)
            maker = multiprocessing.get_context("fork").Process(target=_write, args=(make, path))
            maker.start()
            maker.join()
            before, started = _megabytes(), time.process_time()
            file = File(name, "x", suffix_of(name), lambda path=path: io.BufferedReader(io.FileIO(path)))
            articles = sum(isinstance(item, Article) for item in read_file(file))
            seconds, megabytes = time.process_time() - started, _megabytes() - before
            costs[name] = {"articles": articles, "seconds": seconds, "megabytes": megabytes}
    print(json.dumps(costs))


def _write(make: Callable[[], bytes], path: str) -> None:
    with open(path, "wb") as stream:
        stream.write(make())


def _megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
