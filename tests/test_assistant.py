"""The assistant over the seeds, over ARCD, and over small corpora made for one point."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import LONGEST_QUESTION, Answer, Delta, Turn
from assistant.assistant import Assistant
from assistant.evaluation.answer_measures import folded_answers, score, summarise
from assistant.rendering import to_json
from index.articles import Article
from index.articles.filters import Filters
from index.building import build, remove
from index.errors import QueryError
from index.text.folding import fold
from index.text.tashkeel import letters

DATA = Path(__file__).parent / "data"
EVERY = 21  # question of ARCD is asked, of 1,395: half a second each where a processor is slow
LONGEST_FIRST = 700  # letters, signs left out: of a sentence in which the answer is marked
LONGEST_ALL = 900


def keeps_the_promise(assistant, answer):
    """Whether all that is quoted stands in its article, and all that is marked is quoted."""
    for citation in answer.citations:
        text = assistant.article(citation.source.article_id).text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.quote in answer.text and f"[{citation.marker}]" in answer.text
        assert citation.quote == citation.quote.strip() != ""
    assert [each.marker for each in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert (answer.kind in ("answer", "search")) == answer.answerable
    # A refusal that says what is missing quotes what comes nearest.
    assert bool(answer.citations) if answer.answerable else len(answer.citations) <= 1
    assert 0.0 <= answer.confidence <= 1.0


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("كم عدد المشاريع المتنافسة في جائزة سيول؟", "216"),
        ("متى تعلن النتائج النهائية للمسابقة؟", "30 سبتمبر 2025"),
        ("من هو وزير الأشغال؟", "عصام بن عبدالله خلف"),
        ("كم مشاركا حضر القمة الرابعة؟", "250 مشارك"),
        ("مع من تتعاون العقبة في مشروع المدينة الذكية؟", "الوكالة اليابانية"),
        ("ما هدف مبادرة سفراء المدن الذكية؟", "سفراء المدن الذكية"),
    ],
)
def test_question_about_the_seeds_is_answered_in_a_quote_that_says_it(assistant, question, held):
    answer = assistant.ask(question)
    keeps_the_promise(assistant, answer)
    assert answer.kind == "answer"
    assert held in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("When does the Aqaba project start?", "2026"),
        ("What is new about Aqaba?", "العقبة"),
        ("ما الجديد عن العقبة؟", "العقبة"),
        ("ما الجوائز التي حصلت عليها المدن العربية؟", "جائزة"),
    ],
)
def test_question_across_languages_or_articles_is_answered(assistant, question, held):
    answer = assistant.ask(question)
    keeps_the_promise(assistant, answer)
    assert answer.kind == "answer"
    assert held in " ".join(each.quote for each in answer.citations)


def test_question_to_several_articles_gets_a_point_from_each(assistant):
    answer = assistant.ask("ما الجوائز التي حصلت عليها المدن العربية؟")
    assert len({each.source.article_id for each in answer.citations}) == len(answer.citations) > 1


@pytest.mark.parametrize(
    "question",
    [
        "من فاز بكأس العالم؟",
        "ما عاصمة فرنسا؟",
        "كيف أطبخ الكبسة؟",
        "ما سعر الذهب اليوم؟",
        "من اخترع الهاتف؟",
        "Who won the 2022 World Cup?",
        "How tall is Mount Everest?",
        "Who wrote Hamlet?",
    ],
)
def test_question_that_no_article_answers_is_refused_with_the_nearest(assistant, question):
    answer = assistant.ask(question)
    keeps_the_promise(assistant, answer)
    assert answer.kind == "refusal"
    assert answer.nearest and answer.nearest[0].title[:20] in answer.text


def test_suggested_questions_are_answered(assistant):
    for language in ("ar", "en"):
        questions = assistant.suggestions(language)
        assert len(questions) == 4
        for question in questions:
            answer = assistant.ask(question)
            keeps_the_promise(assistant, answer)
            assert answer.kind == "answer", question


def test_summary_of_an_article_is_made_of_its_sentences(assistant):
    answer = assistant.ask("لخص مقال البحرين")
    keeps_the_promise(assistant, answer)
    assert len({each.source.article_id for each in answer.citations}) == 1
    assert "البحرين" in assistant.article(answer.citations[0].source.article_id).text


@pytest.mark.parametrize(
    "question",
    [
        "لخص مقال الثورة الفرنسية",
        "ما ملخص رواية الحرب والسلام؟",
        "أريد ملخصا لتاريخ كرة السلة",
        "لخص لي كتاب البخلاء",
        "Summarise the article about quantum chromodynamics",
        "Give me a summary of Hamlet",
        "Summarize the history of basketball",
        "What are the key points of the Treaty of Westphalia?",
    ],
)
def test_summary_of_what_no_article_is_about_is_refused(assistant, question):
    answer = assistant.ask(question)
    keeps_the_promise(assistant, answer)
    assert answer.kind == "refusal" and answer.confidence < 0.6


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("لخص خبر العقبة", "العقبة"),
        ("هل يمكنك تلخيص مقال الإسكندرية؟", "الإسكندرية"),
        ("أريد ملخصا لخبر مدائن", "مدائن"),
        ("ما أبرز ما جاء في مقال سفراء المدن الذكية؟", "سفراء"),
        ("Give me a summary of the Seoul Smart City Prize article.", "Seoul Smart City Prize"),
    ],
)
def test_summary_of_a_named_article_is_of_that_one_and_judged(assistant, question, word):
    answer = assistant.ask(question)
    keeps_the_promise(assistant, answer)
    assert answer.kind == "answer" and 0.0 < answer.confidence < 1.0
    assert word in assistant.article(answer.citations[0].source.article_id).text


@pytest.mark.parametrize(
    "question", ["Summarise the article.", "لخص المقال.", "لخصه", "summary please", "لخص هذا الخبر!"]
)
def test_summary_that_points_goes_to_what_was_cited_last_and_asks_back_without(assistant, question):
    before = "كم مشاركا حضر القمة الرابعة؟"
    first = assistant.ask(before)
    answer = assistant.ask(question, history=[Turn(before, first)])
    keeps_the_promise(assistant, answer)
    assert answer.citations[0].source == first.citations[0].source
    assert answer.confidence == first.confidence
    gone = replace(first.citations[0], source=replace(first.citations[0].source, article_id="gone"))
    for history in ([], [Turn(before, replace(first, citations=(gone,)))]):
        answer = assistant.ask(question, history=history)
        assert (answer.kind, answer.citations) == ("refusal", ())
        assert answer.text.startswith(("أي مقالة تقصد؟", "Which article do you mean?"))


def test_blame_is_answered_without_an_article(assistant):
    answer = assistant.ask("أنت غبي وكذاب")
    assert (answer.kind, answer.nearest) == ("small_talk", ())
    assert assistant.ask("السلام عليكم").text.startswith("وعليكم السلام")


def test_this_article_is_the_one_cited_before(assistant):
    first = assistant.ask("كم مشاركا حضر القمة الرابعة؟")
    answer = assistant.ask("لخص هذا المقال", history=[Turn("كم مشاركا حضر القمة الرابعة؟", first)])
    keeps_the_promise(assistant, answer)
    assert answer.citations[0].source == first.citations[0].source


def test_follow_up_is_searched_as_a_whole_question(assistant):
    question = "كم عدد المشاريع المتنافسة في مسابقة سيول؟"
    answer = assistant.ask("ومتى تعلن نتائجها؟", history=[Turn(question, assistant.ask(question))])
    keeps_the_promise(assistant, answer)
    assert answer.searched_as and answer.searched_as != "ومتى تعلن نتائجها؟"
    assert "30 سبتمبر 2025" in " ".join(each.quote for each in answer.citations)


def test_small_talk_cites_nothing(assistant):
    for said in ("السلام عليكم", "thank you", "من أنت؟"):
        answer = assistant.ask(said)
        assert (answer.kind, answer.citations, answer.hits) == ("small_talk", (), ())


def test_stream_is_the_answers_text_in_pieces(assistant):
    *pieces, answer = assistant.stream("كم مشاركا حضر القمة الرابعة؟")
    assert isinstance(answer, Answer) and all(isinstance(piece, Delta) for piece in pieces)
    assert len(pieces) > 5 and "".join(piece.text for piece in pieces) == answer.text


@pytest.mark.parametrize("question", ["", "  \n", "س" * (LONGEST_QUESTION + 1)])
def test_question_empty_or_too_long_is_one_line(assistant, question):
    with pytest.raises(QueryError) as raised:
        assistant.ask(question)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "question", ["؟؟؟", "🙂", "\u202e\u200f", "<script>alert(1)</script>", "\ud800", "1", "أ" * 2000]
)
def test_question_of_garbage_ends_in_an_answer_or_a_refusal(assistant, question):
    keeps_the_promise(assistant, assistant.ask(question))


def test_filters_bind_the_answer(assistant):
    whole = assistant.ask("كم مشاركا حضر القمة الرابعة؟")
    other = next(
        article.article_id
        for article in assistant.articles()
        if article.article_id != whole.citations[0].source.article_id
    )
    answer = assistant.ask("كم مشاركا حضر القمة الرابعة؟", filters=Filters(article_ids=(other,)))
    keeps_the_promise(assistant, answer)
    assert {hit.passage.article_id for hit in answer.hits} == {other}


def test_quotes_are_short(assistant):
    answer = assistant.ask("متى تعلن النتائج النهائية للمسابقة؟")
    assert 1 <= len(answer.citations) <= 3
    assert letters(answer.citations[0].quote) <= LONGEST_FIRST
    assert sum(letters(each.quote) for each in answer.citations) <= LONGEST_ALL


def test_articles_that_disagree_on_a_number_are_both_quoted_with_their_dates(small):
    old = "افتتحت بلدية صلالة مكتبة عامة جديدة. تضم المكتبة العامة في صلالة 40 ألف كتاب."
    new = "زار الوزير مبنى البلدية أمس. تضم المكتبة العامة في صلالة 55 ألف كتاب."
    rain = "بدأ موسم الخريف في ظفار مع أمطار غزيرة على الجبال والسهول."
    over = small(
        Article("a", "افتتاح المكتبة", old, published="2024-05-01", language="ar", source="الأولى"),
        Article("b", "مكتبة صلالة", new, published="2025-02-03", language="ar", source="الثانية"),
        Article("c", "موسم الخريف", rain, language="ar"),
    )
    answer = over.ask("كم كتابا تضم المكتبة العامة في صلالة؟")
    keeps_the_promise(over, answer)
    quotes = " ".join(each.quote for each in answer.citations)
    assert "40 ألف" in quotes and "55 ألف" in quotes
    assert "1 مايو 2024" in answer.text and "3 فبراير 2025" in answer.text
    assert answer.text.startswith("تختلف المقالات")


def test_empty_corpus_says_how_to_begin(small, tmp_path):
    over = small(Article("a", "عنوان", "تضم المكتبة العامة في صلالة 40 ألف كتاب.", language="ar"))
    remove(["a"], tmp_path / "index")
    assert over.suggestions("ar") == []
    answer = over.ask("كم كتابا؟")
    assert answer.kind == "refusal" and answer.nearest == () and "أضف" in answer.text


@pytest.fixture(scope="module")
def arcd(evaluation_sets, encoder, tmp_path_factory):
    """An assistant over all of ARCD's articles."""
    folder = tmp_path_factory.mktemp("arcd") / "index"
    build([evaluation_sets / "arcd" / "articles.ar.jsonl.gz"], folder, encoder=encoder, progress=False)
    with Assistant(folder, encoder=encoder) as opened:
        yield opened


