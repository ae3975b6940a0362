"""What a question names, and whether it is spoken of where the answer would stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.question.names import names_in
from assistant.question.spelling.skeletons import skeleton
from assistant.question.spelling.word_forms import place_keys
from assistant.question.times.numerals import ordinals_in, values_in, years_in
from index.building import build

ARTICLES = [
    ("cup", "كأس المدينة", "فاز نادي النسور بكأس المدينة عام 2017 بعد فوزه على نادي البحر بثلاثة أهداف. "
     "وسلم الكأس عمدة بغداد سالم المنصوري أمام 900 متفرج في الدورة الرابعة."),
    ("farm", "موسم القمح", "بلغ محصول القمح 12 ألف طن في الموسم الحالي حسب وزارة الزراعة. "
     "وقال الوزير إن المطر كان وفيرا."),
    ("health", "مستشفى جديد", "افتتح الدكتور فادي غوارديولا مستشفى الأطفال في مدينة باريس. "
     "ويضم المستشفى 120 سريرا."),
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, encoder):
    folder = tmp_path_factory.mktemp("presence")
    rows = [{"id": id_, "title": title, "text": text, "lang": "ar"} for id_, title, text in ARTICLES]
    source = Path(folder, "articles.jsonl")
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    build([source], folder / "index", encoder=encoder, progress=False)
    with Assistant(folder / "index", encoder=encoder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("كم حضر قمة ٢٠١٩؟", [("year", "2019")]),
        ("كم بلغ المحصول بين 2014 و2016؟", [("year", "2014"), ("year", "2016")]),
        ("ما دور الوكالة الألمانية؟", [("place", "الألمانية")]),
        ("What did Qatar's minister say in Doha?", [("place", "Qatar"), ("place", "Doha")]),
        ("Who won Wimbledon?", [("name", "Wimbledon")]),
        ("متى تعقد القمة السادسة؟", [("ordinal", "السادسة")]),
        ("ماذا حدث في القرن الخامس عشر؟", []),
        ("How long is a road of 2000 km?", [("number", "2000")]),
        ("كم سنة يستمر المشروع؟", []),
    ],
)
def test_names_in_a_question_are_told_by_its_words(question: str, named: list[tuple[str, str]]) -> None:
    assert [(name.sort, name.text) for name in names_in(question)] == named
    assert all(name.end - name.start == len(name.text) for name in names_in(question))


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("guardiola", "غوارديولا"), ("bahrain", "بحرين"), ("farel", "فاريل"), ("tesla", "تسلا")],
)
def test_skeletons_of_a_name_are_the_same_in_both_scripts(latin: str, arabic: str) -> None:
    assert skeleton(latin) == skeleton(arabic)


def test_places_have_one_set_of_names_in_both_languages() -> None:
    assert place_keys("والقاهرة") == place_keys("Cairo")
    assert not place_keys("نما") and not place_keys("مشروع")


def test_numerals_of_a_text_are_read_in_digits_and_words() -> None:
    assert years_in("2015/16") == {2015, 2016}
    assert years_in("هذا الموسم", published="2017-06-01") == {2017}
    assert {"3", "1200"} <= values_in("1,200 شجرة في ثلاثة حقول")
    assert ordinals_in("النسخة الخامسة، 7 جهات") == {5}


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("من فاز بكأس المدينة عام 2019؟", "لسنة 2019"),
        ("Who won the city cup in 2019?", "no mention of 2019"),
        ("من سلم كأس المدينة في مدريد؟", "مدريد"),
        ("كم بلغ محصول القمح في موريتانيا؟", "موريتانيا"),
        ("كم متفرجا حضر الدورة التاسعة من كأس المدينة؟", "التاسعة"),
    ],
)
def test_question_that_names_what_is_not_there_is_refused_by_name(
    assistant, question: str, missing: str
) -> None:
    answer = assistant.ask(question)
    assert answer.kind == "refusal" and missing in answer.text.split("\n")[0]
    for citation in answer.citations:
        assert (
            assistant.article(citation.source.article_id).text[citation.start : citation.end]
            == citation.quote
        )
        assert f"[{citation.marker}]" in answer.text


def test_refusal_for_a_year_tells_the_year_of_the_nearest_quote(assistant) -> None:
    answer = assistant.ask("من فاز بكأس المدينة عام 2019؟")
    assert answer.text.startswith("لا ذكر لسنة 2019؛ أقرب ما وجدت عن 2017:\n\n«")
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    "question",
    [
        "من فاز بكأس المدينة عام 2017؟",
        "Who won the city cup in 2017?",
        "من سلم الكأس في الدورة الرابعة؟",
        "كم سريرا في مستشفى باريس؟",
        "How many beds has the hospital in Paris?",
    ],
)
def test_question_whose_names_are_there_is_answered(assistant, question: str) -> None:
    assert assistant.ask(question).kind == "answer"
