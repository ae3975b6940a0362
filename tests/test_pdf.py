"""PDF files: lines in the order in which they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.articles.bidi import logical_line
from tests.article_files import PARAGRAPH, only, read

pytest.importorskip("pdfminer", reason="pip install -r requirements-formats.txt")

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


def test_pdf_locked_by_a_password_is_named(tmp_path):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    encryption = pytest.importorskip("reportlab.lib.pdfencrypt")
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    page = canvas.Canvas(str(tmp_path / "locked.pdf"), encrypt=encryption.StandardEncryption("secret"))
    page.drawString(100, 700, "Nobody reads this.")
    page.save()
    _, (skipped,) = read(tmp_path)
    assert skipped.reason == "the PDF is locked by a password"
