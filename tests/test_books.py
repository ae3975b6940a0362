"""EPUB books: chapters without lists of contents, note numbers and doubled headings; all authors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.article_files import OTHER, PARAGRAPH, only, read, written
from tests.office_files import book

CASES = Path(__file__).parent / "data" / "cases"
LONG = f"<p>{PARAGRAPH}</p>"


def test_book_case_gives_one_chapter_with_both_authors():
    article = only(CASES / "39-book.epub")
    assert article.title == "الفصل الأول"
    assert article.author == "سعاد كريم، علي سالم"
    assert "للأطفال. وزار الوزير" in article.text
    assert "الفصل" not in article.text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f'<p>{PARAGRAPH}<a epub:type="noteref" href="#f">١</a> {OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f'<p>{PARAGRAPH}<sup><a href="#f">[2]</a></sup> {OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f'<p>{PARAGRAPH}<a href="n.xhtml#f"><sup>3</sup></a> {OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f'<p>{PARAGRAPH}<a role="doc-noteref" href="#f">*</a> {OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f'<p>{PARAGRAPH}<a href="#f">[4]</a> {OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f'<p>{PARAGRAPH} <span epub:type="pagebreak">12</span>{OTHER}</p>', f"{PARAGRAPH} {OTHER}"),
        (f"<p>مساحته 5 م<sup>2</sup>. {PARAGRAPH}</p>", f"مساحته 5 م2. {PARAGRAPH}"),
        (f'<p>{PARAGRAPH} انظر <a href="#s">الفصل 3</a>.</p>', f"{PARAGRAPH} انظر الفصل 3."),
        (f'<nav><ol><li><a href="x">الفهرس</a></li></ol></nav>{LONG}', PARAGRAPH),
        (f"<p>{PARAGRAPH}&nbsp;&mdash;&nbsp;ثم</p>", f"{PARAGRAPH}\xa0—\xa0ثم"),
        (f"<p/><a id='x'/><script/>{LONG}", PARAGRAPH),
        (f"<p>{PARAGRAPH}<br></p>", PARAGRAPH),  # no XHTML
        (f"<!-- تعليق -->{LONG}<?x y?>", PARAGRAPH),
    ],
)
def test_chapter_gives_what_a_reader_reads(tmp_path, body, text):
    path = written(tmp_path, "b.epub", book({"a.xhtml": f"<h1>عنوان</h1>{body}"}))
    article = only(path)
    assert (article.title, article.text) == ("عنوان", text)


def test_void_title_of_xhtml_does_not_swallow_the_chapter(tmp_path):
    assert only(written(tmp_path, "b.epub", book({"a.xhtml": LONG}, head="<title/>"))).text == PARAGRAPH


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("<h1>الفصل<br/>الأول</h1>", "الفصل الأول"),
        ("<header><h2> الفصل\n <b>الثاني</b></h2></header>", "الفصل الثاني"),
        ('<h3>الثالث<a epub:type="noteref" href="#n">1</a></h3>', "الثالث"),
    ],
)
def test_heading_becomes_the_title_and_leaves_the_text(tmp_path, heading, title):
    article = only(written(tmp_path, "b.epub", book({"a.xhtml": heading + LONG})))
    assert (article.title, article.text) == (title, PARAGRAPH)


def test_heading_below_text_stays_in_the_text(tmp_path):
    article = only(written(tmp_path, "b.epub", book({"a.xhtml": f"{LONG}<h2>قسم</h2><p>{OTHER}</p>"})))
    assert article.text == f"{PARAGRAPH}\n\nقسم\n\n{OTHER}"


def test_page_of_links_is_no_chapter(tmp_path):
    links = "".join(f'<p><a href="c{n}.xhtml">الفصل رقم {n} من هذا الكتاب الكبير</a></p>' for n in range(9))
    articles, skipped = read(written(tmp_path, "b.epub", book({"toc.xhtml": links, "a.xhtml": LONG})))
    assert [article.article_id for article in articles] == ["b/OEBPS/a"]
    assert not skipped


@pytest.mark.parametrize(
    ("metadata", "author"),
    [
        ("<dc:creator>سعاد</dc:creator><dc:creator>علي</dc:creator>", "سعاد، علي"),
        ('<dc:creator opf:role="aut">سعاد</dc:creator><dc:creator opf:role="ill">علي</dc:creator>', "سعاد"),
        (
            '<dc:creator id="a">سعاد</dc:creator><dc:creator id="b">علي</dc:creator>'
            '<meta refines="#b" property="role" scheme="marc:relators">trl</meta>',
            "سعاد",
        ),
        (
            '<dc:creator opf:role="edt">Jo Ann</dc:creator><dc:creator opf:role="edt">Bo</dc:creator>',
            "Jo Ann, Bo",
        ),
        ("<dc:creator> </dc:creator>", None),
    ],
)
def test_authors_are_those_who_wrote(tmp_path, metadata, author):
    content = book({"a.xhtml": LONG}, metadata=f"<dc:title>كتاب</dc:title>{metadata}")
    assert only(written(tmp_path, "b.epub", content)).author == author


def test_date_is_that_of_publication(tmp_path):
    metadata = '<dc:date opf:event="modification">2024-01-01</dc:date><dc:date>2020-05-01</dc:date>'
    assert (
        only(written(tmp_path, "b.epub", book({"a.xhtml": LONG}, metadata=metadata))).published
        == "2020-05-01"
    )


def test_chapter_that_is_missing_costs_itself(tmp_path):
    content = book({"a.xhtml": LONG}).replace(b"OEBPS/a.xhtml", b"OEBPS/z.xhtml")
    written(tmp_path, "b.epub", content)
    written(tmp_path, "good.txt", OTHER)
    articles, skipped = read(tmp_path)
    assert [article.article_id for article in articles] == ["good"]
    assert "lacks its part OEBPS/a.xhtml" in skipped[0].reason
