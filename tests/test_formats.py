"""Every format that is read, each from a real file made here."""

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

from index.articles import Article, Skipped, read_articles
from index.articles.bidi import logical_line
from index.articles.files import File, suffix_of
from index.articles.markup import text_of
from index.articles.reading import read_file

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")

PARAGRAPH = (
    "أعلنت محافظة الإسكندرية عن نجاحها في اجتياز المراحل النهائية للمسابقة التي تنظمها حكومة سيول"
    " عاصمة كوريا الجنوبية،"
    " والتي تعتبر من أبرز الجوائز الدولية في مجال التنمية الذكية للمدن، وقد شارك فيها 216 مشروعا من"
    " 123 مدينة."
)
OTHER = (
    "وأوضح المحافظ أن المشروع سيتوسع في العام المقبل ليشمل أحياء أخرى من المدينة، وأن التمويل متوفر بالكامل."
)


def read(path: Path) -> tuple[list[Article], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read_articles([path], on_skip=skipped.append)), skipped


def only(path: Path) -> Article:
    articles, skipped = read(path)
    assert not skipped
    assert len(articles) == 1
    return articles[0]


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


# PDF


PRINTED = """<html dir="rtl" lang="ar"><meta charset="utf-8"><body style="font-size:13pt">
<h1>مدائن تفوز بجائزة المدن الذكية 2025</h1>
<p>تُوِّجت المؤسسة "مدائن" بجائزة Best Projects (X-SDI) Award عن مشروع "التحول الرقمي"، خلال الفترة من
2 – 6 سبتمبر الجاري، وبنسبة 12.5% من 1,200 مشارك.</p>
<p>وقالت مديرة الدائرة (في مدائن): إن الأولوية لا تزال للإنسان. كلا، لا إله إلا الله.</p>
<p dir="ltr">English paragraph with عربي inside and numbers 3.5.</p></body></html>"""


@pytest.fixture(scope="module")
def arabic_pdf(tmp_path_factory, browser) -> Path:
    """Printed by Chromium, which writes positional forms and ligatures, and draws from left to right."""
    path = tmp_path_factory.mktemp("pdf") / "printed.pdf"
    page = browser.new_page()
    page.set_content(PRINTED)
    page.pdf(path=str(path))
    page.close()
    return path


@pytest.mark.browser
def test_pdf_in_arabic_reads_in_logical_order(arabic_pdf):
    pytest.importorskip("pdfminer")
    article = only(arabic_pdf)
    assert article.title == "مدائن تفوز بجائزة المدن الذكية 2025"
    assert (
        'بجائزة Best Projects (X-SDI) Award عن مشروع "التحول الرقمي"، خلال الفترة من 2 – 6 سبتمبر'
        in article.text
    )
    assert "وبنسبة 12.5% من 1,200 مشارك." in article.text
    assert (
        "وقالت مديرة الدائرة (في مدائن): إن الأولوية لا تزال للإنسان. كلا، لا إله إلا الله." in article.text
    )
    assert "English paragraph with عربي inside and numbers 3.5." in article.text
    assert not [char for char in article.text if "\ufb50" <= char <= "\ufefc"]


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (["2", "0", "2", "5", " ", "ﺔ", "ﻨ", "ﺳ"], "سنة 2025"),
        (["%", "1", "2", ".", "5", " ", "ﺔ", "ﺒ", "ﺴ", "ﻧ"], "نسبة 12.5%"),
        (["ﻢ", "ﻋ", " ", "I", "B", "M", " ", "5", " ", "ﻦ", "ﻣ"], "من IBM 5 عم"),
        (["(", "ب", ")", " ", "أ"], "أ (ب)"),
        (["ﻼ", "ﻛ"], "كلا"),
        (["ﷲ"], "الله"),
        (["6", " ", "–", " ", "2", " ", "ﻦ", "ﻣ"], "من 2 – 6"),
    ],
)
def test_line_as_shown_gives_line_as_said(shown, said):
    assert logical_line(shown, right_to_left=True) == said


def test_pdf_drawn_in_positional_forms_gives_letters(tmp_path):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    ttfonts = pytest.importorskip("reportlab.pdfbase.ttfonts")
    from reportlab.pdfbase import pdfmetrics

    font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if not font.exists():
        pytest.skip("the font DejaVu Sans is not installed")
    pdfmetrics.registerFont(ttfonts.TTFont("DejaVu", str(font)))
    page = canvas.Canvas(str(tmp_path / "forms.pdf"))
    page.setFont("DejaVu", 12)
    page.drawRightString(
        550,
        740,
        "2025 \ufe94\ufee8\ufeb3 \ufef2\ufed3 \ufe94\ufef4\ufedb\ufeac\ufedf\u0627"
        " \ufee5\ufeaa\ufee4\ufedf\u0627",
    )
    page.save()
    assert only(tmp_path / "forms.pdf").text == "المدن الذكية في سنة 2025"


