"""Addresses against a real server on the loopback: politeness, what is asked again, and what is refused."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.articles import Article, Skipped, read_articles
from index.articles.network.fetching import Web, same_site
from index.articles.reading import read_address

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

PARAGRAPH = (
    "أعلنت محافظة الإسكندرية عن نجاحها في اجتياز المراحل النهائية للمسابقة التي تنظمها حكومة سيول عاصمة كوريا"
    " الجنوبية، والتي تعتبر من أبرز الجوائز الدولية في مجال التنمية الذكية للمدن، وقد شارك فيها مئات"
    " المشاريع."
)


def page(title: str) -> str:
    body = "".join(f"<p>{PARAGRAPH} الفقرة {number} من {title}.</p>" for number in range(3))
    return (
        f"<html lang='ar'><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


@dataclass
class Site:
    """What the server answers, and what it was asked."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, kind: str = "text/html", **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, {"Content-Type": kind, **named}, data)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = site.pages.get(self.path, (404, {}, b"gone"))
            if "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            site.asked.append((self.path, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *parts: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def read(address: str, folder: Path | None = None, **options) -> tuple[list[Article], list[Skipped]]:
    with contextlib.closing(Web(folder, **{"seconds_between": 0.0, **options})) as web:
        found = list(read_address(address, web))
    return [each for each in found if isinstance(each, Article)], [
        each for each in found if isinstance(each, Skipped)
    ]


