"""The command line of the assistant."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.commands.one_question import ask_server
from index.articles.filters import Filters
from tests.api_site import make_app, serving
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "كم مشاركا حضر القمة الرابعة؟"


@pytest.fixture
def program(seed_index, monkeypatch, capsys):
    """Runs a command over the seeds, in this process."""

    def run(*arguments: str, index: Path = seed_index) -> subprocess.CompletedProcess:
        monkeypatch.setenv("MUSTANAD_INDEX", str(index))
        capsys.readouterr()
        status = main(arguments)
        output, errors = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, output, errors)

    return run


def in_a_process(*arguments: str, index: Path) -> subprocess.CompletedProcess:
    """Run `python -m assistant`."""
    environment = {**os.environ, "MUSTANAD_INDEX": str(index), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


def one_line(run: subprocess.CompletedProcess) -> str:
    assert run.returncode == 2, run.stderr
    assert run.stderr.startswith("mustanad: ") and run.stderr.count("\n") == 1
    return run.stderr


def test_ask_prints_quotes_with_their_sources_or_the_whole_answer(program, seed_index):
    shown = in_a_process("ask", QUESTION, index=seed_index)
    assert shown.returncode == 0 and "250 مشارك" in shown.stdout and "[1]" in shown.stdout
    whole = json.loads(program("ask", QUESTION, "--json").stdout)
    assert whole["answerable"] and whole["citations"][0]["quote"] in shown.stdout


def test_ask_without_an_index_builds_none(program, tmp_path):
    assert "index build" in one_line(program("ask", QUESTION, index=tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []


def test_ask_goes_to_a_running_server(tmp_path, monkeypatch):
    with serving(make_app(FakeAssistant(articles()))) as address:
        monkeypatch.setenv("MUSTANAD_PORT", address.rsplit(":", 1)[1])
        answer = ask_server("How many projects came from 123 cities?", Filters(sources=("City Wire",)))
    assert answer is not None and {each.source.source for each in answer.citations} == {"City Wire"}
    assert ask_server("How many projects?", None) is None  # it is gone


def test_ask_with_filters_that_make_no_sense_is_one_line(program):
    assert "--where" in one_line(program("ask", QUESTION, "--where", "section"))


def test_ask_empty_question_is_one_line_before_anything_is_opened(tmp_path):
    assert "empty" in one_line(in_a_process("ask", "  ", index=tmp_path / "none"))


def test_answer_goes_on_where_it_stopped(program, tmp_path):
    questions, output = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    rows = [
        {"id": f"q{number}", "question": text} for number, text in enumerate([QUESTION, "من اخترع الهاتف؟"])
    ]
    questions.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    first = program("answer", "--questions", str(questions), "--output", str(output))
    assert first.returncode == 0, first.stderr
    lines = output.read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["q0", "q1"]
    # As a run leaves it that is killed while it writes its second answer; an article may hold U+2028.
    there = json.dumps({**json.loads(lines[0]), "text": "سطر\u2028سطر"}, ensure_ascii=False)
    output.write_text(there + "\n" + lines[1][:40], "utf-8")
    again = program("answer", "--questions", str(questions), "--output", str(output))
    assert "1 answers written" in again.stderr and "1 were there" in again.stderr
    kept = output.read_text("utf-8").rstrip("\n").split("\n")
    assert [json.loads(line)["id"] for line in kept] == ["q0", "q1"]


def test_answer_and_evaluate_output_that_cannot_be_written_is_one_line(program, tmp_path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": "a", "question": "؟"}\n', "utf-8")
    for command in ("answer", "evaluate"):
        said = one_line(program(command, "--questions", str(questions), "--output", str(tmp_path)))
        assert "name another file" in said


def test_answer_bad_line_names_file_and_line(program, tmp_path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": "a", "question": "؟"}\n{oops\n', "utf-8")
    said = one_line(program("answer", "--questions", str(questions), "--output", str(tmp_path / "out")))
    assert "questions.jsonl, line 2" in said


def test_evaluate_prints_every_measure(program, tmp_path):
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "question": QUESTION, "answers": ["250 مشارك،"], "answerable": True},
        {"id": "b", "question": "من اخترع الهاتف؟", "answers": [], "answerable": False},
    ]
    questions.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    run = program("evaluate", "--questions", str(questions), "--json")
    assert run.returncode == 0, run.stderr
    measures = json.loads(run.stdout)
    assert measures["questions"] == 2
    for name in (
        "answer_in_first_quote",
        "answer_in_all_quotes",
        "refusal_precision",
        "refusal_recall",
        "auc",
    ):
        assert measures[name] == 1.0, name
    assert measures["quote_integrity"] == 1.0 and measures["median_ms"] > 0