def test_pdf_that_is_damaged_or_empty_is_skipped(tmp_path):
    pytest.importorskip("pdfminer")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R")
    (tmp_path / "text.pdf").write_bytes(b"just text")
    page = canvas.Canvas(str(tmp_path / "scan.pdf"))
    page.rect(10, 10, 100, 100)
    page.save()
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    assert sorted(Path(each.origin).name for each in skipped) == ["cut.pdf", "scan.pdf", "text.pdf"]


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


# Feeds


def test_rss_gives_entries_with_their_dates(tmp_path):
    (tmp_path / "feed.xml").write_text(
        '<?xml version="1.0"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>صحيفة</title><language>ar</language><item><title>خبر &amp; خبر</title>"
        f"<link>https://example.org/a</link><guid>https://example.org/?p=1</guid>"
        f"<pubDate>Tue, 30 Sep 2025 08:00:00 +0300</pubDate><dc:creator>منى</dc:creator>"
        f"<description>موجز</description>"
        f"<content:encoded><![CDATA[<p>{PARAGRAPH}</p><p>{OTHER}</p>]]></content:encoded></item>"
        "<item><title>بلا نص</title><link>https://example.org/b</link></item></channel></rss>",
        encoding="utf-8",
    )
    articles, skipped = read(tmp_path / "feed.xml")
    (article,) = articles
    assert article.article_id == "feed/example.org/?p=1"
    assert (article.title, article.source, article.author) == ("خبر & خبر", "صحيفة", "منى")
    assert article.text == f"{PARAGRAPH}\n\n{OTHER}"
    assert (article.url, article.published) == ("https://example.org/a", "2025-09-30T08:00:00+03:00")
    assert "بلا نص" in skipped[0].reason


def test_atom_gives_entries(tmp_path):
    (tmp_path / "feed.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>مدونة</title><entry><title>خبر</title>'
        "<id>tag:example.org,2025:1</id>"
        '<link rel="self" href="https://example.org/self"/><link href="https://example.org/a"/>'
        "<updated>2025-10-01T00:00:00Z</updated>"
        f"<published>2025-09-30T08:00:00Z</published><author><name>منى</name></author><content"
        f' type="html">&lt;p&gt;{PARAGRAPH}&lt;/p&gt;</content></entry></feed>',
        encoding="utf-8",
    )
    article = only(tmp_path / "feed.atom")
    assert (article.url, article.author, article.source) == ("https://example.org/a", "منى", "مدونة")
    assert article.published == "2025-09-30T08:00:00+00:00"
    assert article.text == PARAGRAPH


def test_wordpress_export_gives_published_posts_and_pages(tmp_path):
    def item(number: int, kind: str, status: str) -> str:
        return (
            f"<item><title>خبر {number}</title><link>https://example.org/{number}</link>"
            f"<content:encoded><![CDATA[<p>{PARAGRAPH} {number}</p>]]>"
            f"</content:encoded><wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2025-09-30"
            f" 08:00:00</wp:post_date_gmt>"
            f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><category"
            f" domain='category'>محليات</category></item>"
        )

    kinds = [
        (1, "post", "publish"),
        (2, "post", "draft"),
        (3, "attachment", "inherit"),
        (4, "page", "publish"),
        (5, "nav_menu_item", "publish"),
    ]
    (tmp_path / "export.xml").write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
        f"<title>مدونة</title>{''.join(item(*each) for each in kinds)}</channel></rss>",
        encoding="utf-8",
    )
    articles, skipped = read(tmp_path / "export.xml")
    assert not skipped
    assert [article.article_id for article in articles] == ["export/1", "export/4"]
    assert articles[0].published == "2025-09-30T08:00:00+00:00"
    assert articles[0].extra["categories"] == ["محليات"]


