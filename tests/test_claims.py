"""Answers of other assistants: their citations read in every common shape, and checked."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.__main__ import mustanad
from assistant.checking.answers import check_answers, summary_of
from assistant.checking.claims import claimed_citations
from index.articles.reading import read_articles
from tests.fake_assistant import FakeAssistant

DATA = Path(__file__).parent / "data"
TRUE = "The old pier was a danger to everyone who used it"
FALSE = "The old pier was never a danger to anyone"
TWO_SENTENCES = "two years later than planned. It cost €48.5 million"
# The shape, a record with one citation that holds and one that does not.
RECORDS = {
    "openai": {
        "choices": [
            {
                "message": {
                    "content": f"{TRUE}. {FALSE}.",
                    "annotations": [
                        {
                            "type": "url_citation",
                            "url_citation": {"start_index": 0, "end_index": len(TRUE), "title": "terminal"},
                        },
                        {
                            "type": "url_citation",
                            "url_citation": {
                                "start_index": len(TRUE) + 2,
                                "end_index": len(TRUE) + 2 + len(FALSE),
                                "title": "terminal",
                            },
                        },
                    ],
                }
            }
        ]
    },
    "openai file": {
        "output": [
            {
                "content": [
                    {
                        "type": "output_text",
                        "text": f"{TRUE}【1】 {FALSE}【2】",
                        "annotations": [
                            {
                                "type": "file_citation",
                                "start_index": len(TRUE),
                                "end_index": len(TRUE) + 3,
                                "filename": "terminal.txt",
                            },
                            {
                                "type": "file_citation",
                                "start_index": 2 * 0 + len(TRUE) + 4 + len(FALSE),
                                "end_index": len(TRUE) + 7 + len(FALSE),
                                "filename": "terminal.txt",
                            },
                        ],
                    }
                ]
            }
        ]
    },
    "openai marker": {  # the annotation spans the marker alone
        "text": f"It is said: “{TWO_SENTENCES}” [1]. And: “{FALSE}” [1].",
        "annotations": [
            {"type": "file_citation", "filename": "terminal.txt", "start_index": at, "end_index": at + 3}
            for at in (len(TWO_SENTENCES) + 15, len(TWO_SENTENCES) + len(FALSE) + 28)
        ],
    },
    "anthropic char": {
        "content": [
            {
                "type": "text",
                "text": "The pier was dangerous.",
                "citations": [
                    {"type": "char_location", "cited_text": TRUE, "document_title": "terminal"},
                    {"type": "search_result_location", "cited_text": FALSE, "source": "terminal"},
                ],
            }
        ]
    },
    "langchain": {
        "answer": "It was dangerous.",
        "citations": [{"source_id": "terminal", "quote": TRUE}, {"source_id": "terminal", "quote": FALSE}],
    },
    "llamaindex": {
        "response": f"{TRUE} [1]. {FALSE} [2].",
        "source_nodes": [
            {"node": {"text": TRUE, "metadata": {"file_name": "terminal.txt"}}},
            {"node": {"text": FALSE, "metadata": {"file_name": "terminal.txt"}}},
        ],
    },
    "haystack": {  # as its AnswerBuilder gives an answer
        "data": f"The report says: “{TWO_SENTENCES}” [1]. It adds that “{FALSE}” [2].",
        "query": "Was it dangerous?",
        "documents": [
            {"id": "5f", "content": TRUE, "meta": {"file_path": "news/terminal.txt", "source_index": 1}},
            {"id": "7c", "content": TRUE, "meta": {"file_path": "news/terminal.txt", "source_index": 2}},
        ],
        "meta": {},
    },
    "cohere": {
        "text": "x",
        "citations": [
            {"text": TRUE, "document_ids": ["terminal"]},
            {"text": FALSE, "document_ids": ["terminal"]},
        ],
    },
    "mustanad": {
        "text": "x",
        "citations": [
            {"article_id": "terminal", "quote": TRUE},
            {"article_id": "terminal", "quote": FALSE},
        ],
    },
}


@pytest.fixture(scope="module")
def library():
    return FakeAssistant(list(read_articles([str(DATA / "check_articles.jsonl")])))


@pytest.mark.parametrize("name", RECORDS)
def test_citations_of_a_shape_are_read_and_checked(name, library):
    checked = check_answers([RECORDS[name]], library)
    assert [each.holds for each in checked] == [True, False]
    assert {each.claimed.shape for each in checked} == {name.split()[0]}
    assert summary_of(checked)["hold"] == 1


def test_words_that_stand_in_another_source_do_not_hold(library):
    record = {"answer": "x", "citations": [{"source_id": "library", "quote": TRUE}]}
    [checked] = check_answers([record], library)
    assert checked.finding.verdict == "exact" and not checked.is_named_source and not checked.holds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["annotations", "citations", "text", "quote", "type", "source_nodes", "start_index", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_records_of_any_shape_are_read_without_harm(record):
    for citation in claimed_citations(record):
        assert isinstance(citation.quote, str) and isinstance(citation.source, str)


def test_deep_record_is_read_without_harm():
    record = []
    for _ in range(900):
        record = [record, {"citations": record}]
    assert claimed_citations(record) == []


def test_command_says_which_citations_hold(seed_index, tmp_path, capsys):
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps(RECORDS["langchain"]) + "\n", "utf-8")
    assert mustanad(["check", "--answers", str(answers), "--index", str(seed_index), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["citations"] == 2 and report["hold"] == 0
    answers.write_text("{no json\n", "utf-8")
    assert mustanad(["check", "--answers", str(answers), "--index", str(seed_index)]) == 2
    assert "line 1 is no JSON" in capsys.readouterr().err
