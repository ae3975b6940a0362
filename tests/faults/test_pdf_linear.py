"""PDF reading in time that grows with the file, and files made to do harm: each costs only itself.

A task is linear when four times the input takes less than eight times as long; a quadratic one takes sixteen.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies

from index.articles.files.sources import Unreadable
from index.articles.pdf.bidi import logical_line
from index.articles.pdf.columns import lines_of
from index.articles.pdf.letters import Glyph
from index.articles.pdf.lines import Line
from index.articles.pdf.margins import without_margins
from index.articles.pdf.paragraphs import paragraphs_of
from tests.article_files import PARAGRAPH, read
from tests.pdf_files import document, letters

pytest.importorskip("pypdfium2", reason="pip install -r requirements-formats.txt")

from index.articles.pdf.pdf_pages import answers  # noqa: E402  # needs the package
from index.articles.pdf.pdf_process import PageReader  # noqa: E402

GROWTH_AT_MOST = 8.0  # of the time for four times the size
ENOUGH = 0.1  # seconds of this thread; growth shows by then
TOO_SHORT = 0.01
SHOWN = b"BT /F1 12 Tf 100 700 Td (Hello world) Tj ET\n"


def growth(task: Callable[[int], object], *, first: int, last: int) -> float:
    """How many times longer `task` takes for four times the size, at the largest size that was tried."""
    times: list[float] = []
    size = first
    while size <= last and not (times and times[-1] > ENOUGH):
        times.append(_seconds(task, size))
        size *= 4
    if len(times) < 2 or times[-1] < GROWTH_AT_MOST * max(times[-2], TOO_SHORT):
        return 1.0
    # What a busy machine added is gone from the best of three.
    before, after = (min(_seconds(task, step) for _ in range(3)) for step in (size // 16, size // 4))
    return after / max(before, TOO_SHORT)


def _seconds(task: Callable[[int], object], size: int) -> float:
    begun = time.thread_time()
    task(size)
    return time.thread_time() - begun


@pytest.mark.parametrize(
    ("unit", "right_to_left"),
    list(
        itertools.product(
            [
                "(",
                ")",
                "()",
                "(a",
                "a)",
                "(ا",
                "1-",
                "1 ",
                "a1 ",
                "ا1-",
                "ا a",
                "[(",
                "«",
                "%1",
                " ",
                "ا(1) ",
                "a (b) ",
            ],
            [True, False],
        )
    ),
)
def test_line_of_signs_is_read_in_linear_time(unit, right_to_left):
    def task(size: int) -> str:
        return logical_line(list("ا" + unit * (size // len(unit))), right_to_left=right_to_left)

    assert growth(task, first=1 << 10, last=1 << 16) < GROWTH_AT_MOST


def glyph(text: str, x: float, y: float, number: int) -> Glyph:
    return Glyph(text, x, x + 5, y - 2, y + 8, x, y, 10.0, 0, number, number // 50)


PAGES = {
    "one-row": lambda n: glyph("ا", 6.0 * n, 100, n),
    "one-column": lambda n: glyph("ا", 0, -12.0 * n, n),
    "one-spot": lambda n: glyph("ا", 0, 0, n),
    "rows": lambda n: glyph("ا", 6.0 * (n % 80), -12.0 * (n // 80), n),
    "columns": lambda n: glyph("ا", 6.0 * (n % 40) + 300 * (n // 40 % 2), -12.0 * (n // 80), n),
    "staggered": lambda n: glyph("ا", 6.0 * (n % 40) + 300 * (n // 40 % 2), -6.0 * (n // 40), n),
    "cells": lambda n: glyph("ا", 40.0 * (n % 50), -12.0 * (n // 50), n),
    "cells-of-one-row": lambda n: glyph("ا", 40.0 * n, 0, n),
    "slope": lambda n: glyph("ا", 6.0 * n, 0.5 * n, n),
    "stairs": lambda n: glyph("ا", 40.0 * n, -12.0 * n, n),
    "signs": lambda n: glyph("َ" if n % 100 else "ا", 6.0 * (n % 97), 0, n),
    "signs-alone": lambda n: glyph("َ", 0, 0, n),
    "signs-on-rows": lambda n: glyph("اَّ"[n % 3], 6.0 * (n % 83), -12.0 * (n // 83), n),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_of_letters_is_set_in_linear_time(name):
    def task(size: int) -> list[str]:
        glyphs = [PAGES[name](number) for number in range(size)]
        return [line.text(right_to_left=True) for line in lines_of(glyphs, right_to_left=True)]

    assert growth(task, first=1 << 9, last=1 << 15) < GROWTH_AT_MOST


@pytest.mark.parametrize("same", [True, False])
def test_pages_are_joined_in_linear_time(same):
    def task(size: int) -> list[tuple[int, str]]:
        pages = [
            [
                Line((tuple("كلمة" if same else str(page)),), 0, 400, 100.0 - row, 90.0 - row, 10.0, 4, 0)
                for row in range(9)
            ]
            for page in range(size)
        ]
        return list(paragraphs_of(without_margins(pages)))

    assert growth(task, first=1 << 5, last=1 << 12) < GROWTH_AT_MOST


def test_page_of_one_endless_paragraph_is_joined_in_linear_time():
    def task(size: int) -> list[tuple[int, str]]:
        page = [
            Line((tuple("كلمة"),), 0, 400, -12.0 * row, -22.0 - 12 * row, 10.0, 4, 0) for row in range(size)
        ]
        return list(paragraphs_of([page]))

    assert growth(task, first=1 << 8, last=1 << 16) < GROWTH_AT_MOST


FILES = {
    "lines": lambda size: document(letters(size)),
    "one-line": lambda size: document(letters(size, per_line=size)),
    "one-spot": lambda size: document(b"BT /F1 12 Tf 1 0 0 1 9 700 Tm " + b"(a) Tj 0 0 Td " * size + b"ET"),
    "pages": lambda size: document(SHOWN, pages=b"3 0 R " * (size // 20), count=size // 20),
    "forms": lambda size: document(b"/X0 Do " * size, forms=[SHOWN]),
}


@pytest.mark.parametrize("name", FILES)
def test_file_is_read_in_linear_time(name):
    made = {size: FILES[name](size) for size in (1 << bits for bits in range(9, 14, 2))}
    assert (
        growth(lambda size: list(answers(made[size], first=0)), first=1 << 9, last=1 << 13) < GROWTH_AT_MOST
    )


def laughing(levels: int) -> bytes:
    """A page of a form of ten forms of ten forms, and so on."""
    forms = [b"/X%d Do " % (level + 1) * 10 for level in range(levels - 1)]
    return document(b"/X0 Do", forms=[*forms, SHOWN])


HARMFUL = {
    "forms in forms": lambda: laughing(10),
    "a page packed a thousand times over": lambda: document(SHOWN * 2_000_000, packed=2),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_page_that_takes_all_time_or_memory_is_given_up_and_the_next_file_read(name):
    reader = PageReader(page_seconds=2.0)
    try:
        assert reader.read(document(SHOWN)).letters > 0
        lost = reader.read(HARMFUL[name]())
        assert lost.lost == [1]
        assert reader.read(document(SHOWN)).letters > 0
    finally:
        reader.close()


def test_form_that_draws_itself_is_read_once(tmp_path):
    (tmp_path / "form.pdf").write_bytes(document(SHOWN + b"/X0 Do", forms=[b"/X0 Do"]))
    articles, skipped = read(tmp_path)
    assert not skipped
    assert articles[0].text == "Hello world"


def test_more_pages_than_there_are_is_no_harm():
    reader = PageReader()
    try:
        assert len(reader.read(document(SHOWN, count=10**9)).pages) == 1
        with pytest.raises(Unreadable, match="more than 20,000 pages"):
            reader.read(document(SHOWN, pages=b"3 0 R " * 20_001, count=20_001))
    finally:
        reader.close()


WHOLE = document(b"BT /F1 12 Tf 100 700 Td (A line of text.) Tj ET", forms=[SHOWN])


@given(strategies.integers(0, len(WHOLE)), strategies.binary(max_size=12), strategies.booleans())
@settings(max_examples=60, deadline=None)
def test_damaged_file_costs_itself_alone(place, bytes_put_in, cut):
    damaged = WHOLE[:place] + bytes_put_in + (b"" if cut else WHOLE[place + len(bytes_put_in) :])
    for answer in answers(damaged, first=0):
        assert answer.keys() <= {"title", "pages", "lines", "letters", "nameless", "scanned", "fault"}


def test_files_that_are_cut_are_named_and_others_read(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    for share in range(1, 6):
        (tmp_path / f"cut{share}.pdf").write_bytes(WHOLE[: len(WHOLE) * share // 8])
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    assert len(skipped) == 5
    assert all("damaged" in each.reason and "\n" not in each.reason for each in skipped)
