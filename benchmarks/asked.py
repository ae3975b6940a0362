"""Questions as people ask them: right, buried, wrong, wrongly refused, wrongly answered.

    python -m benchmarks.asked [--show] [--json FILE] [--answers FILE]

Asks the 150 questions of `tests/data/asked_questions.jsonl` of the seeds and of the slice of news beside it,
each after the questions that its `history` names, and prints the counts; `--show` prints every question whose
outcome is not right with what came.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Turn
from assistant.assistant import Assistant
from assistant.evaluation.outcomes import VERDICTS, Outcome, outcome_of, summarised
from assistant.rendering import to_json
from index.building import build
from index.encoder import load_encoder
from index.evaluation.questions import read_records

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests" / "data" / "asked_questions.jsonl"
CORPORA = {"seeds": ROOT / "seeds", "news": ROOT / "tests" / "data" / "news_slice.jsonl.gz"}
SHOWN = 160  # code points of a text


def answers(questions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Answer]]:
    """Every question with its answer, from an index of its corpus alone."""
    encoder = load_encoder(None)
    with tempfile.TemporaryDirectory() as folder:
        for corpus, source in CORPORA.items():
            build([source], Path(folder, corpus), encoder=encoder, progress=False)
            with Assistant(Path(folder, corpus), encoder=encoder, suggests=False) as assistant:
                for question in questions:
                    if question["corpus"] == corpus:
                        yield question, _after_history(assistant, question)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--show", action="store_true", help="print what was not right")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts here too")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="write every answer here, one a line")
    options = parser.parse_args(arguments)
    questions = [question for _number, question in read_records(options.questions)]
    outcomes = [outcome_of(question, to_json(answer)) for question, answer in answers(questions)]
    summary = summarised(outcomes)
    _print(summary)
    if options.show:
        for outcome in outcomes:
            if outcome.verdict != "right" or outcome.named is False:
                print(_told(outcome))
    if options.json:
        options.json.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if options.answers:
        rows = [{**outcome.answer, "id": outcome.question["id"]} for outcome in outcomes]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.answers.write_text(lines, encoding="utf-8")


def _after_history(assistant: Assistant, question: Mapping[str, Any]) -> Answer:
    turns: list[Turn] = []
    for before in question.get("history", ()):
        turns.append(Turn(before, assistant.ask(before, history=turns)))
    return assistant.ask(question["question"], history=turns)


def _print(summary: Mapping[str, Any]) -> None:
    keys = [verdict.replace(" ", "_") for verdict in VERDICTS]
    print("| kind | " + " | ".join(VERDICTS) + " |\n| --- |" + " ---: |" * len(VERDICTS))
    for kind, counts in (*summary["kinds"].items(), ("**all**", summary)):
        print(f"| {kind} | " + " | ".join(str(counts[key]) for key in keys) + " |")
    print(f"\n{summary['refusals_that_name']} of {summary['refusals_to_name']} name what is missing")


def _told(outcome: Outcome) -> str:
    text = " ".join(outcome.answer["text"].split())[:SHOWN]
    named = " (names nothing)" if outcome.named is False else ""
    return f"{outcome.question['id']} {outcome.verdict}{named}: {outcome.question['question']}\n    {text}"


if __name__ == "__main__":
    main()
