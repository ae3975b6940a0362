"""Bombs and guests: what pages, feeds and servers may send, and what it may cost."""

from __future__ import annotations

import gzip
import io
import zlib

import pytest

from index.articles import Skipped
from index.articles.files.sources import File
from tests.article_files import OTHER, PARAGRAPH, only, read, written
from tests.test_articles_web import page, site
from tests.test_articles_web import read as read_address

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

__all__ = ["site"]  # the fixture that is used here too


class Endless(io.RawIOBase):
    """A stream of `beginning` and then `piece` again and again, `size` bytes in all, none of them kept."""

    def __init__(self, beginning: bytes, piece: bytes, size: int):
        self._waiting, self._piece, self._left = beginning, piece * (65_536 // len(piece)), size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        while len(self._waiting) < len(buffer) and self._left > 0:
            self._waiting += self._piece
            self._left -= len(self._piece)
        given, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


@pytest.mark.parametrize(
    "beginning",
    [
        b"<rss><channel><title>",
        b"<rss><channel><item><title>1</title><description>",
        b"<rss><channel><item><description><![CDATA[",
        b"<rss><channel><item><description><!--",
        b"<urlset><url><loc>",
        b"<x>",
    ],
)
def test_feed_of_one_endless_text_is_named_in_one_line(beginning):
    from index.articles.reading import read_file

    stream = io.BufferedReader(Endless(beginning, b"a", 3 * 2**30))
    results = list(read_file(File("bomb.xml.gz", "bomb", ".xml", lambda: stream)))
    assert results and all(isinstance(result, Skipped) for result in results)
    assert all("\n" not in str(result) for result in results)


def test_entry_that_is_too_large_costs_itself_alone(tmp_path):
    def item(number: int, text: str) -> str:
        return f"<item><title>{number}</title><description>{text}</description></item>"

    long = " ".join(map(str, range(3 * 2**20)))  # 23 MiB that do not pack like a bomb
    feed = f"<rss><channel>{item(1, OTHER)}{item(2, long)}{item(3, OTHER)}</channel></rss>"
    written(tmp_path, "a.xml.gz", gzip.compress(feed.encode(), 1))
    articles, skipped = read(tmp_path)
    assert [article.title for article in articles] == ["1", "3"]
    assert "16 MiB" in skipped[0].reason


def test_page_with_a_tag_of_200_000_attributes_is_read(tmp_path):
    attributes = " ".join(f"a{number}=1" for number in range(200_000))
    found = page("خبر").replace("<article>", f"<article><p {attributes}>")
    assert "الفقرة 2" in only(written(tmp_path, "a.html", found)).text


@pytest.mark.parametrize(
    "piece", ["<p>x</p>", "<div>", "<b><i>", "<table><tr><td>", "<p>" + "x " * 5 + "</p>"]
)
def test_page_of_too_many_elements_costs_itself_alone(tmp_path, piece):
    written(tmp_path, "good.txt", PARAGRAPH)
    written(tmp_path, "a.html", f"<html><body>{piece * 150_000}</body></html>")
    articles, skipped = read(tmp_path)
    assert [article.article_id for article in articles] == ["good"]
    assert len(skipped) == 1 and "elements" in skipped[0].reason


def test_page_of_unclosed_tags_keeps_its_end(tmp_path):
    body = "".join(f"<p><font size=2><b>{PARAGRAPH} {number}." for number in range(1_500))
    article = only(written(tmp_path, "a.html", f"<html><body><h1>خبر</h1>{body}</body></html>"))
    assert "1499." in article.text


def packed(data: bytes, layers: int) -> bytes:
    for _ in range(layers):
        data = gzip.compress(data, 6)
    return data


def test_answer_packed_twice_over_the_bound_is_named(site):
    bomb = packed(b"\x00" * (70 * 2**20), 2)
    site.put("/bomb", bomb, Content_Encoding="gzip, gzip")
    site.put("/one", packed(b"\x00" * (70 * 2**20), 1), Content_Encoding="gzip")
    for path in ("/bomb", "/one"):
        articles, skipped = read_address(site.address + path)
        assert not articles
        assert "larger than 64 MiB" in skipped[0].reason


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip, gzip", lambda data: packed(data, 2)),
        ("gzip, gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", lambda data: data),
        ("", lambda data: data),
    ],
)
def test_packed_answer_is_read(site, encoding, pack):
    site.put("/a", pack(page("خبر").encode()), Content_Encoding=encoding)
    (article,), _ = read_address(site.address + "/a")
    assert article.title == "خبر"


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", b"x", "packed as 'br'"),
        ("gzip", b"\x1f\x8b\x08xxxx", "damaged"),
        ("deflate", b"\x78\x9c", "breaks off"),
    ],
)
def test_answer_that_cannot_be_unpacked_is_named(site, encoding, body, reason):
    site.put("/a", body, Content_Encoding=encoding)
    assert reason in read_address(site.address + "/a")[1][0].reason


@pytest.mark.parametrize(
    ("rules", "path", "is_allowed"),
    [
        ("Disallow: /*.pdf$", "/a.pdf", False),
        ("Disallow: /*.pdf$", "/a.pdf.html", True),
        ("Disallow: /*/private/", "/a/private/b", False),
        ("Disallow: /*?print=", "/a?print=1", False),
        ("Disallow: /\nAllow: /news/*$", "/news/a", True),
        ("Disallow: /\nAllow: /$", "/", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("Disallow:", "/a", True),
        ("Disallow: /%D8%AE", "/خبر", False),
    ],
)
def test_robots_with_signs_are_obeyed(rules, path, is_allowed):
    from index.articles.network.robots import Robots

    assert Robots(f"User-agent: *\n{rules}\n").allows("https://example.org" + path) is is_allowed


def test_robots_of_a_site_are_obeyed_with_signs(site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /*.html$\n", "text/plain")
    site.put("/a.html", page("أول"))
    assert "robots.txt" in read_address(site.address + "/a.html")[1][0].reason
    assert site.paths() == []


@pytest.mark.parametrize("fault", ["<![foo]>", "&nbsp;", "\x08", "<url", "<b>", "\n\n"])
def test_remote_listing_with_a_fault_gives_its_other_pages(site, fault):
    for path in ("/a", "/b"):
        site.put(path, page(f"خبر {path}"))
    urls = [f"<url><loc>{site.address}{path}</loc></url>" for path in ("/a", "/b")]
    site.put(
        "/map", f"{urls[0]}<url><loc>{fault}</loc></url>{urls[1]}".join(["<urlset>", "</urlset>"]), "text/xml"
    )
    articles, _ = read_address(site.address + "/map")
    assert [article.title for article in articles] == ["خبر /a", "خبر /b"]


def test_sitemap_with_images_gives_the_pages_alone(site):
    site.put("/a", page("خبر"))
    image = "<image:image><image:loc>x.jpg</image:loc><image:title>صورة</image:title></image:image>"
    site.put(
        "/map",
        '\n<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        f"<url>{image}<loc>{site.address}/a</loc></url></urlset>",
        "text/xml",
    )
    (article,), skipped = read_address(site.address + "/map")
    assert article.title == "خبر" and not skipped
