"""Every reader of files in time that grows with the file, shown on inputs made to be slow.

Sizes double to LARGE, or until one takes a sixteenth of a second of processor time. A reader is linear
when four times the input takes less than eight times as long; one that is quadratic takes sixteen.
"""

from __future__ import annotations

import gc
import io
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from index.articles.documents import books, markdown, office, workbooks
from index.articles.drafts import plain
from index.articles.drafts.matter import LETTERS_AT_MOST as MATTER_AT_MOST
from index.articles.exports import records, tables
from index.articles.files.archives import members
from index.articles.files.bounds import LETTERS_AT_MOST
from index.articles.files.sources import File, Unreadable
from tests.article_files import PARAGRAPH
from tests.faults.growth import LARGE
from tests.office_files import archive, book, cell, paragraph, run, word, workbook

pytest.importorskip("lxml", reason="pip install -r requirements-formats.txt")

LARGEST = LARGE  # bytes
SMALLEST = 2**13
_ENOUGH = 0.06  # seconds of processor time; growth shows by then
_TOO_SHORT = 0.012  # seconds; below, the clock and the collector are what is measured
_GROWTH_AT_MOST = 8  # of the time for four times the size

Reader = Callable[[File], Iterable[Any]]


def _filled(unit: str, size: int, *, before: str = "", after: str = "") -> bytes:
    return (before + unit * max(1, (size - len(before) - len(after)) // len(unit.encode())) + after).encode()


def _nested_json(size: int) -> bytes:
    return b"".join(
        b'{"id": %d, "text": "a b", "k": %s}\n' % (n, b"[" * 600 + b"]" * 600)
        for n in range(size // 1300 + 1)
    )


TEXTS = {
    "spaces": (" ", "x"),
    "spaces-in-a-line": (" ", "x\n{}\nx"),
    "no-break-spaces": ("\u00a0", "x{}x\ny"),
    "bidi-marks": ("\u200f", "x{}x\ny"),
    "carriage-returns": ("\r", "x"),
    "line-ends": ("\n", "x{}y"),
    "blank-lines": (" \n", "x{}y"),
    "separators": ("\u2028", "x"),
    "wrapped-lines": ("a line that was wrapped at a fixed width of seventy letters or a bit mo\n", ""),
    "short-lines": ("x\n", ""),
    "full-stops": (".", "x{}y"),
    "closers": ('."', "x{}y"),
    "digits": ("1,", "x\n{}\ny"),
    "buttons": ("share ", "x\n\n{}\n\ny"),
    "asides": ("اقرأ أيضا: خبر\n", ""),
    "hashes": ("#", "x\n{}\ny"),
    "brackets": ("(", "x{}\ny"),
    "letters": ("ابجد", ""),
}

MARKDOWN = {
    **{
        mark: (mark, "")
        for mark in ("[", "![", "[a](", "[]", "*a ", "**a", "`a", "<a ", "<", "&a", ">", "- ", "|")
    },
    **{
        mark: (mark, "")
        for mark in ("~~a", "\\", "_a_", "](", "[a](<", "<!-- ", "<?", "<![CDATA[", "* * ", "\t>")
    },
    **{
        mark: (mark, "a {}") for mark in ("<!-- ", "<?x ", "<!A ", "<![CDATA[", '<a b="', "b ", "&#1;", "<a:")
    },
    "inline-nested": ("[a](", "{}" + ")" * 100),
    "table-rows": ("|a|b|\n", "|a|b|\n|-|-|\n{}"),
    "table-heads": ("a|b\n-|-\n\n", ""),
    "table-wide": ("a|", "|{}\n|-|\n"),
    "references": ("[a]: x\n", ""),
    "references-open": ("[a\n", ""),
    "html-blocks": ("<div>\n\n", ""),
    "html-tags": ("<b>x</b>", "<div>\n{}\n</div>"),
    "html-summaries": ("<summary>x</summary >", "<div>\n{}\n</div>"),
    "fences": ("```\n", ""),
    "quote-lines": ("> > > a\n", ""),
    "list-items": ("- a\n\n", ""),
    "rules": ("---\n\n", "x\n\n{}"),
    "matter-open": ("a: b\n", "---\n{}"),
    "matter-fences": ("---\n", "---\na: b\n{}"),
}

MATTER = {
    "keys": "k{}: v\n",
    "list": "- [a, b]\n",
    "flow": "[a, b], ",
    "quotes": '"\\u0627" ',
    "sexagesimal": ":59",
    "digits": "9",
    "spaces": " ",
    "anchors": "&a ",
    "tags": "!a ",
    "question": "? ",
    "comment": "# x\n",
}

TABLES = {
    "blank-rows": ("\n", "text\n{}x"),
    "blank-head": ("\n", "{}text\nx y"),
    "empty-rows": (",\n", "text,b\n{}"),
    "columns": ("a,", "text,{}\nx"),
    "semicolons": (";", "text{}\nx"),
    "quotes": ('"', "text\n{}"),
    "quotes-open": ('a","b\n', 'text,b\n"{}'),
    "quoted-lines": ('"a\n', "text\n{}"),
    "returns": ("a,b\r", "text,b\r{}"),
    "mixed-returns": ("a\r\nb\rc\n", "text\n{}"),
    "rows": ("some text of a row, x\n", "text,b\n{}"),
    "one-field": ("word ", 'text\n"{}"\n'),
    "hint": ("sep=;\n", "{}"),
}

RECORDS = {
    "rows": ('{"id": 1, "text": "a b"}\n', ""),
    "bad": ("{bad\n", ""),
    "blank": ("\n", '{{"id": 1, "text": "a"}}{}'),
    "lists": ("[1],", '{{"id": 1, "text": "a", "k": [{}1]}}'),
    "escapes": ("\\u0627", '{{"id": 1, "text": "{}"}}'),
    "digits": ("9", '{{"id": 1, "text": "a", "k": {}}}'),
    "keys": ('"a": 1, ', '{{"id": 1, "text": "a", {}"b": 1}}'),
}

LISTS = {
    "rows": ('{"id": 1, "text": "a b"},', '[{}{{"id": 2, "text": "a"}}]'),
    "bad": ("{bad},", "[{}1]"),
    "commas": (",", "[{}]"),
    "quotes": ('\\"', '["{}'),
    "quotes-closed": ('"a" ', "[{}]"),
    "backslashes": ("\\", '["{}'),
    "brackets": ("[", "{}"),
    "pairs": ("[],", "[{}1]"),
    "lines": ("\n", '[{}{{"id": 2, "text": "a"}}]'),
}

CHAPTERS = {
    "headings": ("<h1>", "{}"),
    "headings-closed": ("<h1>x</h1>", "{}"),
    "headings-of-lines": ("<br/>", "<h1>{}</h1>"),
    "note-numbers": ('<a epub:type="noteref" href="#n">1</a> x ', "{}"),
    "links": ('<a href="#n"><sup>1</sup></a>', "{}"),
    "comments": ("<!-- x -->", "{}"),
    "comments-open": ("<!--", "{}"),
    "tags-open": ("<a ", "{}"),
    "ends": ("</p>", "{}"),
    "entities": ("&nbsp;", "<p>{}</p>"),
    "ampersands": ("&a", "<p>{}</p>"),
    "paragraphs": ("<p>x</p>", "{}"),
    "deep": ("<div>", "{}"),
}


def _text_cases(prefix: str, read: Reader, inputs: dict[str, tuple[str, str]], suffix: str) -> dict[str, Any]:
    cases = {}
    for name, (unit, frame) in inputs.items():
        before, _, after = frame.replace("{{", "\0").replace("}}", "\1").partition("{}")
        before, after = (part.replace("\0", "{").replace("\1", "}") for part in (before, after))

        def make(size: int, unit: str = unit, before: str = before, after: str = after) -> bytes:
            return _filled(unit, size, before=before, after=after)

        cases[f"{prefix}:{name}"] = (read, make, suffix)
    return cases


def _matter_cases() -> dict[str, Any]:
    def framed(unit: str, size: int) -> bytes:
        head = "" if "\n" in unit else "a: "
        lines = (unit.replace("{}", str(n)) for n in range(min(size, MATTER_AT_MOST - 99) // len(unit)))
        return f"---\n{head}{''.join(lines)}\n---\n{PARAGRAPH}".encode()

    return {
        f"matter:{name}": (markdown.read, lambda size, unit=unit: framed(unit, size), ".md")
        for name, unit in MATTER.items()
    }


def _read_members(file: File) -> Iterable[Any]:
    for member in members(file):
        yield member.read()


PACKED: dict[str, tuple[Reader, Callable[[int], bytes], str]] = {
    "records:nested": (records.read, _nested_json, ".jsonl"),
    "docx:paragraphs": (office.read, lambda size: word(paragraph("نص", run("x")) * (size // 120)), ".docx"),
    "docx:runs": (office.read, lambda size: word(paragraph(*(run("x") for _ in range(size // 60)))), ".docx"),
    "docx:rows": (
        office.read,
        lambda size: word(
            "<w:tbl>" + f"<w:tr><w:tc>{paragraph('x')}</w:tc></w:tr>" * (size // 100) + "</w:tbl>"
        ),
        ".docx",
    ),
    "docx:boxes": (
        office.read,
        lambda size: word(paragraph(*[f"<w:txbxContent>{paragraph('x')}</w:txbxContent>"] * (size // 110))),
        ".docx",
    ),
    "docx:fields": (
        office.read,
        lambda size: word(
            paragraph(*['<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("x")] * (size // 110))
        ),
        ".docx",
    ),
    "docx:joined": (
        office.read,
        lambda size: word(paragraph("x", properties="<w:rPr><w:del/></w:rPr>") * (size // 90)),
        ".docx",
    ),
    "docx:text": (office.read, lambda size: word(paragraph("word " * (size // 5))), ".docx"),
    "xlsx:rows": (
        workbooks.read,
        lambda size: workbook(
            [("s", f"<row>{cell('A1', 'text')}</row>" + f"<row>{cell('', 'some text')}</row>" * (size // 80))]
        ),
        ".xlsx",
    ),
    "xlsx:strings": (
        workbooks.read,
        lambda size: workbook(
            [("s", f"<row>{cell('A1', 'text')}</row><row>{cell('A2', 'x y')}</row>")],
            others={"xl/strings.xml": f"<sst NS>{'<si><t>x_x000D_</t></si>' * (size // 24)}</sst>"},
        ),
        ".xlsx",
    ),
    "zip:members": (
        _read_members,
        lambda size: archive([(b"%d.txt" % n, b"x", None) for n in range(size // 150)]),
        ".zip",
    ),
    "zip:one-name": (_read_members, lambda size: archive([(b"a.txt", b"x", None)] * (size // 150)), ".zip"),
    "epub:chapters": (
        books.read,
        lambda size: book({f"{n}.xhtml": "<p>x</p>" for n in range(size // 900)}),
        ".epub",
    ),
}

CASES: dict[str, tuple[Reader, Callable[[int], bytes], str]] = {
    **_text_cases("text", plain.read, TEXTS, ".txt"),
    **_text_cases("markdown", markdown.read, MARKDOWN, ".md"),
    **_matter_cases(),
    **_text_cases("table", tables.read, TABLES, ".csv"),
    **_text_cases("records", records.read, RECORDS, ".jsonl"),
    **_text_cases("list", records.read_json, LISTS, ".json"),
    **{
        name: (read, lambda size, make=make: book({"a.xhtml": make(size).decode()}), suffix)
        for name, (read, make, suffix) in _text_cases("epub", books.read, CHAPTERS, ".epub").items()
    },
    **PACKED,
}


@pytest.fixture(scope="module", autouse=True)
def nothing_but_new_objects_to_collect() -> Iterator[None]:
    """Keep what libraries hold out of collections between measurements, or those take most of the time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def seconds_of(read: Reader, content: bytes, suffix: str) -> float:
    """The processor time that a reader takes for a file of this content, whether it refuses it or not."""
    file = File("a" + suffix, "a", suffix, lambda: io.BytesIO(content))
    gc.collect()
    gc.disable()
    started = time.thread_time()
    try:
        for _ in read(file):
            pass
    except Unreadable:
        pass  # a refusal must come in time as well
    finally:
        gc.enable()
    return time.thread_time() - started


@pytest.mark.parametrize("name", CASES)
def test_reader_takes_time_in_proportion_to_the_file(name):
    read, make, suffix = CASES[name]
    assert LARGEST < LETTERS_AT_MOST
    sizes, times = [SMALLEST], []
    while not times or (times[-1] < _ENOUGH and sizes[-1] < LARGEST):
        sizes.append(2 * sizes[-1])
        times.append(seconds_of(read, make(sizes[-1]), suffix))
    if times[-1] < _TOO_SHORT or len(times) < 3:
        if times[-1] >= 4:  # a busy machine may stretch one measurement
            times[-1] = min(times[-1], seconds_of(read, make(sizes[-1]), suffix))
        assert times[-1] < 4  # seconds, at most 32 KB
        return
    for _ in range(3):  # a busy machine may stretch one measurement, not each of them
        if times[-1] < _GROWTH_AT_MOST * max(times[-3], _TOO_SHORT / 4):
            return
        times = [seconds_of(read, make(size), suffix) for size in sizes[-3:]]
    pytest.fail(f"{name}: {[round(seconds, 3) for seconds in times[-3:]]} s for {sizes[-3:]} bytes")
