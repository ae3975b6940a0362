"""Web pages, documents, tables and books, each from a real file made here; and broken files of any format."""

from __future__ import annotations

import csv
import gzip
import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.articles.files.sources import File, suffix_of
from index.articles.html.markup import text_of
from index.articles.reading import read_file
from tests.article_files import OTHER, PARAGRAPH, only, read

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

PAGE = f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="CHARSET">
<title>الإسكندرية في نصف النهائي | صحيفة المدينة</title>
<meta property="og:title" content="الإسكندرية في نصف النهائي">
<meta property="og:site_name" content="صحيفة المدينة">
<meta property="article:published_time" content="2025-09-30T08:00:00+03:00">
<meta name="author" content="منى سعيد">
<link rel="canonical" href="https://example.org/news/1"></head><body>
<nav><a href="/">الرئيسية</a> <a href="/s">رياضة</a> <a href="/e">اقتصاد</a></nav>
<article><h1>الإسكندرية في نصف النهائي</h1><p>{PARAGRAPH}</p><p>{OTHER}</p>
<p>{PARAGRAPH.replace("216", "217")}</p></article>
<aside><h3>الأكثر قراءة</h3><ul><li><a href="/9">خبر آخر</a></li></ul></aside>
<footer>جميع الحقوق محفوظة © 2025</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256"])
def test_page_with_menus_gives_article_and_metadata(tmp_path, charset):
    (tmp_path / "page.html").write_bytes(PAGE.replace("CHARSET", charset).encode(charset))
    article = only(tmp_path / "page.html")
    assert article.title == "الإسكندرية في نصف النهائي"
    assert PARAGRAPH in article.text and OTHER in article.text
    assert "رياضة" not in article.text and "محفوظة" not in article.text and "خبر آخر" not in article.text
    assert (article.url, article.source, article.author) == (
        "https://example.org/news/1",
        "صحيفة المدينة",
        "منى سعيد",
    )
    assert article.published == "2025-09-30"
    assert article.language == "ar"


def test_page_that_mentions_a_date_has_no_date(tmp_path):
    page = (
        f"<html><body><article><h1>عنوان</h1><p>{PARAGRAPH}</p><p>وقع ذلك في 30 سبتمبر 2019."
        f" {OTHER}</p></article></body></html>"
    )
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert only(tmp_path / "page.html").published is None