def test_every_citation_over_arcd_keeps_the_promise(arcd, evaluation_sets):
    with gzip.open(evaluation_sets / "arcd" / "questions.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines][::EVERY]
    scores = []
    for question in questions:
        answer = arcd.ask(question["question"])
        keeps_the_promise(arcd, answer)
        if answer.kind == "answer" and len(answer.citations) > 1:
            assert sum(letters(each.quote) for each in answer.citations) <= LONGEST_ALL
        scores.append(score(question, to_json(answer), integral=True))
    measures = summarise(scores)
    # What is reached is in docs/answers.md; this notices when it is lost.
    assert measures["answered_of_answerable"] >= 0.92
    assert measures["answer_in_first_quote"] >= 0.72
    assert measures["answer_in_all_quotes"] >= 0.8


def test_questions_written_over_the_seeds_are_answered_and_others_refused(assistant):
    lines = (DATA / "seed_questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    scores = [score(each, to_json(assistant.ask(each["question"])), integral=True) for each in questions]
    measures = summarise(scores)
    # No weight is fitted on these; 49, 51 and 53 of 54, and none of 18, when this was last measured.
    assert measures["answer_in_first_quote"] >= 0.85
    assert measures["answer_in_all_quotes"] >= 0.88
    assert measures["answered_of_answerable"] >= 0.92
    assert measures["refusal_recall"] >= 0.9


@pytest.mark.parametrize(
    ("question", "lacks"),
    [("من صمم شعار القمة؟", "صمم"), ("تحت رعاية من أقيمت القمة؟", ""), ("من يرعى قمة المدن الذكية؟", "")],
)
def test_word_of_the_matter_is_said_by_its_root_and_one_for_taking_place_needs_no_saying(
    assistant, question, lacks
):
    answer = assistant.ask(question)
    assert answer.answerable is not bool(lacks)
    assert (f"«{lacks}»" in answer.text.split("\n")[0]) is bool(lacks)


def test_gold_answers_are_compared_without_the_punctuation_at_their_ends():
    assert folded_answers({"answers": ["في مسقط،", " «40» ", "؟"]}) == [fold("في مسقط").text, "40"]
