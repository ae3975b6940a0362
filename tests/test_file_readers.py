"""Text files of every kind as their readers find them: what can be read is, what cannot costs itself."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import Article, Skipped, read_articles
from index.articles.drafts.values import names_of, plain_value
from index.articles.files.guard import SKIPPED_AT_MOST, guarded, refusal
from index.articles.files.sources import File, Unreadable
from index.articles.reading import read_file
from tests.article_files import BODY, OTHER, PARAGRAPH, only, read, written
from tests.office_files import archive

CASES = Path(__file__).parent / "data" / "cases"


def read_bytes(name: str, content: bytes) -> list[Article | Skipped]:
    """What a file of this name and content gives."""
    suffix = name[name.index(".") :]
    return list(read_file(File(name, "x", suffix, lambda: io.BytesIO(content))))


# The guard


@pytest.mark.parametrize(
    "error",
    [
        RecursionError("deep"),
        MemoryError(),
        OverflowError("int too large"),
        KeyError("x"),
        AssertionError("a\nb"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"),
        StopIteration(),
        OSError("gone"),
        EOFError("cut"),
    ],
)
def test_whatever_a_reader_raises_is_one_line_after_what_it_gave(error):
    def reader() -> Iterator[str]:
        yield "first"
        raise error

    first, skipped = guarded(reader, "a.txt")
    assert first == "first"
    assert isinstance(skipped, Skipped)
    assert len(str(skipped).splitlines()) == 1
    str(skipped).encode()


def test_guard_lets_the_interrupt_of_the_user_through():
    def reader() -> Iterator[str]:
        raise KeyboardInterrupt
        yield ""

    with pytest.raises(KeyboardInterrupt):
        list(guarded(reader, "a.txt"))


def test_refusal_of_a_long_message_is_short():
    assert len(refusal(ValueError("x" * 10**6)).reason) < 200


def test_many_bad_records_are_counted_not_listed():
    content = b"{bad\n" * (SKIPPED_AT_MOST + 5)
    found = read_bytes("a.jsonl", content)
    assert len(found) == SKIPPED_AT_MOST + 1
    assert "5 more" in found[-1].reason


# Markdown


def test_html_blocks_case_gives_all_four_sentences():
    article = only(CASES / "28-div-rtl.md")
    assert article.title == "حديقة جديدة"
    assert article.text.split("\n\n") == [
        "افتتحت البلدية حديقة عامة جديدة وسط المدينة بحضور السكان، وقال رئيس البلدية إن الحديقة تضم مئة شجرة"
        " وملعبا للأطفال.",
        "وزار الوزير الحديقة مساء الأحد.",
        "الكلفة\nبلغت الكلفة نصف مليون دينار.",
        "انتهى الخبر هنا كما ورد من البلدية.",
    ]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ('<div dir="rtl">\nسطر\nيتبعه سطر\n</div>', "سطر يتبعه سطر"),
        ('<div dir="rtl">\n\n**غامق** هنا\n\n</div>', "غامق هنا"),
        ("<center>\n<b>في الوسط</b>\n</center>", "في الوسط"),
        ("<ul>\n<li>أول</li>\n<li>ثان</li>\n</ul>", "أول\nثان"),
        ("<!-- تعليق -->", ""),
        ("<script>\nx()\n\ny()\n</script>", ""),
        ("<style>\np {}\n</style>", ""),
        ('<blockquote dir="rtl">قال &quot;نعم&quot;</blockquote>', 'قال "نعم"'),
        ("<table>\n<tr><td>أ</td><td>ب</td></tr>\n</table>", "أ ب"),
        ("سطر<br>\nوسطر <span dir='rtl'>داخله</span> &amp; بعده", "سطر\n وسطر داخله & بعده"),
        ("\\*نجمة\\* &copy;", "*نجمة* ©"),
    ],
)
def test_html_in_markdown_is_read_as_a_page_shows_it(tmp_path, markdown, text):
    article = only(written(tmp_path, "a.md", f"{PARAGRAPH}\n\n{markdown}\n\n{OTHER}\n"))
    assert article.text == "\n\n".join(filter(None, [PARAGRAPH, text, OTHER]))


def test_author_mapping_case_gives_the_name():
    assert only(CASES / "29-author-mapping.md").author == "سعاد كريم"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"name": "سعاد كريم", "email": "x@example.org"}, "سعاد كريم"),
        ([{"name": "سعاد"}, "علي"], "سعاد، علي"),
        ([{"name": {"given": "سعاد", "family": "كريم"}}], "سعاد كريم"),
        ([{"name": {"literal": "سعاد كريم"}}], "سعاد كريم"),
        ({"first": {"name": "سعاد"}, "second": {"name": "علي"}}, "سعاد، علي"),
        ([{"first_name": "Jo", "last_name": "Ann"}, {"display_name": "Bo"}], "Jo Ann, Bo"),
        ({"url": "https://example.org"}, None),
        ([], None),
        (["سعاد", "سعاد", ""], "سعاد"),
        (True, None),
    ],
)
def test_people_are_named_however_they_are_written(value, names):
    assert names_of(value) == names


def test_author_of_a_record_is_named_as_in_front_matter(tmp_path):
    record = {"id": 1, "text": BODY, "author": [{"name": "سعاد"}], "source": {"name": "المدينة"}}
    article = only(written(tmp_path, "a.jsonl", json.dumps(record)))
    assert (article.author, article.source) == ("سعاد", "المدينة")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("!!bool x", "x"),
        ("!!timestamp x", "x"),
        ("!!int نص", "نص"),
        ("!!float x", "x"),
        ("!expr today()", "today()"),
        ("9" * 6_000, "9" * 6_000),
        ("0x" + "f" * 6_000, "0x" + "f" * 6_000),
        ("1" + ":59" * 400, "1" + ":59" * 400),
        ('"\\ud800"', "\ufffd"),
        ('"\\ud83d\\ude00 \\\\ud800 \\udc00"', "😀 \\ud800 \ufffd"),
        (".nan", None),
        ("-.inf", None),
        ("2025-02-31", "2025-02-31"),
        ("1e999", "1e999"),
    ],
)
def test_value_that_its_tag_does_not_fit_stays_as_written(tmp_path, value, kept):
    path = written(tmp_path, "a.md", f"---\nkey: {value}\n---\n{BODY}\n")
    article = only(path)
    assert article.extra == {"key": kept}
    json.dumps(article.extra, allow_nan=False).encode()


@pytest.mark.parametrize(
    "matter", ["a: " + "[" * 60_000, "- " * 20_000, "a: {" * 20_000, "x: " + "y" * 70_000]
)
def test_front_matter_that_is_deep_or_long_is_refused_in_a_line(matter):
    [skipped] = read_bytes("a.md", f"---\n{matter}\n---\n{BODY}".encode())
    assert isinstance(skipped, Skipped)


# Records


@pytest.mark.parametrize("deep", ["[" * 600 + "]" * 600, '{"a":' * 600 + "1" + "}" * 600, "[" * 100_000])
def test_record_that_is_nested_deep_costs_itself(deep):
    lines = [
        '{"id": 1, "text": "نص أول"}',
        f'{{"id": 2, "text": "نص", "k": {deep}}}',
        '{"id": 3, "text": "ثالث"}',
    ]
    found = read_bytes("a.jsonl", "\n".join(lines).encode())
    assert [type(item) for item in found] == [Article, Skipped, Article]
    assert found[1].line == 2
    if deep.endswith(("]", "}")):
        found = read_bytes("a.json", ("[" + ",".join(lines) + "]").encode())
        assert [type(item) for item in found] == [Article, Skipped, Article]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", '{"a": [NaN]}'])
def test_what_is_no_number_never_reaches_an_article(value):
    [article] = read_bytes("a.jsonl", f'{{"id": 1, "text": "نص", "title": {value}, "k": {value}}}'.encode())
    assert article.title == "نص"
    json.dumps(dict(article.extra), allow_nan=False)


def test_huge_integers_of_a_record_are_kept_as_written():
    digits = "9" * 5_000
    [article] = read_bytes(
        "a.jsonl", f'{{"id": {digits}, "text": "نص", "k": {digits}, "published": {digits}}}'.encode()
    )
    assert article.article_id == digits
    assert article.extra["k"] == digits


def test_record_of_a_list_that_is_malformed_costs_itself():
    found = read_bytes("a.json", b'[{"id": 1, "text": "a b"}, {"id": 2 "text": "x"}, {"id": 3, "text": "c"}]')
    assert [type(item) for item in found] == [Article, Skipped, Article]
    assert found[1].reason.startswith("record 2: ")


def test_list_that_is_cut_off_gives_what_is_whole():
    found = read_bytes("a.json", b'[{"id": 1, "text": "a b"}, {"id": 2, "text": "x')
    assert [type(item) for item in found] == [Article, Skipped]
    assert "does not end" in found[1].reason


def test_plain_value_refuses_what_is_deeper_than_json_writes():
    value: list = []
    for _ in range(100):
        value = [value]
    with pytest.raises(Unreadable):
        plain_value(value)


# Tables


def test_sep_line_case_gives_its_article():
    article = only(CASES / "15-sep-line.csv")
    assert article.title == "حديقة"
    assert article.text.startswith("افتتحت البلدية")


@pytest.mark.parametrize(
    "content",
    [
        "\nid,text\n1,{0}\n",
        "\r\n\r\nid,text\r\n1,{0}\r\n",
        ",,\n\nid,text\n1,{0}\n",
        "id,text\r1,{0}\r",
        'id,text\r1,"{0}"\r',
        "id,text\n1,{0}\r",
        "sep=,\nid,text\n1,{0}\n",
        '"sep=|"\r\nid|text\r\n1|{0}\r\n',
        "\nSEP=;\nid;text\n1;{0}\n",
        "sep=\t\nid\ttext\n1\t{0}\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_table_is_read_whatever_its_lines_end_with_and_begin_with(tmp_path, content, encoding):
    data = content.replace("{0}", OTHER.replace(",", "")).encode(encoding)
    article = only(written(tmp_path, "t.csv", data))
    assert (article.article_id, article.text) == ("1", OTHER)


def test_huge_field_is_read_and_too_huge_a_one_costs_its_row():
    large = "كلمة " * 60_000
    found = read_bytes("t.csv", f'id,text\n1,"{large}"\n2,{OTHER}\n'.encode())
    assert [type(item) for item in found] == [Article, Article]
    found = read_bytes("t.csv", b'id,text\n1,"' + b"word " * 4_000_000 + b'"\n2,' + OTHER.encode())
    assert [type(item) for item in found] == [Skipped, Article]


def test_huge_first_line_is_refused_in_one_line():
    [skipped] = read_bytes("t.csv", b"x" * 300_000 + b",y\n1,2\n")
    assert isinstance(skipped, Skipped)


def test_quotation_mark_that_is_not_closed_costs_its_row():
    rows = "".join(f"{n},{OTHER} {n}\n" for n in range(2, 50))
    found = read_bytes("t.csv", f'id,text\n1,"{OTHER}\n{rows}'.encode())
    assert isinstance(found[0], Skipped)
    assert "not closed" in found[0].reason
    assert [item.article_id for item in found[1:]] == [str(n) for n in range(2, 50)]


def test_cell_that_no_parser_reads_costs_its_row_at_most():
    found = read_bytes("t.csv", f"id,text\n1,<![foo]>\n2,{OTHER}\n".encode())
    assert isinstance(found[-1], Article)


# Archives


def test_unicode_path_case_gives_both_articles():
    articles, skipped = read(CASES / "31-unicode-path.zip")
    assert not skipped
    assert sorted(article.article_id for article in articles) == [
        "31-unicode-path/حديقة",
        "31-unicode-path/مدرسة",
    ]


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ([("حديقة.txt".encode("cp1256"), None), ("مدرسة.txt".encode("cp1256"), None)], ["حديقة", "مدرسة"]),
        ([("خبر 1.txt".encode("cp1256"), None)], ["خبر 1"]),
        ([("مدرسة/حديقة.txt".encode("cp720"), None)], ["مدرسة/حديقة"]),
        ([("résumé.txt".encode("cp437"), None)], ["résumé"]),
        ([("حديقة.txt".encode(), None), ("مدرسة.txt".encode("cp1256"), None)], ["حديقة", "مدرسة"]),
        ([(b"?????.txt", "حديقة.txt"), (b"?????.txt", "مدرسة.txt")], ["حديقة", "مدرسة"]),
        ([(b"?????.txt", None), (b"?????.txt", None)], ["?????", "?????-2"]),
        ([(b"a.txt", None), (b"a.md", None)], ["a", "a-2"]),
        ([(b"dir\\a.txt", None), (b"dir/a.txt", None), (b"../a.txt", None)], ["a", "dir/a", "dir/a-2"]),
    ],
)
def test_names_in_an_archive_are_read_and_no_two_files_have_one(tmp_path, members, names):
    content = archive(
        [(name, f"{PARAGRAPH} {n}".encode(), beside) for n, (name, beside) in enumerate(members)]
    )
    articles, skipped = read(written(tmp_path, "z.zip", content))
    assert not skipped
    assert sorted(article.article_id for article in articles) == [f"z/{name}" for name in names]


def test_unicode_path_of_another_name_is_not_believed(tmp_path):
    content = archive([(b"old-name.txt", PARAGRAPH.encode(), "x.txt")]).replace(b"old-name", b"new-name")
    assert only(written(tmp_path, "z.zip", content)).article_id == "z/new-name"


def test_member_that_is_packed_in_another_way_costs_itself(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as target:
        target.writestr("a.txt", PARAGRAPH, zipfile.ZIP_BZIP2)
        target.writestr("b.txt", OTHER, zipfile.ZIP_DEFLATED)
    (article,), (skipped,) = read(tmp_path / "z.zip")
    assert article.article_id == "z/b"
    assert "deflate" in skipped.reason


# Folders


@pytest.fixture
def linked(tmp_path) -> Path:
    """A folder with links to a file and a folder outside, to a file inside, and to itself."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    written(inside, "a.txt", PARAGRAPH)
    written(outside, "secret.txt", OTHER)
    written(tmp_path / "in-2", "near.txt", BODY)  # whose name begins like that of the folder
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "near.txt").symlink_to(tmp_path / "in-2" / "near.txt")
    (inside / "same.txt").symlink_to("a.txt")
    (inside / "circle").symlink_to(inside)
    return inside


