"""Pictures of pages: the quote marked where the page says it, and no page that is not the article's."""

import io
import re

import numpy as np
import pytest
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from index.articles import read_articles
from index.articles.pdf.page_drawings import HEIGHT_AT_MOST, MARK, WIDTH_AT_MOST
from index.building import build
from index.encoder.hashing import HashingEncoder
from tests.api_site import make_app
from tests.pdf_files import document_of_pages

pytest.importorskip("pypdfium2", reason="pip install -r requirements-formats.txt")
Image = pytest.importorskip("PIL.Image", reason="comes with Gradio")

PAGES = (
    ["The council opened the bridge on Sunday morning.", "It cost twelve million and took four years."],
    ["The minister spoke on the second page of the file.", "He said that the road would follow in spring."],
)
WHERE = "/article/report/page"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site over one PDF file and the article that was read from it."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "files").mkdir()
    path = folder / "files" / "report.pdf"
    path.write_bytes(document_of_pages(PAGES))
    articles = list(read_articles([folder / "files"]))
    encoder = HashingEncoder(dimension=16)
    build(articles, folder / "index", encoder=encoder, progress=False)
    with (
        Assistant(folder / "index", encoder=encoder) as assistant,
        TestClient(make_app(assistant, chat=True)) as client,
    ):
        client.file, client.article = path, articles[0]
        yield client


def span_of(article, words):
    start = article.text.index(words)
    return f"{start}-{start + len(words)}"


def marked_box(content):
    """Give left, top, right, bottom of what is marked, as shares of the picture's sides; None for nothing."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert picture.width <= WIDTH_AT_MOST and picture.height <= HEIGHT_AT_MOST
    rows, columns = np.nonzero((np.asarray(picture) == MARK).all(axis=2))
    if not rows.size:
        return None
    width, height = picture.size
    return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height


def test_page_is_drawn_with_the_words_of_the_quote_marked(site):
    response = site.get(f"{WHERE}/2.png", params={"quote": span_of(site.article, "the road would follow")})
    assert response.status_code == 200 and response.headers["content-type"] == "image/png"
    left, top, right, bottom = marked_box(response.content)
    # The second line of the page (12 points on 800, 100 from the top), from its fourth word to its seventh.
    assert 0.11 < top < bottom < 0.14
    assert 0.2 < left < 0.26 and 0.38 < right < 0.46


def test_page_that_holds_nothing_of_the_quote_is_drawn_without_a_mark(site):
    span = span_of(site.article, "the road would follow")
    assert marked_box(site.get(f"{WHERE}/1.png", params={"quote": span}).content) is None
    assert marked_box(site.get(f"{WHERE}/2.png", params={"quote": "900-1000"}).content) is None


def test_article_page_shows_the_page_of_its_quote(site):
    quote = span_of(site.article, "the road would follow")
    page = site.get("/article/report", params={"quote": quote, "lang": "en"}).text
    [address] = re.findall(r'<img src="(/article/report/page/[^"]+)"', page)
    assert 'id="page-2"' in page
    assert marked_box(site.get(address.replace("&amp;", "&")).content)


@pytest.mark.parametrize(
    "address",
    [
        "/article/none/page/1.png",
        "/article/..%2F..%2Fetc%2Fpasswd/page/1.png",
        "/article/%2Fetc%2Fpasswd/page/1.png",
        "/article/report%00/page/1.png",
        f"/article/{'x' * 5_000}/page/1.png",
        f"{WHERE}/0.png",
        f"{WHERE}/9.png",
        f"{WHERE}/-1.png",
        f"{WHERE}/٢.png",
        f"{WHERE}/{'9' * 5_000}.png",
        f"{WHERE}/1.png?hash=of-another-text",
    ],
)
def test_page_that_is_none_of_an_article_is_not_found(site, address):
    assert site.get(address).status_code == 404


def test_file_that_was_replaced_or_has_gone_is_not_shown(site):
    content = site.file.read_bytes()
    try:
        site.file.write_bytes(document_of_pages([["Salaries of the staff, which nobody is to see."]] * 2))
        assert site.get(f"{WHERE}/1.png").status_code == 404
        site.file.write_bytes(b"%PDF-1.4 damaged")
        assert site.get(f"{WHERE}/1.png").status_code == 404
        site.file.unlink()
        assert site.get(f"{WHERE}/1.png").status_code == 404
        assert 'class="pages"' not in site.get("/article/report?quote=0-20").text
    finally:
        site.file.write_bytes(content)
