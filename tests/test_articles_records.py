"""Markdown and JSON Lines: what becomes of keys and markup, and what is refused."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.article_files import BODY, ENGLISH, read, written

# Markdown


def test_markdown_gives_front_matter_and_text_without_markup(tmp_path):
    written(
        tmp_path,
        "a.md",
        "---\ntitle: عنوان الخبر\ndate: 2025-09-30\nauthor: [منى, سعيد]\nlang: ar-OM\nsource: الرؤية\n"
        "url: https://example.org/1\ntags: [مدن]\ncount: 3\n---\n\n# عنوان الخبر\n\nنص **مهم** مع"
        " [رابط](http://x)\nوسطر"
        " `ثان`.\n\n- بند\n- بند ثان\n\n## قسم\n\n| أ | ب |\n|---|---|\n| 1 | 2 |\n\n<div>html"
        "</div>\n\nنهاية.\n",
    )
    (article,), _ = read(tmp_path)
    assert article.text == "نص مهم مع رابط وسطر ثان.\n\nبند\nبند ثان\n\nقسم\n\nأ\nب\n\n1\n2\n\nhtml\n\nنهاية."
    assert (article.title, article.author, article.source) == ("عنوان الخبر", "منى، سعيد", "الرؤية")
    assert (article.published, article.language, article.url) == ("2025-09-30", "ar", "https://example.org/1")
    assert article.extra == {"tags": ["مدن"], "count": 3}
    json.dumps(article.extra)


def test_markdown_takes_its_first_heading_as_title(tmp_path):
    written(tmp_path, "a.md", f"# عنوان *الخبر*\n\n{BODY}\n")
    (article,), _ = read(tmp_path)
    assert (article.title, article.text) == ("عنوان الخبر", BODY)


@pytest.mark.parametrize(
    ("matter", "reason"),
    [
        ("title: [unclosed", "no YAML (line"),
        ("a: &x [1]\nb: [*x, *x]", "aliases"),
        ("- just\n- a list", "no set of keys"),
        ("? [a]\n: b", "no YAML (line"),
        ("a: " + "[" * 50 + "]" * 50, "nested more than 32 deep"),
        ("a: " + "[" * 30_000, "nest"),
        ('a: "\\UFFFFFFFF"', "no YAML (line"),
    ],
)
def test_front_matter_that_is_wrong_is_named(tmp_path, matter, reason):
    written(tmp_path, "good.txt", BODY)
    written(tmp_path, "bad.md", f"---\n{matter}\n---\n{BODY}")
    _, (skipped,) = read(tmp_path)
    assert reason in skipped.reason


def test_rule_at_the_start_of_markdown_is_no_front_matter(tmp_path):
    written(tmp_path, "a.md", f"{BODY}\n\n---\n\n{ENGLISH}")
    (article,), _ = read(tmp_path)
    assert article.text == f"{BODY}\n\n{ENGLISH}"


# JSON Lines


def test_json_lines_keep_text_verbatim_and_unknown_keys(tmp_path):
    text = f"  {BODY}\r\n\u00a0 اقرأ أيضا: خبر \n"
    record = {
        "id": "x/1",
        "title": " عنوان ",
        "text": text,
        "lang": "ar",
        "published": "2025-09-30T08:00:00Z",
        "url": None,
    }
    content = json.dumps({**record, "section": {"name": "محليات"}}) + "\n\n"
    written(tmp_path, "a.jsonl.gz", gzip.compress(content.encode()))
    (article,), _ = read(tmp_path)
    assert article.text == text
    assert (article.article_id, article.title, article.url) == ("x/1", "عنوان", None)
    assert article.published == "2025-09-30T08:00:00+00:00"
    assert article.extra == {"section": {"name": "محليات"}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{bad", "no JSON"),
        ("[1, 2]", "not a list"),
        ('{"text": "x"}', "no id"),
        ('{"id": true, "text": "x"}', "no id"),
        ('{"id": "1"}', "text of '1' is missing"),
        ('{"id": "1", "text": 5}', "a number"),
        ('{"id": "1", "text": " "}', "is empty"),
        (b'{"id": "1", "text": "\xff"}', "not UTF-8"),
        pytest.param("[" * 100_000, "nested", id="deep"),
    ],
)
def test_bad_line_is_named_with_its_number_and_the_others_read(tmp_path, line, reason):
    good = json.dumps({"id": "good", "text": BODY}).encode()
    content = b"\n".join(
        [good, line if isinstance(line, bytes) else line.encode(), good.replace(b"good", b"more")]
    )
    path = written(tmp_path, "a.jsonl", content)
    articles, (skipped,) = read(tmp_path)
    assert [article.article_id for article in articles] == ["good", "more"]
    assert (skipped.origin, skipped.line) == (str(path), 2)
    assert reason in skipped.reason
    assert str(skipped).startswith(f"{path}, line 2: ")


def test_half_of_a_surrogate_pair_is_replaced_one_for_one(tmp_path):
    written(tmp_path, "a.jsonl", '{"id": "1", "text": "a\\ud83db\\ud83d\\ude00c", "k": "\\udc00"}')
    (article,), _ = read(tmp_path)
    assert article.text == "a\ufffdb😀c"
    assert article.extra == {"k": "\ufffd"}


def test_date_that_cannot_be_read_is_kept_as_given(tmp_path):
    written(tmp_path, "a.jsonl", '{"id": 1, "text": "x y", "published": "غرة رمضان 1445"}')
    (article,), _ = read(tmp_path)
    assert article.published is None
    assert article.extra == {"published": "غرة رمضان 1445"}


def test_json_file_of_records_is_read(tmp_path):
    written(tmp_path, "a.json", json.dumps([{"id": 1, "text": BODY}, {"id": 2}]))
    articles, (skipped,) = read(tmp_path)
    assert [article.article_id for article in articles] == ["1"]
    assert "record 2" in skipped.reason