def test_page_without_article_is_skipped(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    (tmp_path / "empty.html").write_text("<html><body><script>x()</script></body></html>", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert [article.article_id for article in articles] == ["good"]
    assert "no text" in skipped[0].reason


def test_fragment_of_html_gives_blocks_and_lines():
    fragment = (
        "<p>واحد&nbsp;<b>اثنان</b><br>ثلاثة</p><script>x</script><ul><li>أ</li><li>ب</li></ul>"
        "<p>A &amp; B</p>"
    )
    assert text_of(fragment) == "واحد\xa0اثنان\nثلاثة\n\nأ\nب\n\nA & B"


# Office


def test_docx_gives_title_paragraphs_and_tables(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("عنوان التقرير", level=0)
    document.add_paragraph(PARAGRAPH)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "المدينة", "الإسكندرية"
    document.add_paragraph(OTHER)
    document.core_properties.author = "سعاد"
    document.save(str(tmp_path / "report.docx"))
    article = only(tmp_path / "report.docx")
    assert article.title == "عنوان التقرير"
    assert article.text == f"{PARAGRAPH}\n\nالمدينة الإسكندرية\n\n{OTHER}"
    assert article.author == "سعاد"


def test_xlsx_gives_an_article_a_row(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "العنوان", "text", "date", "section"])
    workbook.active.append([7, "عنوان", PARAGRAPH, datetime.datetime(2025, 9, 30), "محليات"])
    workbook.active.append([8, "بلا نص", None, None, None])
    workbook.save(tmp_path / "table.xlsx")
    articles, skipped = read(tmp_path / "table.xlsx")
    assert [(a.article_id, a.title, a.published, dict(a.extra)) for a in articles] == [
        ("7", "عنوان", "2025-09-30", {"section": "محليات"})
    ]
    assert [(each.line, each.reason) for each in skipped] == [(3, "the row has no text")]


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1256"), ("\t", "utf-16")])
def test_csv_gives_an_article_a_row(tmp_path, delimiter, encoding):
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter)
    writer.writerow(["title", "body", "url"])
    writer.writerow(["عنوان", f"{PARAGRAPH}\n{OTHER}", "https://example.org/1"])
    writer.writerow(["عنوان ثان", OTHER, ""])
    (tmp_path / "table.csv").write_bytes(output.getvalue().encode(encoding))
    articles, skipped = read(tmp_path / "table.csv")
    assert not skipped
    assert [article.article_id for article in articles] == ["table/2", "table/3"]
    assert articles[0].text == f"{PARAGRAPH}\n{OTHER}"
    assert articles[0].url == "https://example.org/1"


def test_csv_without_text_column_is_refused_by_name(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    (tmp_path / "prices.csv").write_text("item,price\nx,3\n", encoding="utf-8")
    _, skipped = read(tmp_path)
    assert "item, price" in skipped[0].reason


def epub(path: Path, *, chapters: list[tuple[str, str]]) -> None:
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, (name, _) in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OEBPS/content.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            "<dc:title>كتاب المدن</dc:title><dc:creator>سعيد</dc:creator><dc:date>2020-05-01"
            "</dc:date></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, body in chapters:
            book.writestr(
                f"OEBPS/{name}",
                f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
                f"<head><title>x</title></head><body>{body}</body></html>",
            )


def test_epub_gives_an_article_a_chapter(tmp_path):
    chapters = [
        ("cover.xhtml", "<h1>غلاف</h1>"),
        ("b.xhtml", f"<h2>الفصل الأول</h2><p>{PARAGRAPH}</p><p>{OTHER}</p>"),
        ("a.xhtml", f"<p>{PARAGRAPH}</p>"),
    ]
    epub(tmp_path / "book.epub", chapters=chapters)
    articles, _ = read(tmp_path / "book.epub")
    assert [article.article_id for article in articles] == ["book/OEBPS/b", "book/OEBPS/a"]
    assert articles[0].title == "الفصل الأول"
    assert articles[0].text == f"{PARAGRAPH}\n\n{OTHER}"
    assert (articles[0].source, articles[0].author, articles[0].published) == (
        "كتاب المدن",
        "سعيد",
        "2020-05-01",
    )


# Broken files


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> dict[str, bytes]:
    """A small file of every format."""
    docx, openpyxl = pytest.importorskip("docx"), pytest.importorskip("openpyxl")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    folder = tmp_path_factory.mktemp("samples")
    epub(folder / "book.epub", chapters=[("b.xhtml", f"<h2>الفصل</h2><p>{PARAGRAPH}</p>")])
    document = docx.Document()
    document.add_paragraph(PARAGRAPH)
    document.save(str(folder / "report.docx"))
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "text"])
    workbook.active.append([1, PARAGRAPH])
    workbook.save(folder / "table.xlsx")
    page = canvas.Canvas(str(folder / "print.pdf"))
    page.drawString(100, 700, "A sentence in a file that will be broken.")
    page.save()
    with zipfile.ZipFile(folder / "news.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", PARAGRAPH)
    for name, content in {
        "page.html": PAGE.replace("CHARSET", "utf-8"),
        "feed.xml": f"<rss><channel><item><description>{PARAGRAPH}</description></item></channel></rss>",
        "table.csv": f'id,text\n1,"{PARAGRAPH}"\n',
        "note.md": f"---\ntitle: x\ndate: 2025-01-01\n---\n# y\n\n{PARAGRAPH}",
        "records.jsonl": '{"id": 1, "text": "abc"}\n' * 3,
        "records.json": '[{"id": 1, "text": "abc"}]',
        "plain.txt": PARAGRAPH,
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "packed.txt.gz").write_bytes(gzip.compress(PARAGRAPH.encode()))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def broken(data: bytes, chance: random.Random) -> bytes:
    hurt = bytearray(data)
    if chance.random() < 0.2:
        return bytes(hurt[: chance.randrange(len(hurt))])
    for _ in range(chance.choice([1, 3, 20, 200])):
        hurt[chance.randrange(len(hurt))] = chance.randrange(256)
    return bytes(hurt)


def test_broken_file_of_any_format_gives_articles_or_a_line_and_nothing_else(samples):
    chance = random.Random(5)
    for name, data in sorted(samples.items()):
        for _ in range(25):
            hurt = broken(data, chance)
            for found in read_file(File(name, "x", suffix_of(name), lambda hurt=hurt: io.BytesIO(hurt))):
                assert isinstance(found, (Article, Skipped))
                assert "\n" not in str(found) or isinstance(found, Article)


@pytest.mark.parametrize(
    ("name", "module", "package"),
    [
        ("page.html", "trafilatura", "trafilatura"),
        ("print.pdf", "pypdfium2", "pypdfium2"),
        ("feed.xml", "lxml.etree", "lxml"),
        ("book.epub", "lxml.etree", "lxml"),
    ],
)
def test_library_that_is_missing_is_named_with_the_command(samples, tmp_path, name, module, package):
    (tmp_path / name).write_bytes(samples[name])
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    # A module that is None in sys.modules cannot be imported: as on a machine that lacks it.
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from index.articles import read_articles\n"
        "say = lambda skipped: print(skipped.reason, skipped.remedy)\n"
        f"print(len(list(read_articles({str(tmp_path)!r}, on_skip=say))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert f"needs the package {package}, which is not installed" in lines[0]
    assert lines[0].endswith("pip install -r requirements-formats.txt")
    assert lines[1] == "1"
