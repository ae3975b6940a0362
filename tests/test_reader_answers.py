"""Answers with a reader among the signals; the reader is one that looks for a word."""

import numpy as np
import pytest

from assistant.answering.composing.composition import compose
from assistant.answering.judging.judgement import judge
from assistant.answering.judging.signals import NAMES, READ_SCALE
from assistant.answering.judging.weights import WITH_READER, Weights, load_weights
from assistant.answering.reader.readings import Reading
from assistant.answering.reader.unit_readings import ECHO, FEWEST, MOST, read_units
from assistant.answering.retrieval import with_articles
from assistant.answering.units import units_of
from assistant.question.query import read
from index.articles import Article
from index.articles.drafts.plain import opening_words
from index.building import build
from index.encoder import HashingEncoder
from index.search.searcher import open_searcher

TEXT = "تضم المكتبة العامة في صلالة كتبا كثيرة. افتتحها الوزير في شهر مايو. يزورها الناس كل يوم من الصباح."
QUESTION = "متى افتتحت المكتبة العامة في صلالة؟"


class WordReader:
    """Is sure that the answer is `word`, and has read `windows`."""

    most = MOST

    def __init__(self, word):
        self.word, self.windows = word, []

    def read(self, question, windows):
        self.windows += windows
        return [self._reading(window.text) for window in windows]

    def _reading(self, text):
        words, starts, at = text.split(), [], 0
        for word in words:
            at = text.index(word, at)
            starts.append(at)
            at += len(word)
        odds = np.array([9.0 if self.word in word else -9.0 for word in words], np.float32)
        ends = np.array(starts) + [len(word) for word in words]
        return Reading(np.array(starts), ends, odds, odds)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    encoder = HashingEncoder(dimension=64)
    one = Article("a", "مكتبة صلالة", TEXT, published="2024-05-01T10:00:00", language="ar")
    build([one], folder, encoder=encoder, progress=False)
    with open_searcher(folder, encoder=encoder) as opened:
        yield opened


def judged(searcher, reader):
    query = read(QUESTION)
    passages = with_articles(searcher, searcher.search(query.searched, k=3))
    weights = Weights({"reader": 10.0}, {"bias": 1.0}, 0.1)
    return judge(query, passages, searcher, weights=weights, reader=reader)


def quotes(searcher, reader):
    return [citation.quote for citation in compose(judged(searcher, reader)).citations]


@pytest.mark.parametrize(("word", "sentence"), [("مايو", "افتتحها"), ("الصباح", "يزورها"), ("كثيرة", "تضم")])
def test_first_quote_holds_what_the_reader_is_sure_of(searcher, word, sentence):
    first = quotes(searcher, WordReader(word))[0]
    assert word in first and sentence in first


def test_reader_reads_passages_under_title_and_date(searcher):
    reader = WordReader("مايو")
    quotes(searcher, reader)
    assert {window.heading for window in reader.windows} == {"مكتبة صلالة · 2024-05-01"}


def test_span_that_repeats_the_question_is_hardly_its_answer(searcher):
    query = read(QUESTION)
    passages = with_articles(searcher, searcher.search(query.searched, k=3))
    units = units_of(passages)
    told, echoed = (
        read_units(WordReader("صلالة"), QUESTION, passages, units, echoed=terms).points.max()
        for terms in (frozenset(), frozenset(query.phrase.terms))
    )
    assert echoed == pytest.approx(told - ECHO)


@pytest.mark.parametrize("most", [0, FEWEST, 3, MOST])
def test_reader_in_a_hurry_reads_fewer_windows_or_none(searcher, most):
    reader = WordReader("no such word")
    reader.most = most
    query = read(QUESTION)
    passages = with_articles(searcher, searcher.search(query.searched, k=3)) * MOST
    judgement = judge(query, passages, searcher, reader=reader)
    assert len(reader.windows) == most
    assert (judgement.comparison.readings is None) == (most == 0)
    assert judgement.units and judgement.confidence > 0


def test_signals_without_reader_have_an_empty_column_for_it(searcher):
    query = read(QUESTION)
    passages = with_articles(searcher, searcher.search(query.searched, k=3))
    signals = judge(query, passages, searcher).signals
    assert not signals.values[:, NAMES.index("reader")].any()
    assert signals.question["reader_some"] == 0.0


def test_signals_with_reader_tell_what_it_read(searcher):
    judgement = judged(searcher, WordReader("مايو"))
    column = judgement.signals.values[:, NAMES.index("reader")]
    assert column.max() > -0.01 and column.min() <= READ_SCALE * -9
    assert judgement.signals.question["reader_some"] > 0.5


def test_weights_with_reader_fall_back_to_those_without():
    assert load_weights("no such encoder", reader=True) == load_weights("no such encoder")
    assert WITH_READER not in load_weights("multilingual-e5-small").units


def test_opening_words_of_a_text_are_no_heading_above_it(tmp_path):
    articles = [
        Article("named", "المكتبة العامة", TEXT, published="2025-05-01"),
        Article("unnamed", opening_words(TEXT), TEXT),
    ]
    encoder = HashingEncoder()
    build(articles, tmp_path, encoder=encoder, progress=False)
    with open_searcher(tmp_path, encoder=encoder) as searcher:
        passages = with_articles(searcher, searcher.search(QUESTION, k=2, collapse=False))
    reader = WordReader("صلالة")
    read_units(reader, QUESTION, passages, units_of(passages))
    assert {window.heading for window in reader.windows} == {"المكتبة العامة · 2025-05-01", ""}