def test_xml_with_entities_or_malformed_is_skipped(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item>'
        "<title>&b;</title></item></channel></rss>"
    )
    (tmp_path / "bomb.xml").write_text(bomb, encoding="utf-8")
    (tmp_path / "cut.xml").write_text("<rss><channel><item>", encoding="utf-8")
    (tmp_path / "other.xml").write_text("<svg><g/></svg>", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    reasons = {Path(each.origin).name: each.reason for each in skipped}
    assert "entities" in reasons["bomb.xml"]
    assert "malformed (line 1" in reasons["cut.xml"]
    assert "no feed" in reasons["other.xml"]


# Archives


def test_zip_gives_members_with_ids_below_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2025/a.txt", PARAGRAPH)
        archive.writestr("b.md", f"---\ntitle: عنوان\n---\n{OTHER}")
        archive.writestr("img/logo.png", b"\x89PNG")
        archive.writestr("__MACOSX/._a.txt", b"x")
        archive.writestr("../../escape.txt", OTHER)
        archive.writestr("inner.zip", b"PK")
    articles, skipped = read(tmp_path / "news.zip")
    assert sorted(article.article_id for article in articles) == ["news/2025/a", "news/b", "news/escape"]
    assert [each.reason for each in skipped] == ["it is an archive within an archive"]
    assert sorted(path.name for path in tmp_path.parent.rglob("escape*")) == []


def test_zip_with_unmarked_utf8_names_gives_readable_ids(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
        archive.writestr("xx-name.txt", PARAGRAPH)
    data = (tmp_path / "news.zip").read_bytes()
    (tmp_path / "news.zip").write_bytes(data.replace(b"xx-name", "خبر1".encode()))
    assert only(tmp_path / "news.zip").article_id == "news/خبر1"


def test_zip_bomb_and_damaged_member_are_skipped_and_others_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "news.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"a" * 30_000_000)
        archive.writestr("good.txt", PARAGRAPH)
        archive.writestr(zipfile.ZipInfo("hurt.txt"), OTHER * 3)
    data = bytearray((tmp_path / "news.zip").read_bytes())
    place = data.rindex(OTHER.encode()[:40], 0, data.index(b"PK\x01\x02"))
    data[place + 5] ^= 0xFF
    (tmp_path / "news.zip").write_bytes(data)
    articles, skipped = read(tmp_path / "news.zip")
    assert [article.article_id for article in articles] == ["news/good"]
    assert {each.origin.rpartition("!")[2] for each in skipped} == {"bomb.txt", "hurt.txt"}


def test_gzip_of_any_text_format_is_read_and_damage_named(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(PARAGRAPH.encode()))
    (tmp_path / "b.md.gz").write_bytes(gzip.compress(f"# عنوان\n\n{OTHER}".encode()))
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(OTHER.encode())[:-12])
    articles, skipped = read(tmp_path)
    assert [article.article_id for article in articles] == ["a", "b"]
    assert "damaged" in skipped[0].reason


def test_pruning_follows_what_an_archive_holds(tmp_path):
    from index.build import build
    from index.encoder import HashingEncoder

    def pack(*names: str) -> Path:
        with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
            for name in names:
                archive.writestr(name, f"{name}\n\n{PARAGRAPH} {name}")
        return tmp_path / "news.zip"

    def run(path: Path) -> tuple[int, int, int]:
        made = build(
            [path], tmp_path / "index", encoder=HashingEncoder(dimension=64), prune=True, progress=False
        )
        return made.added, made.unchanged, made.removed

    (tmp_path / "other.txt").write_text(OTHER, encoding="utf-8")
    assert run(pack("a.txt", "b.txt")) == (2, 0, 0)
    assert run(tmp_path / "other.txt") == (1, 0, 0)  # the archive was not asked for and is still there
    assert run(pack("b.txt")) == (0, 1, 1)
    (tmp_path / "news.zip").unlink()
    assert run(tmp_path / "other.txt") == (0, 1, 1)


def test_pdf_locked_by_a_password_is_named(tmp_path):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    encryption = pytest.importorskip("reportlab.lib.pdfencrypt")
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    page = canvas.Canvas(str(tmp_path / "locked.pdf"), encrypt=encryption.StandardEncryption("secret"))
    page.drawString(100, 700, "Nobody reads this.")
    page.save()
    _, (skipped,) = read(tmp_path)
    assert skipped.reason == "the PDF is locked by a password"


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
        ("print.pdf", "pdfminer.layout", "pdfminer"),
        ("report.docx", "docx", "docx"),
        ("table.xlsx", "openpyxl", "openpyxl"),
        ("feed.xml", "defusedxml.ElementTree", "defusedxml"),
        ("book.epub", "defusedxml.ElementTree", "defusedxml"),
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