def test_links_out_of_a_folder_are_named_and_not_followed(linked):
    articles, skipped = read(linked)
    assert {article.text for article in articles} == {PARAGRAPH}
    assert sorted(Path(item.origin).name for item in skipped) == ["file.txt", "folder", "near.txt"]
    assert all("--follow-links" in item.remedy for item in skipped)


@pytest.mark.parametrize("pattern", ["*.txt", "**/*.txt"])
def test_links_out_of_the_folder_of_a_pattern_are_not_followed(linked, pattern):
    articles, _ = read(linked / pattern)
    assert {article.text for article in articles} == {PARAGRAPH}


def test_links_are_followed_when_asked_and_circles_end(linked):
    articles = list(read_articles(linked, follow_links=True))
    assert {article.text for article in articles} == {PARAGRAPH, OTHER, BODY}


def test_link_that_is_given_by_itself_is_read(linked):
    assert only(linked / "file.txt").text == OTHER


def test_name_that_is_no_utf8_is_named_in_words_that_are(tmp_path):
    folder = os.fsencode(tmp_path)
    with open(folder + b"/\xe3\xcf.txt", "wb") as stream:
        stream.write(PARAGRAPH.encode())
    with open(folder + b"/\xe3\ncf\xcf.csv", "wb") as stream:
        stream.write(b"a,b\n")
    (article,), (skipped,) = read(tmp_path)
    article.article_id.encode()
    str(skipped).encode()
    assert len(str(skipped).splitlines()) == 1
