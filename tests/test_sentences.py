"""Sentence and clause spans: what ends a sentence, what does not, and what holds for any text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from gzip import open as open_gzip
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text.sentences import clause_spans, sentence_spans, sentences_over


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["وصل الوزير إلى مسقط.", "هل سيبقى؟", "نعم!", "ثم غادر…"],
        ["زار د. أحمد والأستاذ م. علي المدينة.", "ثم عادا."],
        ["ولد عام 2020م.", "وتوفي عام 1445 هـ.", "وكان ذلك في ص. 5 من الكتاب."],
        ["بلغت النسبة 3.5 في المئة من 1.000.000 نسمة.", "وهذا كثير."],
        ["زوروا www.example.com/a?b=1.c اليوم.", "ثم قولوا لنا."],
        ['قال: "نحن ندعم المشروع. نحن نعمل عليه."', "وأضاف أن العمل مستمر."],
        ["جاء في البيان (انظر الشكل رقم 3. أعلاه) أن العمل مستمر.", "ثم سكت."],
        ['"ماذا بعد؟" هو عنوان الكتاب الجديد.', "صدر أمس."],
        ["وقال ... إنه جاء.", "حقا؟!", "نعم."],
        ["He paid 3.5 million to Mr. J. K. Rowling of the U.S. Army.", "Then he left."],
        ["It rose, e.g. in Oman, by 2.5%.", "The end came at 5 p.m.", "The next day it fell."],
        ['He said "Go. Now." and left.', "Then (see fig. 3. Yes.) it ended.[3]", "Next one."],
        ["This is plan B of Apple Inc. in Seoul.", "Done."],
        ["Am 3. Oktober war es z.B. Dr. Müller.", "Danach kam der Herbst."],
        ["El Sr. García llegó.", "¿Quién era?", "¡Nadie lo sabía!"],
        ["これは本です。", "「はい。そうです。」と言った。", "終わり。"],
        ["यह है।", "वह है।"],
        ["یہ کتاب ہے۔", "وہ قلم ہے۔"],
        ["1. البند الأول هنا.", "وهذا شرحه."],
    ],
)
def test_sentences_joined_by_spaces_are_told_apart(expected):
    joined = "".join(expected) if "本" in expected[0] else " ".join(expected)
    assert sentences(joined) == expected


CASE = Path(__file__).with_name("data") / "cases" / "37-sentences.txt"


def test_sentences_of_a_text_with_arabic_abbreviations_are_told_apart():
    assert sentences(CASE.read_text(encoding="utf-8"))[1:] == [
        "هل تنجح جهود م.ت.ف. في احتواء الأزمة؟",
        "ولد الشاعر سنة 1320 هـ. في مكة المكرمة ونشأ بها.",
        "توفي سنة 1950 م. ودفن في القاهرة.",
        "استقبل المدير أ. سعاد وم. خالد وأ. كريم في مكتبه.",
    ]


@pytest.mark.parametrize(
    "expected",
    [
        ["عقدت م.ت.ف. اجتماعا في رام الله.", "وقال رئيسها إن العمل مستمر."],
        ["أعلن ذلك سنة 323 ق.م. في بابل.", "ثم مات."],
        ["التقى د. أحمد ود. سالم وأ.د. محمد في المعهد.", "ثم غادروا."],
        ["بلغ النمو ٢٫١.", "وأضاف الوزير أن ذلك جيد."],
        ["٢٫١. منهج الدراسة واضح.", "وفيه تفصيل."],
        ["الفصل ٢٫١. المنهج والأدوات.", "وفيه تفصيل."],
        ["3.2.1. نتائج المسح الأول.", "وهي كثيرة."],
        ["عاش بين 1320 هـ. - 1390 هـ. في دمشق.", "ثم رحل."],
        ["حدث ذلك عام 1445 هـ.", "افتتحت البلدية حديقة."],
        ["حدث ذلك عام 1445 هـ.", "وقال الوزير كلاما."],
        ["حدث ذلك عام ١٤٤٥هـ.", "هذا ما ورد."],
        ["ولد سنة 1320هـ. في مكة ونشأ بها.", "وكان شاعرا."],
        ["كتب ج. ك. رولينغ وج. ر. تولكين روايات.", "وهي مشهورة."],
        ["يبلغ طوله 25 م. وعرضه 10 م.", "ويقع في الوسط."],
        ["تأسست عام 1950 م. على يد م. خالد.", "وتعمل في البناء."],
        ["صدر عن ش.م.ع. في دبي.", "وهو كتاب."],
        ["أعلنت أ.ف.ب. أن الاتفاق تم.", "وقالت إنه جيد."],
        ["اشترى خبزا وزيتا إلخ.", "ثم عاد إلى البيت."],
        ["اشترى خبزا وزيتا إلخ. مما يلزم.", "ثم عاد إلى البيت."],
        ["قال أ. د. م. خالد ذلك.", "ثم سكت."],
        ["متولد ۱۳۲۰ ه. ش. در تهران است.", "او شاعر بود."],
        ["وُلِدَ سَنَةَ 1320 هـ. فِي مَكَّةَ وَنَشَأَ بِهَا.", "وَقَالَ الشِّعْرَ."],
        ["اسْتَقْبَلَ أ. سُعَادَ وَم. خَالِدًا.", "ثُمَّ مَضَى."],
    ],
)
def test_signs_of_numbers_and_initials_end_no_sentence(expected):
    assert sentences(" ".join(expected)) == expected


def test_end_without_space_in_arabic_ends_a_sentence():
    assert sentences("انتهى المشروع.وأضاف الوزير أن ق.م ليست نهاية") == [
        "انتهى المشروع.",
        "وأضاف الوزير أن ق.م ليست نهاية",
    ]


def test_closing_marks_stay_with_their_sentence():
    assert sentences("قال: «نعم.» ثم مضى. (انتهى.) وبعد") == ["قال: «نعم.»", "ثم مضى.", "(انتهى.)", "وبعد"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\n\n\u00a0\n"])
def test_line_end_ends_a_sentence(end):
    assert sentences(f"العنوان{end}النص الأول") == ["العنوان", "النص الأول"]


def test_quotation_left_open_does_not_swallow_the_text():
    assert sentences('قياس 5" فقط. ثم آخر. وثالث.') == ['قياس 5" فقط.', "ثم آخر.", "وثالث."]
    assert sentences("( مفتوح. ثم آخر.") == ["( مفتوح.", "ثم آخر."]


def test_long_quotation_is_split_like_any_text():
    long_one = "هذه جملة من الاقتباس. " * 20
    assert len(sentences(f'قال: "{long_one}" وسكت.')) > 10


def test_blank_text_has_no_sentence():
    assert sentence_spans("") == sentence_spans(" \n\u00a0\t") == []


ANY_TEXT = st.text(max_size=200) | st.text(
    alphabet=st.sampled_from(
        list("اب جد.؟!…۔。،؛:()«»\"'[]\n\r\u00a0 aB3.5\u064b\u0651\u200f👨\u200d👩🏽ک۱")
    ),
    max_size=200,
)


@settings(max_examples=300)
@given(ANY_TEXT)
@example('"a. " "b')
def test_spans_are_in_order_trimmed_and_cover_all_but_white_space(text):
    spans = sentence_spans(text)
    _assert_spans_cover(text, 0, len(text), spans)


@settings(max_examples=300)
@given(ANY_TEXT)
def test_clauses_are_in_order_trimmed_and_leave_out_only_their_marks(text):
    for start, end in sentence_spans(text):
        clauses = clause_spans(text, start, end)
        assert clauses[0][0] == start and clauses[-1][1] == end
        for (_, before), (after, _) in zip(clauses, clauses[1:], strict=False):
            assert re.fullmatch(r"[\s،؛;,:：，；、–—]*", text[before:after])


def _assert_spans_cover(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    place = start
    for first, last in spans:
        assert place <= first < last <= end
        assert not text[place:first].strip()
        assert text[first:last] == text[first:last].strip()
        place = last
    assert not text[place:end].strip()


def test_clauses_of_a_long_sentence_stand_alone():
    text = (
        "أعلنت البلدية اليوم عن مشروع جديد، لتؤكد التزامها بخدمة السكان في المدينة، وأضاف الرئيس أن العمل"
        " يبدأ في 10:30 بمشاركة 1,000 عامل؛ حيث يجتمعون كل عام."
    )
    assert [text[start:end] for start, end in clause_spans(text, min_words=4)] == [
        "أعلنت البلدية اليوم عن مشروع جديد",
        "لتؤكد التزامها بخدمة السكان في المدينة",
        "وأضاف الرئيس أن العمل يبدأ في 10:30 بمشاركة 1,000 عامل",
        "حيث يجتمعون كل عام.",
    ]


def test_clause_is_not_cut_inside_quotation_marks():
    text = "قال المتحدث باسم البلدية «إن العمل مستمر، والسكان راضون عنه، والخطة ماضية» أمام الصحفيين"
    assert len(clause_spans(text, min_words=3)) == 1


def _gold(path) -> Iterator[dict]:
    with open_gzip(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.mark.parametrize(("language", "at_least"), [("ar", 0.96), ("en", 0.99), ("es", 0.95), ("tr", 0.85)])
def test_sentences_agree_with_those_of_lareqa(evaluation_sets, language, at_least):
    """The number of the sentence that holds each answer, as LAReQA's own splitter counted them."""
    texts = {
        each["id"]: each["text"] for each in _gold(evaluation_sets / f"xquad/articles.{language}.jsonl.gz")
    }
    agreed = total = 0
    for question in _gold(evaluation_sets / f"xquad/questions.{language}.jsonl.gz"):
        span = question["spans"][0]
        spans = sentence_spans(texts[span["article_id"]])
        number = next(n for n, (first, last) in enumerate(spans) if first <= span["start"] < last)
        agreed += number in question["gold_sentences"]
        total += 1
    assert agreed / total >= at_least


@pytest.mark.slow
@settings(max_examples=1500)
@given(
    st.lists(
        st.sampled_from(
            ["ab", "اد", "بَّ", "مُـد", "1", ",", ".", "!", "؟", " ", "\n", "\r", "\u2028", "«", "»", '"', "("]
        )
    ),
    st.integers(0, 40),
    st.integers(1, 20),
)
def test_sentences_over_a_span_are_those_of_the_whole_text(pieces, start, length):
    text = "".join(pieces)
    start = min(start, len(text))
    end = min(start + length, len(text))
    touched = [(first, last) for first, last in sentence_spans(text) if last > start and first < end]
    assert sentences_over(text, start, end) == touched


def test_line_of_a_span_is_found_however_far_it_begins():
    text = "Before.\n" + "word " * 10_000 + "here. After.\nNext."
    here = text.index("here")
    assert sentences_over(text, here, here + 4) == [(8, here + 5)]
