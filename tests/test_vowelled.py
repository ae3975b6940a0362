"""Vowelled and stretched writing is answered as the plain writing is, on either side."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer, Turn
from assistant.assistant import Assistant
from assistant.question.kinds import kind_of, topic_of
from assistant.question.talk.small_talk import small_talk
from index.articles import Article, read_articles
from index.building import build
from index.passages import split_article
from index.search.searcher import open_searcher
from index.text.phrase import Phrase
from index.text.sentences import clause_spans, sentence_spans
from index.text.tashkeel import unvowelled
from tests.conftest import SEEDS
from tests.vowelling import stretched, vowelled

DATA = Path(__file__).with_name("data")
SEED_QUESTIONS = [json.loads(line)["question"] for line in (DATA / "seed_questions.jsonl").open("rb")]
EVERY = 5  # of the questions is asked: an answer takes seconds on a slow machine; all were the same


def opened(folder, articles, encoder):
    """An assistant over an index of some articles."""
    build(articles, folder, encoder=encoder, progress=False)
    return contextlib.closing(Assistant(folder, encoder=encoder))


@pytest.fixture(scope="module")
def plain_articles():
    return [article for article in read_articles([SEEDS]) if isinstance(article, Article)]


@pytest.fixture(scope="module")
def vowelled_articles(plain_articles):
    return [
        replace(article, title=vowelled(article.title), text=vowelled(article.text))
        for article in plain_articles
    ]


@pytest.fixture(scope="module")
def of_vowelled(tmp_path_factory, vowelled_articles, encoder):
    """The assistant over the seed articles with a sign on every letter."""
    with opened(tmp_path_factory.mktemp("vowelled") / "index", vowelled_articles, encoder) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def of_case(tmp_path_factory, encoder):
    """The assistant over a vowelled article beside a plain one."""
    folder = tmp_path_factory.mktemp("case") / "index"
    build([DATA / "cases" / "38-vowelled.jsonl"], folder, encoder=encoder, progress=False)
    with contextlib.closing(Assistant(folder, encoder=encoder)) as assistant:
        yield assistant


def essence(answer: Answer):
    """What must be the same: whether and how surely it answers, and what it quotes."""
    quotes = [(cited.source.article_id, unvowelled(cited.quote)) for cited in answer.citations]
    return answer.kind, answer.answerable, round(answer.confidence, 3), quotes


@pytest.mark.parametrize("question", SEED_QUESTIONS[::EVERY])
def test_vowelled_question_gets_the_answer_of_the_plain_one(assistant, question):
    expected = essence(assistant.ask(question))
    assert essence(assistant.ask(vowelled(question))) == expected
    assert essence(assistant.ask(stretched(question))) == expected


@pytest.mark.parametrize("question", SEED_QUESTIONS[1::EVERY])
def test_vowelled_articles_answer_as_the_plain_ones(assistant, of_vowelled, question):
    answer = of_vowelled.ask(question)
    assert essence(answer) == essence(assistant.ask(question))
    for cited in answer.citations:
        text = of_vowelled.article(cited.source.article_id).text
        assert text[cited.start : cited.end] == cited.quote


def test_vowelled_copy_of_an_article_scores_as_the_plain_one(tmp_path, plain_articles, encoder):
    for article in plain_articles[:2]:
        marked = replace(
            article, article_id="marked", title=vowelled(article.title), text=vowelled(article.text)
        )
        folder = tmp_path / article.article_id
        build([article, marked], folder, encoder=encoder, progress=False)
        with contextlib.closing(open_searcher(folder, encoder=encoder)) as searcher:
            for query in SEED_QUESTIONS[:8]:
                hits = searcher.search(query, k=40, collapse=False)
                scores = {each: [] for each in ("marked", article.article_id)}
                for hit in hits:
                    scores[hit.passage.article_id].append(hit.score)
                assert scores["marked"] == pytest.approx(scores[article.article_id], abs=1e-6)


@pytest.mark.parametrize(
    ("question", "article_id", "said"),
    [
        ("أين نزل التاجر سليم؟", "merchant", "خان الزيتون"),
        ("بعد كم يوم وصل التاجر إلى المدينة؟", "merchant", "تسعة أيام"),
        ("بكم باع التاجر بضاعته؟", "merchant", "بثلاثمئة دينار"),
        ("لِمَنْ بَاعَ مَنْصُورٌ السَّمَكَ؟", "fisherman", "سلمى"),
        ("لمن باع منصور السمك؟", "fisherman", "سلمى"),
        ("أَيْنَ نَزَلَ التَّاجِرُ سَلِيمٌ؟", "merchant", "خان الزيتون"),
        ("أيـــن نـــزل الـتـاجر سليم؟", "merchant", "خان الزيتون"),
        ("لمن باع التاجر بضاعته؟", "merchant", "حمدان"),
        ("كم جملا كان مع التاجر؟", "merchant", "عشرون جملا"),
        ("مَتَى خَرَجَ الصَّيَّادُ مَنْصُورٌ مِنْ قَرْيَتِهِ؟", "fisherman", "آخر الشتاء"),
        ("مِنْ أَيْنَ خَرَجَ التَّاجِرُ سَلِيمٌ؟", "merchant", "من بلدته"),
    ],
)
def test_vowelled_article_is_answered_from_beside_a_plain_one(of_case, question, article_id, said):
    answer = of_case.ask(question)
    assert answer.answerable
    assert answer.citations[0].source.article_id == article_id
    assert said in unvowelled(" ".join(cited.quote for cited in answer.citations))


def test_passages_sentences_and_clauses_are_cut_alike(plain_articles, vowelled_articles):
    for plain, marked in zip(plain_articles, vowelled_articles, strict=True):
        assert [unvowelled(passage.text) for passage in split_article(plain)] == [
            unvowelled(passage.text) for passage in split_article(marked)
        ]
        for spans in (sentence_spans, clause_spans):
            assert [unvowelled(plain.text[slice(*span)]) for span in spans(plain.text)] == [
                unvowelled(marked.text[slice(*span)]) for span in spans(marked.text)
            ]


@pytest.mark.parametrize(
    "question",
    ["ما الجديد عن العقبة؟", "لخص مقال البحرين", "كم عدد المشاريع؟", "من أنت؟", "السلام عليكم", "شكرا جزيلا"],
)
def test_kind_and_topic_of_a_vowelled_question_are_those_of_the_plain_one(question):
    for written in (vowelled(question), stretched(question)):
        assert kind_of(Phrase(written)) == kind_of(Phrase(question))
        assert topic_of(Phrase(written)) == topic_of(Phrase(question))
        assert small_talk(Phrase(written)) == small_talk(Phrase(question))


@pytest.mark.parametrize(
    ("first", "then"),
    [("كم مدينة شاركت في جائزة سيول؟", "ومتى؟"), ("ما هي مبادرة سفراء المدن الذكية؟", "كم عدد سفرائها؟")],
)
def test_vowelled_conversation_goes_on_as_the_plain_one(assistant, first, then):
    def last(*questions):
        history = []
        for question in questions:
            answer = assistant.ask(question, history=history)
            history.append(Turn(question, answer))
        return essence(answer)

    assert last(vowelled(first), vowelled(then)) == last(first, then)
