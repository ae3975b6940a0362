"""PDF files: lines in the order in which they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies

from index.articles.pdf.bidi import logical_line
from index.articles.pdf.brackets import as_shown
from tests.article_files import PARAGRAPH, only, read
from tests.pdf_files import document, document_of_glyphs

pytest.importorskip("pypdfium2", reason="pip install -r requirements-formats.txt")

CASES = Path(__file__).parent / "data" / "cases"
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
@pytest.mark.parametrize("spacing", ["1.4", "1.9", "2.4"])
def test_pdf_set_with_wide_lines_has_its_paragraphs(tmp_path, browser, spacing):
    sentence = "أكدت المهندسة مديرة المشروع أن الجسر يتحمل مرور ثمانية عشر ألف مركبة في اليوم الواحد"
    told = [" ".join(f"{sentence} {number}." for number in numbers) for numbers in (range(6), range(6, 12))]
    page = browser.new_page()
    page.set_content(
        f'<body dir="rtl" style="font-size: 18px; line-height: {spacing}; text-align: justify">'
        + "".join(f'<p style="margin: 60px 0">{text}</p>' for text in told)
    )
    page.pdf(path=str(tmp_path / "spaced.pdf"))
    page.close()
    assert only(tmp_path / "spaced.pdf").text == "\n\n".join(told)


@pytest.mark.browser
def test_pdf_in_arabic_reads_in_logical_order(arabic_pdf):
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


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "01-word-runs",
            [
                "يستخدم المركز لغة Python ولغة R في تحليل بيانات المرضى كل يوم.",
                "أعلن المدير أن عدد الزوار بلغ 1250 زائرا خلال عام 2024 في المتحف.",
                "وقال إن الفريق سيضيف مكتبة pandas إلى البرنامج في الشهر القادم.",
            ],
        ),
        ("02-number-lost", ["ويسري الإعفاء وفق الفقرة 7 من قانون البلديات الجديد"]),
        (
            "03-bracket-number",
            [
                "افتتح المعرض في مدينة صلالة (الطابق 3) صباح الخميس الماضي.",
                "وتنص المادة (7) من اللائحة على أن الدخول مجاني للطلاب.",
                "وصدر القرار رقم [15] عام (2024) ونشر في الجريدة.",
            ],
        ),
        (
            "05-vowel-signs",
            [
                "كَتَبَ الطَّالِبُ الدَّرْسَ فِي الدَّفْتَرِ ثُمَّ قَر",
                "عَلَى المُعَلِّمِ.",
                "وَحَضَرَتِ السَّيِّدَةُ",
                "المَدْرَسَةِ صَبَاحًا.",
            ],
        ),
        (
            "07-numbered-pages",
            ["المادة 1", "يحق لكل موظف", "المادة 2", "لا يجوز فصل", "المادة 3", "تصرف المكافأة"],
        ),
        (
            "08-letter-head",
            ["التاريخ: 3 مارس 2024", "السيد مدير المتحف المحترم", "نشكركم", "وقد زار", "ونرجو"],
        ),
        (
            "49-form-xobject",
            [
                "أعلنت البلدية",
                "ويبدأ العمل",
                "وتبلغ كلفة المشروع مليوني دينار تدفعها البلدية على ثلاث سنوات.",
            ],
        ),
    ],
)
def test_pdf_of_a_case_reads_whole_and_in_order(name, lines):
    article = only(CASES / f"{name}.pdf")
    text = f"{article.title}\n{article.text}"
    places = [text.rfind(line) for line in lines]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (")2024( ماع", "عام (2024)"),
        ("(2024( ماع", "عام (2024)"),
        ("لاق (1", "1) قال"),
        ("(4)(ב)15", "15(ב)(4)"),
        (".Google LLCو Microsoft Corporation (MSFT) لثم", "مثل Microsoft Corporation (MSFT) وGoogle LLC."),
        ("(Linux) 5.15 رادصإ", "إصدار 5.15 (Linux)"),
        ("97.5% קויד", "דיוק 97.5%"),
        ("%97.5 ةقد", "دقة 97.5%"),
        ("2-6 ןיב", "בין 2-6"),
        ("6-2 نيب", "بين 2-6"),
        ("12/03/2024 نم", "من 12/03/2024"),
        ("5- ةرارح", "حرارة -5"),
        ("UTF-8 زيمرت", "ترميز UTF-8"),
        ("timeout: 30 ةميقلا", "القيمة timeout: 30"),
    ],
)
def test_line_with_numbers_brackets_and_latin_gives_line_as_said(shown, said):
    assert logical_line(list(shown), right_to_left=True) == said


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("English يبرع text 5", "English عربي text 5"),
        ("English 3 يبرع 5 يبرع text", "English 3 عربي 5 عربي text"),
        ("English (يبرع) text", "English (عربي) text"),
    ],
)
def test_latin_line_with_arabic_words_gives_line_as_said(shown, said):
    assert logical_line(list(shown), right_to_left=False) == said


GLYPHS = strategies.lists(strategies.sampled_from([*"ابשל abc 123٣.,:/%-()[]«»", "لا", "َ"]), max_size=40)


@given(GLYPHS, strategies.booleans())
def test_line_of_any_glyphs_loses_and_adds_none(glyphs, right_to_left):
    said = logical_line(glyphs, right_to_left=right_to_left)
    brackets = str.maketrans("([«", ")]»")
    assert sorted(said.translate(brackets)) == sorted("".join(glyphs).translate(brackets))


@given(GLYPHS)
def test_brackets_as_shown_change_nothing_else(glyphs):
    shown = as_shown(glyphs)
    assert [glyph for glyph in shown if glyph not in "()[]«»"] == [
        glyph for glyph in glyphs if glyph not in "()[]«»"
    ]


def hand_written(tmp_path: Path, content: str, **parts) -> str:
    path = tmp_path / "page.pdf"
    path.write_bytes(document(content.encode("ascii"), **parts))
    article = only(path)
    return f"{article.title}\n{article.text}"


def test_letters_drawn_in_any_order_read_as_they_stand(tmp_path):
    words = ["BT /F1 12 Tf"]
    placed = [
        (100, 700, "Quick"),
        (140, 700, "foxes"),
        (180, 700, "jump."),
        (100, 680, "Second"),
        (150, 680, "line."),
    ]
    words += [f"1 0 0 1 {x} {y} Tm ({word}) Tj" for x, y, word in reversed(placed)]
    text = hand_written(tmp_path, "\n".join([*words, "ET"]))
    assert "Quick foxes jump." in text
    assert "Second line." in text


@pytest.mark.parametrize(
    ("matrix", "page"),
    [("0 1 -1 0 400 100", b"/Rotate 90"), ("0 -1 1 0 100 700", b""), ("-1 0 0 -1 500 700", b"")],
)
def test_page_that_is_turned_reads_along_its_lines(tmp_path, matrix, page):
    content = f"BT /F1 12 Tf 14 TL {matrix} Tm (The first line of it) Tj T* (and the second one.) Tj ET"
    text = hand_written(tmp_path, content, page=page)
    assert "The first line of it and the second one." in " ".join(text.split())


def test_columns_of_prose_read_one_after_the_other(tmp_path):
    lines = [
        f"1 0 0 1 {x} {700 - 14 * number} Tm ({side} line {number} with words to fill it all) Tj"
        for number in range(6)
        for x, side in ((50, "Left"), (320, "Right"))
    ]
    text = hand_written(tmp_path, "\n".join(["BT /F1 10 Tf", *lines, "ET"]))
    assert text.rfind("Left line 5") < text.find("Right line 0")


def test_table_reads_row_by_row(tmp_path):
    cells = [
        f"1 0 0 1 {x} {700 - 14 * row} Tm ({name}{row}) Tj"
        for x, name in ((400, "Year"), (50, "City"), (230, "Count"))
        for row in range(6)
    ]
    text = hand_written(tmp_path, "\n".join(["BT /F1 10 Tf", *cells, "ET"]))
    assert "City3 Count3 Year3" in text


def test_running_title_and_page_numbers_go_and_what_differs_stays(tmp_path):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    page = canvas.Canvas(str(tmp_path / "book.pdf"))
    for number in range(1, 6):
        page.drawString(70, 800, "The Book of Cities")
        page.drawString(500, 800, str(number + 10))
        page.drawString(70, 760, f"Article {number}")
        page.drawString(70, 740, f"Every town shall keep {number * 7} gardens and a well.")
        page.showPage()
    page.save()
    text = only(tmp_path / "book.pdf").text
    assert "The Book of Cities" not in text
    assert "12" not in text
    assert all(f"Article {number}" in text for number in range(2, 6))
    assert "21 gardens" in text


def test_pdf_whose_fonts_name_no_letters_is_refused_for_that(tmp_path):
    (tmp_path / "good.txt").write_text(PARAGRAPH, encoding="utf-8")
    (tmp_path / "nameless.pdf").write_bytes(
        document(b"BT /F1 12 Tf 100 700 Td <00010002> Tj ET").replace(
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font"
            b"/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/DW 600>>]>>",
        )
    )
    _, (skipped,) = read(tmp_path)
    assert "do not say which letters" in skipped.reason


def test_page_that_is_damaged_costs_itself_alone(tmp_path):
    (tmp_path / "loop.pdf").write_bytes(
        document(b"BT /F1 12 Tf 100 700 Td (A page that can be read.) Tj ET", pages=b"3 0 R 2 0 R", count=2)
    )
    articles, (skipped,) = read(tmp_path)
    assert "A page that can be read" in articles[0].text
    assert "left out: 2" in skipped.reason


def test_space_that_ends_a_latin_run_is_spoken_behind_it():
    from index.articles.pdf.columns import lines_of
    from index.articles.pdf.letters import Glyph

    # As Word draws "و" + "R " + "من" from the right: the run "R " keeps its space on its own right.
    placed = [("ن", 0, 1), ("م", 5, 1), ("R", 10, 2), (" ", 17, 2), ("و", 20, 3)]
    glyphs = [
        Glyph(text, x, x + (7 if text == "R" else 3 if text == " " else 5), 0, 8, x, 0, 10.0, 0, place, run)
        for place, (text, x, run) in enumerate(placed)
    ]
    (line,) = lines_of(glyphs, right_to_left=True)
    assert line.text(right_to_left=True) == "وR من"


@pytest.mark.parametrize(
    ("glyph", "said"),
    [
        ("مدينة", "بالمدينة مدينة"),
        ("عام 2024", "بالمدينة عام 2024"),
        ("م5", "بالمدينة م5"),
        ("لا", "بالمدينة لا"),
        ("\ufefb", "بالمدينة لا"),
        ("لله", "بالمدينة لله"),
        ("1.", "بالمدينة 1."),
        ("(ب)", "بالمدينة (ب)"),
        ("SDI", "بالمدينة SDI"),
        ("SDI 12", "بالمدينة SDI 12"),
        ("\u200fعام", "بالمدينة عام"),
        ("ص)", "بالمدينة ص)"),
        ("ك\u064e", "بالمدينة كَ"),
        ("ff", "بالمدينة ff"),
    ],
)
@pytest.mark.parametrize("first", ["drawn first", "drawn last"])
def test_glyph_of_several_characters_keeps_their_order(tmp_path, glyph, said, first):
    placed = [(300.0, glyph), (330.0, "بالمدينة")]
    path = tmp_path / "glyphs.pdf"
    path.write_bytes(document_of_glyphs(placed if first == "drawn first" else placed[::-1]))
    assert only(path).text == said
