"""Arrangements: comparisons, developments, yes or no, lists and summaries over small corpora."""

import pytest

from assistant.question.sides import sides_of
from index.articles import Article


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("ما الفرق بين مشروع الإسكندرية والعقبة؟", "مشروع الإسكندرية", "مشروع العقبة"),
        ("قارن بين وزارة الصحة والسكان ووزارة التعليم", "وزارة الصحة والسكان", "وزارة التعليم"),
        ("قارن السعر بين 2014 و2016", "2014", "2016"),
        ("أيهما أقدم، الأزهر أم القرويين؟", "الأزهر", "القرويين"),
        ("Which is older: Cairo or Fez?", "Cairo", "Fez"),
    ],
)
def test_sides_of_a_comparison_are_told(question, one, other):
    sides = sides_of(question)
    assert sides is not None and (sides.one, sides.other) == (one, other)


@pytest.mark.parametrize("question", ["من فاز؟", "ما الفرق بينهما؟", "متى تقام القمة وأين؟", "What differs?"])
def test_sides_of_another_question_are_none(question):
    assert sides_of(question) is None


def test_comparison_stands_side_by_side_under_its_sides(assistant):
    answer = assistant.ask("ما الفرق بين مشروع الإسكندرية والعقبة؟")
    assert answer.arrangement == "comparison"
    assert [each.group for each in answer.citations] == ["مشروع الإسكندرية", "مشروع العقبة"]
    assert len({each.source.article_id for each in answer.citations}) == 2


def test_comparison_with_what_no_article_speaks_of_is_refused_by_name(assistant):
    answer = assistant.ask("قارن بين مشروع العقبة ومشروع الرياض")
    assert answer.kind == "refusal" and "الرياض" in answer.text


def test_yes_or_no_that_no_quote_says_is_offered_as_the_nearest(assistant):
    answer = assistant.ask("هل فازت الإسكندرية؟")
    assert answer.text.startswith("لم أجد جوابًا صريحًا") and len(answer.citations) == 1
    assert answer.confidence < 0.45


def test_yes_or_no_that_a_quote_says_is_answered(assistant):
    answer = assistant.ask("هل تنظم حكومة سيول المسابقة؟")
    assert answer.text.startswith("جاء في") and "حكومة سيول" in answer.citations[0].quote


def test_list_that_one_sentence_tells_is_one_quote_with_its_first_item(assistant):
    answer = assistant.ask("ما الجهات الممولة لمنصة المدن الذكية؟")
    (citation,) = answer.citations
    assert "عمانتل" in citation.quote and "ومجموعة نماء" in citation.quote


def test_summary_has_whole_sentences_and_no_heading(assistant):
    answer = assistant.ask("لخص خبر العقبة")
    assert answer.arrangement == "summary"
    assert "ترأس مفوض" in answer.citations[0].quote


def test_development_is_told_by_days_the_oldest_first(small):
    told = (
        ("b", "اكتمل بناء جسر الوادي وافتتح اليوم.", "2025-03-01"),
        ("a", "بدأ بناء جسر الوادي اليوم.", "2023-01-05"),
        ("c", "بلغ بناء جسر الوادي نصفه.", None),
        ("d", "هطلت أمطار غزيرة على الجبال والسهول.", "2024-02-02"),
    )
    over = small(*(Article(name, "خبر", text, published=day, language="ar") for name, text, day in told))
    answer = over.ask("كيف تطور بناء جسر الوادي؟")
    assert answer.arrangement == "timeline"
    assert [each.group for each in answer.citations] == ["2023-01-05", "2025-03-01"]