def sitemap(site: Site, *paths: str, stamp: str = "2025-09-30") -> str:
    urls = "".join(f"<url><loc>{site.address}{path}</loc><lastmod>{stamp}</lastmod></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def feed(site: Site, *paths: str) -> str:
    items = "".join(
        f"<item><title>عنوان {path}</title><link>{site.address}{path}</link><description>موجز</description>"
        "<pubDate>Tue, 30 Sep 2025 08:00:00 +0300</pubDate></item>"
        for path in paths
    )
    return f'<rss version="2.0"><channel><title>صحيفة</title>{items}</channel></rss>'


def test_page_gives_one_article_with_its_address_as_id(site):
    site.put("/news/1", page("خبر"))
    (article,), skipped = read(site.address + "/news/1#top")
    assert not skipped
    assert article.article_id == site.address.removeprefix("http://") + "/news/1"
    assert article.title == "خبر"
    assert article.origin == ""


def test_sitemap_gives_its_pages_and_skips_the_missing(site):
    site.put("/news/1", page("خبر أول"))
    site.put("/news/2", page("خبر ثان"))
    pages = sitemap(site, "/news/1", "/gone", "/news/2")
    site.put("/map.xml.gz", gzip.compress(pages.encode()), "application/gzip")
    top = f"<sitemapindex><sitemap><loc>{site.address}/map.xml.gz</loc></sitemap></sitemapindex>"
    site.put("/sitemap.xml", top, "application/xml")
    articles, skipped = read(site.address + "/sitemap.xml")
    assert [article.title for article in articles] == ["خبر أول", "خبر ثان"]
    assert [(each.origin, each.reason) for each in skipped] == [(site.address + "/gone", "it answered 404")]


def test_feed_of_summaries_fetches_pages_and_keeps_what_it_says(site):
    site.put("/a", page("عنوان الصفحة"))
    site.put("/feed", feed(site, "/a"), "application/rss+xml")
    (article,), _ = read(site.address + "/feed")
    assert article.title == "عنوان /a"
    assert article.published == "2025-09-30T08:00:00+03:00"
    assert article.source == "صحيفة"
    assert "الفقرة 2" in article.text


def test_feed_of_whole_articles_fetches_no_page(site):
    text = "".join(f"<p>{PARAGRAPH}</p>" for _ in range(3))
    site.put(
        "/feed",
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>مدونة</title><entry><title>خبر</title>'
        f'<link href="{site.address}/a"/><content type="html"><![CDATA[{text}]]></content></entry></feed>',
    )
    (article,), _ = read(site.address + "/feed")
    assert article.text.count(PARAGRAPH) == 3
    assert site.paths() == ["/feed"]


def test_news_sitemap_gives_title_date_and_paper(site):
    site.put("/n1", page("عنوان الصفحة"))
    news = (
        "<n:news><n:publication><n:name>صحيفة المدينة</n:name><n:language>ar</n:language></n:publication>"
        "<n:publication_date>2025-09-30T08:00:00+03:00</n:publication_date>"
        "<n:title>عنوان الخبر</n:title></n:news>"
    )
    site.put(
        "/news.xml",
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{site.address}/n1</loc>{news}</url></urlset>",
        "application/xml",
    )
    (article,), _ = read(site.address + "/news.xml")
    assert (article.title, article.source) == ("عنوان الخبر", "صحيفة المدينة")
    assert article.published == "2025-09-30T08:00:00+03:00"


def test_second_run_asks_only_whether_something_changed(site, tmp_path):
    site.put("/a", page("أول"), ETag='"a1"')
    site.put("/b", page("ثان"), ETag='"b1"')
    site.put("/map", sitemap(site, "/a", "/b"), "text/xml", ETag='"m1"')
    first, _ = read(site.address + "/map", tmp_path)
    site.asked.clear()
    second, _ = read(site.address + "/map", tmp_path)
    assert second == first
    # The sitemap is asked for and has not changed; pages with the same date are not even asked for.
    assert [each for each in site.asked if each[0] != "/robots.txt"] == [("/map", 304)]

    site.asked.clear()
    site.put("/a", page("أول معدل"), ETag='"a2"')
    site.put("/map", sitemap(site, "/a", "/b", stamp="2025-10-01"), "text/xml", ETag='"m2"')
    third, _ = read(site.address + "/map", tmp_path)
    assert [article.title for article in third] == ["أول معدل", "ثان"]
    assert site.asked[-2:] == [("/a", 200), ("/b", 304)]


def test_run_that_was_cut_off_goes_on_where_it_was(site, tmp_path):
    paths = [f"/{number}" for number in range(6)]
    for path in paths:
        site.put(path, page(f"خبر {path}"))
    site.put("/map", sitemap(site, *paths), "text/xml")
    with contextlib.closing(Web(tmp_path, seconds_between=0.0)) as web:
        cut_off = read_address(site.address + "/map", web)
        assert [next(cut_off).title for _ in range(3)] == ["خبر /0", "خبر /1", "خبر /2"]
        cut_off.close()
    site.asked.clear()
    articles, _ = read(site.address + "/map", tmp_path)
    assert len(articles) == 6
    assert site.paths() == ["/map", "/3", "/4", "/5"]


def test_robots_are_obeyed(site):
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n", "text/plain")
    site.put("/a", page("أول"))
    site.put("/private/b", page("ثان"))
    site.put("/map", sitemap(site, "/a", "/private/b"), "text/xml")
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    articles, skipped = read(site.address + "/map", clock=lambda: now[0], sleep=sleep)
    assert [article.title for article in articles] == ["أول"]
    assert "robots.txt" in skipped[0].reason
    assert "/private/b" not in site.paths()
    assert slept == [7.0]  # between the sitemap and the page


def test_robots_that_fail_forbid_everything(site):
    site.pages["/robots.txt"] = (500, {}, b"")
    site.put("/a", page("أول"))
    articles, skipped = read(site.address + "/a")
    assert not articles
    assert "robots.txt" in skipped[0].reason
    assert site.paths() == []


def test_requests_to_one_host_are_apart(site):
    for path in ("/a", "/b"):
        site.put(path, page(f"خبر {path}"))
    site.put("/map", sitemap(site, "/a", "/b"), "text/xml")
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    read(site.address + "/map", seconds_between=2.0, clock=lambda: now[0], sleep=sleep)
    assert slept == [2.0, 2.0, 2.0]  # robots.txt, sitemap, two pages


def test_busy_server_is_asked_again_after_the_time_it_names(site):
    site.pages["/a"] = (503, {"Retry-After": "5"}, b"")
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds
        if seconds == 5.0:
            site.put("/a", page("أول"))

    articles, _ = read(site.address + "/a", clock=lambda: now[0], sleep=sleep)
    assert [article.title for article in articles] == ["أول"]
    assert slept == [5.0]


def test_page_or_redirect_to_another_site_is_not_followed(site):
    site.pages["/moved"] = (302, {"Location": "http://localhost:1/secret"}, b"")
    site.pages["/round"] = (302, {"Location": "/round"}, b"")
    site.put("/a", page("أول"))
    pages = [f"{site.address}/a", "http://169.254.169.254/x", "file:///etc/passwd"]
    links = "".join(f"<url><loc>{page}</loc></url>" for page in pages)
    site.put("/map", f"<urlset>{links}</urlset>", "text/xml")
    articles, skipped = read(site.address + "/map")
    assert len(articles) == 1
    assert [each.reason for each in skipped] == ["the page lies on another site"] * 2
    assert "another site" in read(site.address + "/moved")[1][0].reason
    assert "circles" in read(site.address + "/round")[1][0].reason


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/a", "http://example.org/b", True),
        ("https://example.org", "https://example.org:8443/", False),
        ("https://example.org", "https://example.org.evil.net/", False),
        ("https://example.org", "ftp://example.org/", False),
        ("http://127.0.0.1:80/", "http://127.0.0.1:8080/", False),
    ],
)
def test_same_site_is_told_by_host_and_port(one, other, same):
    assert same_site(one, other) is same


def test_address_of_a_file_is_read_in_its_format(site):
    site.put("/files/note.md", "# عنوان\n\n" + PARAGRAPH, "text/plain")
    (article,), _ = read(site.address + "/files/note.md")
    assert (article.title, article.text) == ("عنوان", PARAGRAPH)


@pytest.mark.slow
def test_address_beside_files_and_one_that_does_not_answer(site, tmp_path):
    site.put("/a", page("أول"))
    (tmp_path / "b.txt").write_text(PARAGRAPH, encoding="utf-8")
    skipped: list[Skipped] = []
    paths = [site.address + "/a", str(tmp_path), site.address + "/none"]
    articles = list(read_articles(paths, on_skip=skipped.append, cache=tmp_path / ".web"))
    assert {article.title for article in articles} >= {"أول"}
    assert len(articles) == 2
    assert [each.reason for each in skipped] == ["it answered 404"]


def test_server_that_is_not_there_is_named(tmp_path):
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    _, skipped = read("http://127.0.0.1:9/feed", clock=lambda: now[0], sleep=sleep)
    assert "does not answer" in skipped[0].reason
