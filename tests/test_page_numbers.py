"""Pages of documents: kept for every stretch of a PDF's text, named with the quotes, scans named as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Source
from assistant.citations import Quotation, number
from assistant.rendering.quotes import quote_as_text, text_fragment_link
from index.articles.pdf.page_numbers import page_at
from index.passages import Passage
from tests.article_files import read
from tests.pdf_files import document_of_pages

pytest.importorskip("pypdfium2", reason="pip install -r requirements-formats.txt")

PAGES = (
    ["The council opened the bridge on Sunday morning.", "It cost twelve million and took four years."],
    ["The minister spoke on the second page of the file.", "He said that the road would follow in spring."],
    ["Traders on the third page expected nothing of it.", "The last line of the whole document is this one."],
)


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(document_of_pages(PAGES))
    [article], skipped = read(path)
    assert skipped == []
    return article


def test_every_line_stands_on_the_page_that_it_was_read_from(article):
    pages = article.extra["pages"]
    assert [number for _start, _end, number in pages] == [1, 2, 3][-len(pages) :]
    for number_of_page, lines in enumerate(PAGES, start=1):
        for line in lines:
            if line in article.text:  # the first may be the title
                assert page_at(article.extra, article.text.index(line)) == number_of_page


def test_citation_names_its_page_and_leads_to_it(article):
    quote = PAGES[1][1]
    start = article.text.index(quote)
    source = Source(article.article_id, article.title, "https://e.example/report.pdf", language="en")
    passage = Passage("p", article.article_id, start, start + len(quote), quote)
    quotation = Quotation(source, passage, article.text, start, start + len(quote), extra=article.extra)
    [citation] = number([quotation]).citations
    assert citation.page == 2
    assert "p. 2" in quote_as_text(citation, language="en") and "ص 2" in quote_as_text(
        citation, language="ar"
    )
    assert text_fragment_link(citation) == "https://e.example/report.pdf#page=2"


def test_page_that_is_a_picture_alone_is_named_as_a_scan(tmp_path):
    path = tmp_path / "mixed.pdf"
    path.write_bytes(document_of_pages(PAGES, scan=True))
    [article], [skipped] = read(path)
    assert "scans?" in skipped.reason and "4" in skipped.reason and PAGES[2][1] in article.text


JSON = st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=12)


@given(JSON | st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3)), st.integers(0, 60))
def test_page_at_takes_whatever_a_record_has_under_pages(pages, start):
    assert page_at({"pages": pages}, start) is None or isinstance(page_at({"pages": pages}, start), int)
