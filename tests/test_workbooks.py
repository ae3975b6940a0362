"""Excel workbooks: rows as they are, whatever the sheet says of its size, its styles or its charts."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.articles.documents.workbooks import is_date_format
from tests.article_files import OTHER, PARAGRAPH, only, read, written
from tests.office_files import cell, workbook

CASES = Path(__file__).parent / "data" / "cases"
HEADER = f'<row r="1">{cell("A1", "العنوان")}{cell("B1", "النص")}</row>'
ROW = f'<row r="2">{cell("A2", "حديقة")}{cell("B2", PARAGRAPH)}</row>'


def test_wrong_dimension_case_gives_its_article():
    article = only(CASES / "13-wrong-dimension.xlsx")
    assert article.title == "حديقة"
    assert article.text.startswith("افتتحت البلدية حديقة عامة جديدة")


@pytest.mark.parametrize(
    "dimension", ["A1", "A1:A2", "A1:XFD1048576", "ZZZ999999999", "", "B2:A1", "A1:B1048576"]
)
def test_dimension_is_not_believed(tmp_path, dimension):
    rows = f'<dimension ref="{dimension}"/><sheetData>{HEADER}{ROW}</sheetData>'
    article = only(written(tmp_path, "a.xlsx", workbook([("s", rows)])))
    assert (article.article_id, article.title, article.text) == ("a/2", "حديقة", PARAGRAPH)


def test_sheet_of_charts_is_passed_over(tmp_path):
    extra = '<sheet name="رسم" sheetId="9" r:id="chart"/>'
    charts = {"xl/chartsheets/sheet1.xml": "<chartsheet NS/>"}
    content = workbook([("نصوص", HEADER + ROW)], extra=extra, others=charts)
    assert only(written(tmp_path, "a.xlsx", content)).article_id == "a/2"


def test_sheet_without_text_costs_itself_and_names_it(tmp_path):
    prices = f"<row>{cell('A1', 'item')}</row><row>{cell('A2', 'x')}</row>"
    path = written(tmp_path, "a.xlsx", workbook([("أسعار", prices), ("نصوص", HEADER + ROW)]))
    (article,), (skipped,) = read(path)
    assert article.article_id == "a/نصوص/2"
    assert skipped.origin.endswith("a.xlsx!أسعار")


def test_sheet_that_is_damaged_costs_itself(tmp_path):
    path = written(tmp_path, "a.xlsx", workbook([("أ", "<row><c>"), ("ب", HEADER + ROW)]))
    (article,), (skipped,) = read(path)
    assert article.article_id == "a/ب/2"
    assert "damaged" in skipped.reason


def test_cells_without_places_and_rows_above_the_header_are_read(tmp_path):
    rows = (
        f"<row/><row>{cell('', 'العنوان')}{cell('', 'text')}</row><row>{cell('', 'أ')}{cell('', OTHER)}</row>"
    )
    article = only(written(tmp_path, "a.xlsx", workbook([("s", rows)])))
    assert (article.article_id, article.title, article.text) == ("a/3", "أ", OTHER)


def test_values_of_every_kind_are_read(tmp_path):
    names = ["text", "date", "hour", "flag", "error", "formula", "number", "rich"]
    header = "".join(cell(f"{chr(65 + n)}1", name) for n, name in enumerate(names))
    values = (
        '<c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>45360</v></c><c r="C2" s="1"><v>0.5</v></c>'
        '<c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#N/A</v></c>'
        '<c r="F2" t="str"><f>A1&amp;B1</f><v>نتيجة</v></c>'
        '<c r="G2"><v>2.0</v></c><c r="H2" t="s"><v>1</v></c>'
    )
    strings = (
        f"<sst NS><si><t>{PARAGRAPH}_x000D_\n{OTHER}</t></si>"
        "<si><r><t>غني </t></r><r><t>بالألوان</t></r><rPh><t>x</t></rPh></si></sst>"
    )
    styles = '<styleSheet NS><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    content = workbook(
        [("s", f'<row r="1">{header}</row><row r="2">{values}</row>')],
        others={"xl/strings.xml": strings, "xl/styles.xml": styles},
    )
    article = only(written(tmp_path, "a.xlsx", content))
    assert article.text == f"{PARAGRAPH}\n{OTHER}"
    assert article.published == "2024-03-09"
    assert article.extra == {
        "hour": "12:00:00",
        "flag": True,
        "formula": "نتيجة",
        "number": 2,
        "rich": "غني بالألوان",
    }


def test_styles_that_no_library_reads_cost_nothing(tmp_path):
    styles = '<styleSheet NS><fonts><font><color rgb="red"/></font></fonts><cellXfs><xf numFmtId="x"/>'
    content = workbook([("s", HEADER + ROW)], others={"xl/styles.xml": styles})
    assert only(written(tmp_path, "a.xlsx", content)).title == "حديقة"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy\\-mm\\-dd", True),
        ("[$-401]d mmmm", True),
        ("[h]:mm", True),
        ("General", False),
        ('0.00 "days"', False),
        ("[Red]#,##0", False),
        ("0_d", False),
        ("@", False),
    ],
)
def test_format_of_numbers_is_told_from_that_of_dates(code, expected):
    assert is_date_format(code) is expected
