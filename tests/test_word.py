"""Word documents as a reader sees them: changes accepted, wrappers opened, notes and boxes in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.article_files import OTHER, PARAGRAPH, only, read, written
from tests.office_files import notes, paragraph, run, word

CASES = Path(__file__).parent / "data" / "cases"


def text_of_body(folder: Path, body: str, others: dict[str, str] | None = None) -> str:
    """The text that a body gives below a first paragraph, which keeps a short one from being a title."""
    path = written(folder, "a.docx", word(paragraph(PARAGRAPH) + body, others=others))
    return only(path).text.removeprefix(PARAGRAPH).strip()


def test_tracked_changes_case_reads_as_word_shows_it():
    article = only(CASES / "09-tracked-changes.docx")
    assert article.title == "تقرير النادي"
    assert (
        article.text == "بلغ عدد الأعضاء خمسين عضوا في نهاية السنة.\n\nووافق المجلس على الميزانية يوم الأحد."
    )


def test_field_case_reads_results_and_smart_tags():
    article = only(CASES / "11-field.docx")
    assert article.title == "خبر قصير"
    assert article.text == "يمتد المشروع على سبع سنوات.\n\nحضر رئيس الجامعة حفل الافتتاح."


def test_notes_case_reads_footnote_box_and_nested_table():
    article = only(CASES / "12-footnote-box-nested.docx")
    for sentence in (
        "بلغت الكلفة أربعين ألف دينار.",
        "تنبيه: يغلق المبنى في السادسة مساء.",
        "المقاول هو شركة النور.",
    ):
        assert sentence in article.text.split("\n")


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = FIELD.format("begin"), FIELD.format("separate"), FIELD.format("end")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        # Changes
        (f"{run('قبل ')}<w:del>{run('محذوف ')}</w:del>{run('بعد')}", "قبل بعد"),
        (
            run("بعد") + f"<w:moveFrom>{run(' نقل من')}</w:moveFrom><w:moveTo>{run(' نقل إلى')}</w:moveTo>",
            "بعد نقل إلى",
        ),
        (f"<w:ins><w:ins>{run('إدراج في إدراج')}</w:ins></w:ins>", "إدراج في إدراج"),
        (f"<w:ins>{run('أدرج ')}<w:del>{run('ثم حذف')}</w:del></w:ins>{run('هنا')}", "أدرج هنا"),
        ("<w:r><w:delText>نص محذوف</w:delText></w:r>" + run("بقي"), "بقي"),
        (run("ظاهر") + run(" مخفي", "<w:vanish/>"), "ظاهر"),
        (run("ظاهر") + run(" ليس مخفيا", '<w:vanish w:val="0"/>'), "ظاهر ليس مخفيا"),
        # Wrappers
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('في عنصر تحكم')}</w:sdtContent></w:sdt>", "في عنصر تحكم"),
        (
            run("أ") + f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('انقر هنا')}"
            "</w:sdtContent></w:sdt>",
            "أ",
        ),
        (f"<w:smartTag><w:smartTag>{run('وسم في وسم')}</w:smartTag></w:smartTag>", "وسم في وسم"),
        (f"<w:customXml>{run('مخصص')}</w:customXml>", "مخصص"),
        (f"<w:hyperlink>{run('رابط')}<w:ins>{run(' مدرج')}</w:ins></w:hyperlink>", "رابط مدرج"),
        (f"<w:bdo><w:dir>{run('اتجاه')}</w:dir></w:bdo>", "اتجاه"),
        (f"<w:fldSimple><w:ins>{run('نتيجة')}</w:ins></w:fldSimple>", "نتيجة"),
        (
            f"{BEGIN}<w:r><w:instrText> DATE </w:instrText></w:r>{SEPARATE}{run('٢٠٢٤')}{END}{run(' م')}",
            "٢٠٢٤ م",
        ),
        (
            f"{BEGIN}<w:r><w:instrText>IF </w:instrText></w:r>{BEGIN}{SEPARATE}{run('شرط')}{END}{SEPARATE}"
            f"{run('نتيجة الشرط')}{END}",
            "نتيجة الشرط",
        ),
        # Signs
        (
            "<w:r><w:t>ستة</w:t><w:noBreakHyphen/><w:t>سبعة</w:t><w:tab/><w:t>ثمانية</w:t></w:r>",
            "ستة-سبعة\tثمانية",
        ),
        ("<w:r><w:t>سطر</w:t><w:br/><w:t>سطر آخر</w:t></w:r>", "سطر\nسطر آخر"),
        (
            '<w:r><w:sym w:font="x" w:char="00B1"/><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'
            + run(" خمسة"),
            "± خمسة",
        ),
        (f"<m:oMath><m:r><m:t>س=٢</m:t></m:r></m:oMath>{run(' معادلة')}", "س=٢ معادلة"),
        (
            f"<w:r><w:ruby><w:rt>{run('قراءة')}</w:rt><w:rubyBase>{run('أصل')}</w:rubyBase></w:ruby></w:r>",
            "أصل",
        ),
    ],
)
def test_inner_markup_gives_what_a_reader_sees(tmp_path, inner, expected):
    assert text_of_body(tmp_path, paragraph(inner)) == expected


def test_paragraph_whose_mark_was_deleted_goes_on_in_the_next(tmp_path):
    body = paragraph("بلغ العدد ", properties="<w:rPr><w:del/></w:rPr>") + paragraph("خمسين عضوا.")
    assert text_of_body(tmp_path, body) == "بلغ العدد خمسين عضوا."


def test_deleted_row_is_left_out_and_inserted_row_read(tmp_path):
    rows = [("<w:del/>", "محذوف"), ("<w:ins/>", "مدرج"), ("", "باق")]
    table = "".join(
        f"<w:tr><w:trPr>{change}</w:trPr><w:tc>{paragraph(text)}</w:tc><w:tc>{paragraph('٥')}</w:tc></w:tr>"
        for change, text in rows
    )
    assert text_of_body(tmp_path, f"<w:tbl>{table}</w:tbl>") == "مدرج ٥\n\nباق ٥"


def test_block_control_and_control_around_row_and_cell_are_read(tmp_path):
    cell = f"<w:sdt><w:sdtContent><w:tc>{paragraph('خلية')}</w:tc></w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cell}<w:tc>{paragraph('أخرى')}</w:tc></w:tr></w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtContent>{paragraph(OTHER)}<w:tbl>{row}</w:tbl></w:sdtContent></w:sdt>"
    assert text_of_body(tmp_path, body) == f"{OTHER}\n\nخلية أخرى"


def test_equal_cells_are_both_read_and_merged_ones_once(tmp_path):
    merged = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph("دمج")}</w:tc>'
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('دمج')}</w:tc>"
    five = f"<w:tc>{paragraph('٥')}</w:tc>"
    body = f"<w:tbl><w:tr>{merged}{five}{five}</w:tr><w:tr>{below}{five}{five}</w:tr></w:tbl>"
    assert text_of_body(tmp_path, body) == "دمج ٥ ٥\n\n٥ ٥"


def test_contents_of_the_document_are_left_out(tmp_path):
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = f"<w:sdt>{gallery}<w:sdtContent>{paragraph('الفصل الأول ٣')}</w:sdtContent></w:sdt>" + paragraph(
        OTHER
    )
    assert text_of_body(tmp_path, body) == OTHER


def test_text_box_in_both_drawings_is_read_once_and_after_its_paragraph(tmp_path):
    box = f"<w:txbxContent>{paragraph('تنبيه: يغلق المبنى.')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text_of_body(tmp_path, paragraph("أول ", drawing, "وآخر")) == "أول وآخر\n\nتنبيه: يغلق المبنى."


@pytest.mark.parametrize("kind", ["footnotes", "endnotes"])
def test_notes_stand_below_the_paragraph_that_cites_them(tmp_path, kind):
    cited = f'<w:r><w:{kind[:-1]}Reference w:id="2"/></w:r>'
    others = {f"word/{kind}.xml": notes(kind, {"-1": "فاصل", "2": "ملاحظة في الحاشية."})}
    body = paragraph("جملة", cited, ".") + paragraph(OTHER)
    assert text_of_body(tmp_path, body, others) == f"جملة.\n\nملاحظة في الحاشية.\n\n{OTHER}"


def test_note_of_a_table_cell_stands_below_its_row(tmp_path):
    cited = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = f"<w:tbl><w:tr><w:tc>{paragraph('خلية', cited)}</w:tc><w:tc>{paragraph('٩')}</w:tc></w:tr></w:tbl>"
    others = {"word/footnotes.xml": notes("footnotes", {"2": "عن الخلية."})}
    assert text_of_body(tmp_path, body, others) == "خلية ٩\n\nعن الخلية."


def test_main_part_of_another_name_and_damaged_styles_are_no_obstacle(tmp_path):
    content = word(paragraph(PARAGRAPH), main="word/document2.xml", others={"word/styles.xml": "<w:styles"})
    assert only(written(tmp_path, "a.docx", content)).text == PARAGRAPH


def test_notes_that_are_damaged_cost_the_file_in_one_line(tmp_path):
    cited = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    content = word(paragraph(PARAGRAPH, cited), others={"word/footnotes.xml": "<w:footnotes NS>"})
    written(tmp_path, "a.docx", content)
    written(tmp_path, "good.txt", OTHER)
    articles, (skipped,) = read(tmp_path)
    assert [article.article_id for article in articles] == ["good"]
    assert "footnotes.xml is damaged" in skipped.reason
