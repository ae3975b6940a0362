"""Extents: whole sentences, cuts between clauses, no stray marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.composing.extents import CUT, MARKED, WHOLE, extent_of, trimmed
from index.text.tashkeel import letters

LONG = (
    "أعلنت الوزارة عن افتتاح المركز الجديد في المدينة بحضور عدد كبير من المسؤولين والخبراء، "
    "وبتمويل من الشركة الوطنية للاتصالات، والبنك المركزي للتنمية، ومجموعة الاستثمار العربية الكبرى، "
    "كما أكدت أن المركز سيعمل على مدى السنوات المقبلة لخدمة السكان في جميع مناطق المحافظة البعيدة، "
    "فيما تستعد البلدية لبناء طرق جديدة تصل المركز بالأحياء المجاورة وتخفف الازدحام في ساعات الصباح، "
    "مشيرة إلى أن الأعمال ستنتهي قبل نهاية العام وفق الخطة المعتمدة من مجلس المدينة في دورته السابقة."
)


def test_extent_of_a_part_is_its_whole_sentence():
    text = "بدأ العمل أمس. تضم المكتبة 40 ألف كتاب، وقاعة للقراءة. انتهى."
    start = text.index("وقاعة")
    assert text[slice(*extent_of(text, start, start + 5))] == "تضم المكتبة 40 ألف كتاب، وقاعة للقراءة."


def test_extent_of_a_long_sentence_begins_with_it_and_keeps_the_enumeration():
    start = LONG.index("والبنك")
    first, last = extent_of(LONG, start, start + 10)
    assert first == 0 and LONG[last:].startswith("، فيما")
    assert last <= CUT


def test_extent_of_a_marked_answer_keeps_a_longer_sentence_whole():
    sentence = LONG[: LONG.index("، مشيرة")] + "."
    assert WHOLE - 100 < letters(sentence) <= MARKED
    start = sentence.index("والبنك")
    assert extent_of(sentence, start, start + 6, marked=True) == (0, len(sentence))


@pytest.mark.parametrize("condition", ["، إلا إذا رفض المجلس ذلك.", "، لكن المجلس ينفي ذلك."])
def test_extent_of_a_long_sentence_keeps_what_turns_it(condition):
    sentence = LONG[: LONG.index("، فيما")] + condition
    start = sentence.index("أكدت")
    first, last = extent_of(sentence, start, start + 4)
    assert sentence[first:last].endswith(condition.strip())


@pytest.mark.parametrize(
    ("given_text", "left"),
    [
        ("، قال ذلك ،", "قال ذلك"),
        ("- قال ذلك .", "قال ذلك"),
        ("» قال ذلك.", "قال ذلك."),
        ("قال ذلك؛", "قال ذلك"),
        ("(قال) ذلك!", "(قال) ذلك!"),
    ],
)
def test_trimmed_leaves_out_stray_marks(given_text, left):
    assert given_text[slice(*trimmed(given_text, 0, len(given_text)))] == left


@given(st.text(alphabet="اب ت،.؛«»\n-(1", max_size=200), st.data())
def test_extent_of_any_span_lies_in_the_text_and_holds_its_words(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = extent_of(text, start, end)
    assert 0 <= first <= last <= len(text)
    words = text[start:end].strip("،,؛;:.!؟?»”’)]}-–—•*«“([ \n")
    assert not words or words in text[first:last]
