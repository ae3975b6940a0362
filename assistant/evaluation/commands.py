"""The commands `answer` and `evaluate` of `python -m assistant`."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from index.commands.options import Subparsers
from index.errors import EvaluationError, MustanadError
from index.evaluation.questions import read_records

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def add(
    sub: Subparsers,
    *,
    common: Callable[[argparse.ArgumentParser], None],
    evaluate_as: str = "evaluate",
) -> None:
    """Add both commands to the parser; `evaluate_as` names the second where another has its name."""
    answer = sub.add_parser("answer", help="answer a file of questions; goes on where it stopped")
    answer.add_argument("--questions", required=True, metavar="FILE", help="JSON Lines, also gzipped")
    answer.add_argument("--output", required=True, metavar="FILE", help="one answer a line, as JSON")
    common(answer)
    answer.set_defaults(run=_answer)
    evaluate = sub.add_parser(evaluate_as, help="score answers to questions whose answers are known")
    evaluate.add_argument("--questions", required=True, metavar="FILE", help="JSON Lines, also gzipped")
    evaluate.add_argument("--output", metavar="FILE", help="keep the answers here too, one a line")
    evaluate.add_argument("--json", action="store_true", help="print the measures as JSON")
    common(evaluate)
    evaluate.set_defaults(run=_evaluate)


def _answer(parsed: argparse.Namespace) -> int:
    from assistant.commands.opening import open_assistant

    questions = list(read_questions(Path(parsed.questions)))
    output = Path(parsed.output)
    done = _answered(output)
    left = [question for question in questions if str(question["id"]) not in done]
    with (
        _opened(output, "a") as file,
        open_assistant(parsed.index, encoder=parsed.encoder, suggests=False) as assistant,
    ):
        for question, answer in _answers(assistant, left):
            _write(file, question, answer)
    before = len(questions) - len(left)
    print(f"{len(left)} answers written to {output}; {before} were there", file=sys.stderr)
    return 0


def _evaluate(parsed: argparse.Namespace) -> int:
    from assistant.commands.opening import open_assistant
    from assistant.evaluation.answer_measures import score, summarise

    questions = list(read_questions(Path(parsed.questions)))
    scores = []
    with contextlib.ExitStack() as stack:
        assistant = stack.enter_context(open_assistant(parsed.index, encoder=parsed.encoder, suggests=False))
        file = stack.enter_context(_opened(Path(parsed.output), "w")) if parsed.output else None
        for question, answer in _answers(assistant, questions):
            scores.append(score(question, answer, integral=_is_integral(assistant, answer)))
            if file:
                _write(file, question, answer)
    measures = summarise(scores)
    if parsed.json:
        print(json.dumps(measures, indent=2))
    else:
        for name, value in measures.items():
            print(f"{name:<24}{'-' if value is None else f'{value:.4g}':>10}")
    return 0


def _answers(
    assistant: Assistant, questions: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give every question with its answer in JSON shape; raises EvaluationError when one cannot be asked."""
    from tqdm import tqdm

    from assistant.rendering import to_json

    for question in tqdm(questions, desc="answering", unit=" questions", leave=False, disable=None):
        try:
            yield question, to_json(assistant.ask(str(question["question"])))
        except MustanadError as error:
            raise EvaluationError(f"question {question['id']!r} cannot be asked: {error}") from error


def _write(file: TextIO, question: dict[str, Any], answer: dict[str, Any]) -> None:
    """Write one answer under its question's id, on disk before the next question is asked."""
    file.write(json.dumps({**answer, "id": question["id"]}, ensure_ascii=False) + "\n")
    file.flush()


def _is_integral(assistant: Assistant, answer: dict[str, Any]) -> bool:
    """Tell whether the promise is kept: every quote is the slice of its article that its offsets name."""
    return all(
        assistant.article(each["article_id"]).text[each["start"] : each["end"]] == each["quote"]
        for each in answer["citations"]
    )


def read_questions(path: Path) -> Iterator[dict[str, Any]]:
    """Read the questions of a JSON Lines file, whole; raises EvaluationError that names file and line."""
    for number, question in read_records(path):
        if not {"id", "question"} <= question.keys():
            raise EvaluationError(
                f"{path}, line {number} is no question; write a JSON object with the keys id and question"
            )
        yield question


def _answered(output: Path) -> set[str]:
    """Read the ids that a run before has answered; a line that it did not finish is cut off."""
    try:
        whole = output.read_bytes()
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise EvaluationError(f"{output} cannot be read ({error.strerror}); name another file") from None
    finished = whole[: whole.rfind(b"\n") + 1]
    try:
        # At line feeds alone: `splitlines` would also part a text at U+2028, which JSON leaves as it is.
        ids = {str(json.loads(line)["id"]) for line in finished.split(b"\n") if line.strip()}
    except (ValueError, KeyError, TypeError):
        raise EvaluationError(f"{output} holds something else than answers; name another file") from None
    if len(finished) < len(whole):
        output.write_bytes(finished)
    return ids


def _opened(output: Path, mode: Literal["a", "w"]) -> TextIO:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        return output.open(mode, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{output} cannot be written ({error.strerror}); name another file") from None
