"""Spans: the few words of a quote that answer, told by rule; marked where they are likely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.composing.candidates import QuotedWords, candidates
from assistant.answering.composing.span_features import FEATURES, NAMES
from assistant.answering.composing.spans import OF_THE_QUOTE, by_rule, load_span_weights
from assistant.answering.judging.cues import folded
from assistant.answering.judging.weights import BIAS, refuse_unknown
from assistant.question.kinds import FACTS
from assistant.question.query import read
from index.text.phrase import Phrase


def quoted(text: str, *, named: str = "") -> QuotedWords:
    """A quote without vectors, in which the words of `named` are like names."""
    words = Phrase(text).words
    likeness = np.array([float(word.text in named.split()) for word in words])
    return QuotedWords(
        text,
        "ar",
        [word.start for word in words],
        [word.end for word in words],
        likeness,
        np.zeros((1, len(words))),
        np.ones(1),
    )


@pytest.mark.parametrize(
    ("question", "text", "named", "spans"),
    [
        ("كم بلغت التكلفة؟", "بلغت التكلفة 15.5 مليون دولار في عام 2019", "", ["15.5 مليون دولار", "2019"]),
        ("كم بلغت الصابة؟", "بلغت 23 مليون قنطار هذا العام", "", ["23 مليون قنطار"]),
        ("كم مشروعا تنافس؟", "تنافس 216 مشروعًا", "", ["216 مشروعًا"]),
        ("كم نسبة الإنجاز؟", "بلغ الإنجاز 45٪ منها", "", ["45٪"]),
        ("متى افتتح؟", "افتتح في ٣٠ سبتمبر ٢٠٢٥ بمسقط", "", ["٣٠ سبتمبر ٢٠٢٥"]),
        ("في أي عام افتتح؟", "افتتح في 30 سبتمبر 2025", "", ["2025"]),
        ("متى بدأ؟", "بدأ في القرن التاسع عشر", "", ["القرن التاسع عشر"]),
        ("متى بدأ؟", "بدأ بين 1990 و1995", "", ["1990 و1995"]),
        ("من هو الوزير؟", "قال الوزير عصام بن خلف إن", "عصام خلف", ["عصام بن خلف"]),
        ("من ينظم المسابقة؟", "تنظمها حكومة سيول سنويا", "سيول", ["حكومة سيول"]),
        ("أين تقام القمة؟", "تقام في مركز الخليج للمؤتمرات يوم الأحد", "", ["مركز الخليج للمؤتمرات"]),
        ("ما شعار القمة؟", 'رفعت شعار " مدن أذكى " هذا العام', "", ["مدن أذكى"]),
        ("كم عدد سكانها في 2010؟", "بلغ السكان 900 نسمة في 2010", "", ["900 نسمة"]),
        ("لماذا تأجلت؟", "تأجلت 3 مرات بسبب المطر", "", []),
    ],
)
def test_candidates_are_of_the_sort_asked_for_and_not_in_the_question(question, text, named, spans):
    query = read(question)
    found = candidates(query.kind, query.phrase.folded, quoted(text, named=named))
    assert [text[each.start : each.end] for each in found] == spans


@given(st.sampled_from(FACTS), st.text(alphabet='ابتن 12.,٪«»"()-/\u064e\u0640A', max_size=120))
def test_candidates_of_any_text_lie_in_it(kind, text):
    named = " ".join(word.text for word in Phrase(text).words[::2])
    for each in candidates(kind, folded("كم متى"), quoted(text, named=named)):
        assert 0 <= each.start < each.end <= len(text)


def test_every_weight_of_a_span_is_of_a_feature_and_a_misspelt_one_is_refused():
    weights = load_span_weights()
    assert set(FEATURES) <= set(weights)
    with pytest.raises(ValueError, match="'nere' is no feature of a span; there are: .*near"):
        refuse_unknown("feature of a span", {**weights, "nere": 1.0}, NAMES | {*OF_THE_QUOTE, BIAS})


def test_by_rule_of_a_quote_without_candidates_is_none():
    assert by_rule(read("كم مشروعا؟"), quoted("لا عدد هنا"), more={}) is None


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("كم مشروعا تنافس في مسابقة سيول؟", "216 مشروعًا"),
        ("متى تعلن نتائج مسابقة سيول؟", "30 سبتمبر 2025"),
        ("ما شعار القمة؟", "اعادة تعريف المدن الذكية"),
    ],
)
def test_plain_fact_over_the_seeds_is_marked_in_its_one_quote(assistant, question, span):
    answer = assistant.ask(question)
    (citation,) = answer.citations
    assert citation.answer is not None and citation.answer.text == span
    text = assistant.article(citation.source.article_id).text
    assert text[citation.answer.start : citation.answer.end] == span in citation.quote
