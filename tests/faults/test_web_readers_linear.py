"""Readers of pages, feeds and encodings take time that grows as the text does, whatever it holds.

Timed are a text and one of four times its length: a linear reader takes four times as long, a quadratic one
sixteen times. Nothing is said of seconds, which depend on the machine; what is fast anyway is not compared.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable

import pytest

from index.articles.drafts.bylines import byline_of, leading_byline
from index.articles.drafts.furniture import is_furniture, strip_furniture
from index.articles.files.decoding import decode
from index.articles.files.sources import File, Unreadable
from index.articles.html.blank_lines import with_paragraphs
from index.articles.html.markup import text_of
from index.articles.html.shortcodes import without_shortcodes
from index.articles.html.tags import tokens
from tests.faults.growth import LARGE

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

LONG = LARGE // 2  # characters
FASTER_THAN_ANY_QUADRATIC = 0.35 * LONG / 1_000_000  # seconds of processor time for the long text
RATIO_AT_MOST = 9.0
SENTENCE = "افتتحت البلدية حديقة عامة جديدة وسط المدينة بحضور عدد كبير من السكان والزوار صباح يوم الأحد."

PIECES = [
    *("<a", "<!--", "</", "<?", "<![CDATA[", "<![foo]>", "<", "&#", '<a "', "<b>x</i>", "<svg>", "<script>"),
    *('<a b=">', "x ", "\n"),
]
ROWS: dict[str, Callable[[int], str]] = {
    piece: lambda size, piece=piece: piece * (size // len(piece)) for piece in PIECES
}
ROWS |= {
    "attributes": lambda size: "<p " + " ".join(f"a{n}=1" for n in range(size // 9)) + ">x",
    "open, then closed": lambda size: "<b>" * (size // 7) + "</i>" * (size // 7),
    "names": lambda size: "".join(f"<a{n}>" for n in range(size // 8)),
    "prefixes": lambda size: "".join(f"<a{n}:b>" for n in range(size // 10)),
    "digits": lambda size: "&#" + "9" * size + ";<p>",
}
PAGES = ["<a", "<!--", "<p>x", "<time>x</time>y", "attributes", "open, then closed"]
FEEDS = [*PIECES[:6], "<b>x</i>", "]]>", "<item>", "<item", "attributes", "names", "prefixes"]
CODES = ["[", "[a", "[aa ", '[aa x="', "[aa]", "[/aa]", "[[", "[aa='"]
BYTES = [b"\xc3", b"\xd9\x85 ", b"\xe1", b"a", b"\x80 ", b"\x00\x06", b"\xc7\xe1 ", b"\xff"]


def seconds(read: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    with contextlib.suppress(Unreadable):  # a reader may refuse; that too takes its time
        read(text)
    return time.process_time() - start


def assert_linear(read: Callable[[str], object], text_of_size: Callable[[int], str]) -> None:
    for _ in range(3):  # another program may have taken the caches away
        long = seconds(read, text_of_size(LONG))
        if long < FASTER_THAN_ANY_QUADRATIC:
            return
        short = seconds(read, text_of_size(LONG // 4))
        if long / max(short, 0.001) < RATIO_AT_MOST:
            return
    pytest.fail(f"{short:.2f} s for a quarter, {long:.2f} s for the whole")


def row(piece: str) -> Callable[[int], str]:
    return ROWS.get(piece) or (lambda size: piece * (size // len(piece)))


def read_page(inside: str) -> object:
    from index.articles.html.pages import draft_of_page

    return draft_of_page(
        f"<html><head><title>خبر</title></head><body><article><h1>خبر</h1><p>{SENTENCE}</p>{inside}</article></body></html>"
    )


def read_feed(source: str) -> object:
    from index.articles.syndication.feeds import listed, read

    data = source.encode()
    list(listed(io.BytesIO(data)))
    return list(read(File("feed", "feed", ".xml", lambda: io.BytesIO(data))))


@pytest.mark.parametrize("piece", [*PIECES, *sorted(ROWS.keys() - PIECES)], ids=repr)
def test_fragment_is_read_in_linear_time(piece):
    assert_linear(text_of, row(piece))


@pytest.mark.parametrize("piece", ['<a b="', "<a b='>", "<script></scrip", "<!-->", "=\"'", "<textarea><b>"])
def test_markup_is_cut_in_linear_time(piece):
    assert_linear(lambda text: sum(1 for _ in tokens(text)), row(piece))


@pytest.mark.parametrize("piece", PAGES)
def test_page_is_read_in_linear_time(piece):
    assert_linear(read_page, row(piece))


@pytest.mark.parametrize("piece", FEEDS)
@pytest.mark.parametrize("part", ["entry", "head"])
def test_feed_is_read_in_linear_time(piece, part):
    def feed(size: int) -> str:
        inside = row(piece)(size)
        head, body = (inside, "") if part == "head" else ("", inside)
        return (
            f"<rss><channel>{head}<title>x</title><item><title>1</title><description>{body}</description></item>"
            "<item><title>2</title><description>y</description></item></channel></rss>"
        )

    assert_linear(read_feed, feed)


def test_feed_of_many_entries_is_read_in_linear_time():
    entry = "<item><title>1</title><description>x</description></item>"
    assert_linear(
        read_feed, lambda size: f"<rss><channel>{entry * (size // len(entry) // 4)}</channel></rss>"
    )


@pytest.mark.parametrize("piece", CODES)
def test_shortcodes_are_taken_out_in_linear_time(piece):
    assert_linear(without_shortcodes, lambda size: row(piece)(size) + "]")


@pytest.mark.parametrize("piece", ["\n", "\n ", " ", "x\n", "<pre ", "\r\n", "\n\t"])
def test_paragraphs_are_told_in_linear_time(piece):
    assert_linear(with_paragraphs, lambda size: "x" + row(piece)(size) + "x")


@pytest.mark.parametrize("piece", BYTES)
@pytest.mark.parametrize("declared", [None, "iso-8859-1", "punycode", "unicode_escape", "gbk"])
def test_bytes_are_decoded_in_linear_time(piece, declared):
    assert_linear(
        lambda text: decode(b"x" + text.encode("latin-1"), declared=declared),
        lambda size: (piece * (size // len(piece))).decode("latin-1"),
    )


@pytest.mark.parametrize("piece", ["x", " ", "1", "تابع ", "x-", '."', "tags: ", "5,", "\u200f", "|"])
@pytest.mark.parametrize(
    "read",
    [is_furniture, byline_of, leading_byline, lambda text: strip_furniture([text, "x"] * 2)],
    ids=range(4),
)
def test_lines_around_a_text_are_told_in_linear_time(read, piece):
    assert_linear(read, row(piece))


@pytest.mark.parametrize("piece", ["/*a", "*", "Disallow: /*a*b$\n", "User-agent: x\n", ":", "allow:\n"])
def test_robots_are_read_in_linear_time(piece):
    from index.articles.network.robots import Robots

    def read(rules: str) -> bool:
        return Robots("User-agent: *\nDisallow: " + rules).allows("https://example.org/" + "a" * 2_000)

    assert_linear(read, lambda size: row(piece)(size // 2))
