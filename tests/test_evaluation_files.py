"""Files of an evaluation: questions in JSON Lines, runs and qrels in TREC's formats, in and out."""

import gzip
import json

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EvaluationError
from index.evaluation.questions import Question, qrels_of, read_questions
from index.evaluation.runs import Ranked, Run, collapse, read_qrels, read_run, write_qrels, write_run
from index.passages import Passage
from index.search.hits import Hit

# Questions

DAMAGED = bytearray(gzip.compress(json.dumps({"id": "q", "question": "x" * 40}).encode(), mtime=0))
DAMAGED[12:20] = b"\xff" * 8


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "JSON object"),
        ('{"question": "x"}', '"id"'),
        ('{"id": "q 1", "question": "x"}', "white space"),
        ('{"id": "q"}', '"question"'),
        ('{"id": "q", "question": "  "}', '"question"'),
        ('{"id": "q", "question": "x", "article_ids": "a"}', '"article_ids"'),
        ('{"id": "q", "question": "x", "answerable": "yes"}', '"answerable"'),
        ('{"id": "good", "question": "x"}', "already used"),
    ],
)
def test_read_questions_bad_line_names_file_and_line(tmp_path, line, says):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "good", "question": "x"}\n\n' + line, encoding="utf-8")
    with pytest.raises(EvaluationError) as raised:
        read_questions(path)
    assert f"{path}, line 3" in str(raised.value) and says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"\x1f\x8bnot gzip", DAMAGED, b'{"id": "q", "question": "\xff"}']
)
def test_read_questions_unreadable_file_is_one_clear_error(tmp_path, content):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"questions\.jsonl"):
        read_questions(path)


def test_read_questions_missing_file_says_so(tmp_path):
    with pytest.raises(EvaluationError, match="No such file"):
        read_questions(tmp_path / "nothing.jsonl")


def test_read_questions_gzip_and_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "questions.jsonl.gz"
    path.write_bytes(
        gzip.compress(
            b"\xef\xbb\xbf"
            + json.dumps({"id": "q", "question": "x", "article_ids": ["a1"], "answers": ["x"]}).encode()
        )
    )
    (question,) = read_questions(path)
    assert question.article_ids == ("a1",) and question.extra == {"answers": ["x"]}


def test_qrels_of_leaves_out_what_cannot_be_judged():
    questions = [
        Question("q1", "x", article_ids=("a", "b")),
        Question("q2", "x"),
        Question("q3", "x", "", ("a",), False),
    ]
    assert qrels_of(questions) == {"q1": {"a": 1, "b": 1}}


# Runs


def hit(article_id, score, *, rank=1, twins=()):
    return Hit(Passage(f"{article_id}#0-1", article_id, 0, 1, "x"), score, rank, twins=twins)


def test_collapse_keeps_the_best_passage_of_an_article_and_adds_twins():
    ranked = collapse([hit("a", 3.0, twins=("t",)), hit("b", 2.0), hit("a", 1.0)], depth=10)
    assert [(each.article_id, each.score) for each in ranked] == [("a", 3.0), ("t", 3.0), ("b", 2.0)]
    assert len(collapse([hit("a", 3.0), hit("b", 2.0)], depth=1)) == 1


def test_write_run_ties_are_read_back_in_their_order(tmp_path):
    rankings = {"q": [Ranked("b", 0.5), Ranked("a", 0.5), Ranked("c", 0.5), Ranked("d", -1.0)]}
    write_run(tmp_path / "deep" / "x.run", Run("x", rankings))
    again = read_run(tmp_path / "deep" / "x.run")
    assert again.name == "x" and [each.article_id for each in again.rankings["q"]] == ["b", "a", "c", "d"]
    theirs = ir_measures.read_trec_run(str(tmp_path / "deep" / "x.run"))
    ordered = sorted(theirs, key=lambda each: -each.score)
    assert [each.doc_id for each in ordered] == ["b", "a", "c", "d"]


@given(st.lists(st.text(" \t\r\n%250ADa\u00a0/", min_size=1), unique=True, max_size=5))
def test_ids_with_white_space_are_read_back_as_they_were(tmp_path_factory, article_ids):
    path = tmp_path_factory.mktemp("trec") / "file"
    write_qrels(path, {"q": dict.fromkeys(article_ids, 1)})
    assert list(read_qrels(path).get("q", ())) == article_ids
    write_run(path, Run("x", {"q": [Ranked(each, 1.0) for each in article_ids]}))
    assert [each.article_id for each in read_run(path).rankings.get("q", ())] == article_ids


def test_write_run_white_space_in_an_id_is_percent_encoded(tmp_path):
    write_run(tmp_path / "x.run", Run("x", {"q": [Ranked("a b", 1.0)]}))
    assert (tmp_path / "x.run").read_text(encoding="utf-8") == "q Q0 a%20b 1 1.000000000 x\n"


def test_write_qrels_is_read_by_ir_measures_and_by_us(tmp_path):
    write_qrels(tmp_path / "qrels", {"q": {"a": 1, "b": 2}})
    assert read_qrels(tmp_path / "qrels") == {"q": {"a": 1, "b": 2}}
    assert {each.doc_id: each.relevance for each in ir_measures.read_trec_qrels(str(tmp_path / "qrels"))} == {
        "a": 1,
        "b": 2,
    }


@pytest.mark.parametrize("line", ["q Q0 a 1 0.5", "q Q0 a one 0.5 x", "q Q0 a 1 high x"])
def test_read_run_bad_line_names_file_and_line(tmp_path, line):
    (tmp_path / "x.run").write_text("q Q0 b 1 0.9 x\n" + line + "\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"x\.run, line 2"):
        read_run(tmp_path / "x.run")
