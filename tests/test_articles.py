"""Text files: what becomes title, text, byline and date, what is refused, and which ids there are."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import os
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import read_articles
from index.articles.drafts.furniture import is_furniture
from index.articles.drafts.plain import draft_of, opening_words
from index.errors import ArticleError
from tests.article_files import BODY, ENGLISH, read, written
from tests.conftest import SEEDS

# The seeds


def test_seeds_have_the_titles_a_reader_recognises():
    nfc = functools.partial(unicodedata.normalize, "NFC")
    titles = {article.article_id[:3]: nfc(article.title) for article in read_articles(SEEDS)}
    assert titles == {
        "000": nfc('تُوِّجت المؤسسة العامة للمناطق الصناعية "مدائن" بجائزة Best Projects (X-SDI) Award…'),
        "001": '"سفراء المدن الذكية" تتوج بجائزة عالمية في بناء القدرات والابتكار',
        "002": "الإسكندرية تمثل مصر في نصف نهائي جائزة التنمية الذكية بكوريا الجنوبية",
        "003": 'تنطلق فعاليات "قمة المدن الذكية " في نسختها الخامسة برعاية من وزير…',
        "004": "السلطة تباشر اعمال التخطيط الشمولي و بناء القدرات و التطبيق العملي “لمشروع مدينة"
        " العقبة الذكية”",
    }


def test_seeds_are_free_of_byline_and_furniture():
    seeds = {article.article_id[:3]: article for article in read_articles(SEEDS)}
    assert seeds["001"].source == "الرؤية"
    assert (seeds["004"].source, seeds["004"].author) == ("وكالة الناس", "مأمون الخوالدة")
    assert seeds["001"].text.startswith("حققت مُبادرة سفراء المدن الذكية")
    assert seeds["001"].text.endswith("الثورة الصناعية الرابعة.")
    assert seeds["004"].text.startswith("في إطار الجهود المتواصلة")
    assert all(article.language == "ar" for article in seeds.values())
    # The only full date in them is that of a ceremony to come.
    assert all(article.published is None for article in seeds.values())


def test_seeds_keep_every_sentence_of_their_files():
    for article in read_articles(SEEDS):
        written = Path(article.origin).read_text(encoding="utf-8")
        for line in article.text.split("\n"):
            assert line in written
        lost = len(re.sub(r"\s", "", written)) - len(re.sub(r"\s", "", article.text))
        assert lost <= 110  # a title, a byline, one line of furniture


# Plain text


@pytest.mark.parametrize(
    ("head", "title", "source", "author", "published"),
    [
        ("عنوان الخبر\n\n", "عنوان الخبر", None, None, None),
        ("عنوان الخبر\n\u00a0\nمسقط - الرؤية\n\n", "عنوان الخبر", "الرؤية", None, None),
        ("عنوان الخبر\nوكالة الناس- مأمون الخوالدة – ", "عنوان الخبر", "وكالة الناس", "مأمون الخوالدة", None),
        ("عنوان الخبر\nكتب: محمد أحمد\n30/09/2025\n", "عنوان الخبر", None, "محمد أحمد", "2025-09-30"),
        ("عنوان الخبر\nالقاهرة (رويترز) - ", "عنوان الخبر", "رويترز", None, None),
        ("القاهرة - 30 سبتمبر 2025\n\nعنوان الخبر\n\n", "عنوان الخبر", None, None, "2025-09-30"),
        ("عنوان الخبر\nالثلاثاء ٣٠ أيلول ٢٠٢٥ - 10:30 ص\n", "عنوان الخبر", None, None, "2025-09-30"),
        ("مسقط في 30 سبتمبر 2025 /العمانية/ ", None, "العمانية", None, "2025-09-30"),
        ("هل فازت المدينة؟\nبقلم: د. منى السعيد\n\n", "هل فازت المدينة؟", None, "د. منى السعيد", None),
    ],
)
def test_head_of_an_article_is_told_from_its_text(head, title, source, author, published):
    draft = draft_of(head + BODY + "\n" + BODY)
    assert draft.text == f"{BODY}\n{BODY}"
    assert draft.title == (title or opening_words(BODY))
    assert (draft.source, draft.author, draft.published) == (source, author, published)


@pytest.mark.parametrize(
    "title",
    [
        "صفاقس : القبض على سارق سيارة",
        "قناة الدانوب - البحر الأسود",
        "كتب العام في عمان",
        "الأزمة في مصر..",
        "الشرق الأوسط",
    ],
)
def test_title_like_a_byline_stays_the_title(title):
    draft = draft_of(f"{title}\n\n{BODY}\n{BODY}")
    assert (draft.title, draft.text) == (title, f"{BODY}\n{BODY}")


def test_subtitle_with_a_dash_stays_in_the_text():
    assert draft_of(f"عنوان الخبر\nالمدينة الذكية - حلم يتحقق قريبا\n\n{BODY}").text.startswith(
        "المدينة الذكية - حلم"
    )


def test_head_in_english_is_told_from_its_text():
    draft = draft_of(
        "City wins prize\nBy John Smith, Reuters\nSeptember 30, 2025 10:30 am\n\nLONDON"
        " (Reuters) - " + ENGLISH
    )
    assert (draft.title, draft.author, draft.source) == ("City wins prize", "John Smith", "Reuters")
    assert draft.published == "2025-09-30"
    assert draft.text == ENGLISH


@pytest.mark.parametrize(
    "opening",
    [
        "قال الوزير - في تصريح له - إن العمل مستمر في المدينة وإن الخطة ماضية كما أعلن عنها.",
        "أفاد مصدر أمني لمراسلة (وات) بمنوبة بأن المعاينة الأولية انتهت وأن التحقيق ما زال مستمرا.",
        "في 30 سبتمبر 2025 أعلنت المدينة فوزها بالجائزة الكبرى أمام مئات الحاضرين من دول العالم.",
        "مسقط: مدينة على البحر، يسكنها أكثر من مليون نسمة، وهي عاصمة سلطنة عمان منذ قرون طويلة.",
        "By the end of the year the city will have built two new ports, the minister said on Monday.",
    ],
)
def test_opening_sentence_like_a_byline_stays_in_the_text(opening):
    draft = draft_of(f"عنوان الخبر\n\n{opening}\n\n{BODY}")
    assert draft.text == f"{opening}\n\n{BODY}"
    assert draft.published is None


def test_date_in_the_text_is_not_the_date_of_the_article():
    assert draft_of(f"عنوان\n\n{BODY}\nوتعلن النتائج في 30 سبتمبر 2025 في سيول.").published is None


@pytest.mark.parametrize(
    "tail",
    [
        "تعليق عبر الفيس بوك",
        "شارك\nفيسبوك تويتر واتساب\nنسخ الرابط",
        "اقرأ أيضا\nخبر آخر عن المدينة\nوخبر ثالث عنها",
        "جميع الحقوق محفوظة © 2025 صحيفة المدينة",
        "الكلمات المفتاحية: مدن، ذكية\n0 تعليقات",
        "تابعونا على فيسبوك وتويتر",
        "Share this article\nRead also: Another city wins",
        "Copyright 2025. All rights reserved.",
        "آخر تحديث: 30 سبتمبر 2025",
    ],
)
def test_furniture_at_the_foot_is_taken_off(tail):
    assert draft_of(f"عنوان الخبر\n\n{BODY}\n\n{tail}\n").text == BODY


def test_aside_in_the_middle_is_taken_out():
    assert draft_of(f"عنوان\n\n{BODY}\nاقرأ أيضاً: خبر آخر\n{ENGLISH}").text == f"{BODY}\n{ENGLISH}"


@pytest.mark.parametrize(
    "line", ["شارك في المؤتمر مئات الخبراء.", "This article is about copyright law.", BODY]
)
def test_sentence_with_words_of_buttons_is_no_furniture(line):
    assert not is_furniture(line)


def test_source_at_the_foot_becomes_the_source():
    draft = draft_of(f"عنوان\n\n{BODY}\n\nالمصدر: الجزيرة نت")
    assert (draft.text, draft.source) == (BODY, "الجزيرة نت")


def test_lines_of_fixed_width_are_joined():
    import textwrap

    wrapped = "\n\n".join("\n".join(textwrap.wrap(text, 72)) for text in (ENGLISH * 3, ENGLISH * 2))
    assert draft_of("A title\n\n" + wrapped).text == f"{ENGLISH * 3}\n\n{ENGLISH * 2}".replace(".The", ".The")


def test_verses_keep_their_lines():
    verses = "\n".join(["قفا نبك من ذكرى حبيب ومنزل", "بسقط اللوى بين الدخول فحومل"] * 5)
    assert draft_of(verses).text == verses


@settings(max_examples=200)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["شارك", "اقرأ أيضا", BODY, "عنوان", "30/09/2025", "", "-", "©"])).map(
        "\n".join
    )
)
def test_any_text_gives_a_title_and_no_lost_article(text):
    draft = draft_of(text)
    assert bool(draft.text) or not text.strip() or not draft.text.strip()
    if BODY in text:
        assert BODY in draft.text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings_of_arabic_text_are_told(tmp_path, encoding):
    written(tmp_path, "a.txt", f"عنوان الخبر\r\n\r\n{BODY}\r\n{BODY}".encode(encoding))
    (article,), skipped = read(tmp_path)
    assert not skipped
    assert article.title == "عنوان الخبر"
    assert article.text == f"{BODY}\n{BODY}"


def test_latin_text_of_windows_is_told_from_arabic(tmp_path):
    text = "Le café était fermé dès l’été, déjà, à côté de l'hôtel où nous étions logés près du théâtre."
    written(tmp_path, "a.txt", text.encode("cp1252"))
    (article,), _ = read(tmp_path)
    assert (article.text, article.language) == (text, "fr")


# What is refused


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        pytest.param(bytes(range(256)) * 8, "binary", id="all bytes"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "PNG"),
        (b"%PDF-1.7 ...", "PDF"),
        pytest.param(b"\x81\x8d\x8f\x90" * 20, "cannot be decoded", id="odd bytes"),
        (b"\xff\xfe\x00\xd8x", "cannot be decoded"),
    ],
)
def test_file_that_is_no_text_is_skipped_and_others_read(tmp_path, content, reason):
    bad = written(tmp_path, "bad.txt", content)
    written(tmp_path, "good.txt", BODY)
    articles, (skipped,) = read(tmp_path)
    assert [article.article_id for article in articles] == ["good"]
    assert skipped.origin == str(bad)
    assert reason in skipped.reason
    assert "\n" not in str(skipped)


def test_paths_with_nothing_to_read_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    written(tmp_path, "only/image.png", b"x")
    written(tmp_path, "void.txt", b"")
    for path, words in [
        ("none", "no such"),
        ("empty", "no article"),
        ("only", "no article"),
        ("x/*.txt", "no article"),
    ]:
        with pytest.raises(ArticleError, match=words):
            read_articles([tmp_path / path])
    with pytest.raises(ArticleError, match=r"void\.txt: the file is empty"):
        list(read_articles([tmp_path / "void.txt"]))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_skipped(tmp_path):
    written(tmp_path, "good.txt", BODY)
    written(tmp_path, "shut.txt", BODY).chmod(0)
    _, (skipped,) = read(tmp_path)
    assert "permitted" in skipped.reason


# Ids


def test_id_is_the_path_below_what_was_given(tmp_path):
    for name in ("2025/09/a.txt", "2025/b.md", ".hidden/c.txt", "d.v2.txt", "~$e.txt"):
        written(tmp_path, name, BODY)
    assert sorted(article.article_id for article in read_articles(tmp_path)) == [
        "2025/09/a",
        "2025/b",
        "d.v2",
    ]
    assert [article.article_id for article in read_articles(tmp_path / "2025" / "b.md")] == ["b"]
    pattern = str(tmp_path / "2025" / "**" / "*.txt")
    assert [article.article_id for article in read_articles(pattern)] == ["09/a"]


def test_id_used_twice_is_skipped_and_same_file_read_once(tmp_path):
    first = written(tmp_path, "a.txt", BODY)
    written(tmp_path, "a.md", ENGLISH)
    articles, (skipped,) = read(tmp_path, first)
    assert len(articles) == 1
    assert "the id 'a' was already used by" in skipped.reason


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_name_that_is_not_utf8_gives_an_id_that_is_text(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xce\xc8\xd1.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.write(BODY)
    (article,), _ = read(tmp_path)
    assert article.article_id == "خبر"


# Real news and articles


def test_news_archive_written_as_text_files_keeps_titles_and_texts(evaluation_sets):
    """News items, title above text: a title or text changes in fewer than one in a hundred."""
    from index.articles.drafts.plain import tidy

    changed = total = 0
    with gzip.open(evaluation_sets / "antcorpus/articles.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, itertools.islice(lines, 3_000)):
            if title := " ".join(record["title"].split()):
                draft = draft_of(f"{title}\n\n{record['text']}")
                total += 1
                same_text = tidy(draft.text).split() == tidy(record["text"]).split()
                changed += not same_text or draft.title != title.rstrip("\u200e\u200f ")
    assert changed / total < 0.01


def test_evaluation_articles_are_read_whole(evaluation_sets):
    path = evaluation_sets / "arcd/articles.ar.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        expected = {record["id"]: record["text"] for record in map(json.loads, lines)}
    assert {article.article_id: article.text for article in read_articles([path])} == expected
