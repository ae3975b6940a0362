"""The commands `answer` and `evaluate` of `python -m assistant`."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import EvaluationError, MustanadError

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def add(sub: argparse._SubParsersAction, *, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds both commands to the parser."""
    answer = sub.add_parser("answer", help="answer a file of questions; goes on where it stopped")
    answer.add_argument("--questions", required=True, metavar="FILE", help="JSON Lines, also gzipped")
    answer.add_argument("--output", required=True, metavar="FILE", help="one answer a line, as JSON")
    common(answer)
    answer.set_defaults(run=_answer)
    evaluate = sub.add_parser("evaluate", help="score answers to questions whose answers are known")
    evaluate.add_argument("--questions", required=True, metavar="FILE", help="JSON Lines, also gzipped")
    evaluate.add_argument("--output", metavar="FILE", help="keep the answers here too, one a line")
    evaluate.add_argument("--json", action="store_true", help="print the measures as JSON")
    common(evaluate)
    evaluate.set_defaults(run=_evaluate)


def _answer(parsed: argparse.Namespace) -> int:
    from assistant.assistant import open_assistant

    questions = list(read_questions(Path(parsed.questions)))
    output = Path(parsed.output)
    done = _answered(output)
    left = [question for question in questions if str(question["id"]) not in done]
    with open_assistant(parsed.index, encoder=parsed.encoder) as assistant:
        written = 0
        with _appending(output) as file:
            for question, answer in _answers(assistant, left):
                file.write(json.dumps({**answer, "id": question["id"]}, ensure_ascii=False) + "\n")
                file.flush()
                written += 1
    print(f"{written} answers written to {output}; {len(questions) - len(left)} were there", file=sys.stderr)
    return 0


def _evaluate(parsed: argparse.Namespace) -> int:
    from assistant.assistant import open_assistant
    from assistant.evaluation.measures import score, summarise

    questions = list(read_questions(Path(parsed.questions)))
    scores, lines = [], []
    with open_assistant(parsed.index, encoder=parsed.encoder) as assistant:
        for question, answer in _answers(assistant, questions):
            scores.append(score(question, answer, integral=_is_integral(assistant, answer)))
            lines.append(json.dumps({**answer, "id": question["id"]}, ensure_ascii=False))
    if parsed.output:
        Path(parsed.output).write_text("\n".join(lines) + "\n", encoding="utf-8")
    measures = summarise(scores)
    if parsed.json:
        print(json.dumps(measures, indent=2))
    else:
        for name, value in measures.items():
            print(f"{name:<24}{'-' if value is None else f'{value:.4g}':>10}")
    return 0


def _answers(assistant: Assistant, questions: list[dict]) -> Iterator[tuple[dict, dict[str, Any]]]:
    """Every question with its answer in JSON shape; one that cannot be asked gets an error instead."""
    from tqdm import tqdm

    from assistant.rendering import to_json

    for question in tqdm(questions, desc="answering", unit=" questions", leave=False, disable=None):
        try:
            yield question, to_json(assistant.ask(str(question["question"])))
        except MustanadError as error:
            raise EvaluationError(f"question {question['id']!r} cannot be asked: {error}") from error


def _is_integral(assistant: Assistant, answer: dict[str, Any]) -> bool:
    """The promise: every quote is the slice of its article that its offsets name."""
    return all(
        assistant.article(each["article_id"]).text[each["start"] : each["end"]] == each["quote"]
        for each in answer["citations"]
    )


def read_questions(path: Path) -> Iterator[dict]:
    """The questions of a JSON Lines file, whole; raises EvaluationError that names file and line."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read ({error}); name a JSON Lines file") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except ValueError:
            question = None
        if not isinstance(question, dict) or not {"id", "question"} <= question.keys():
            raise EvaluationError(
                f"{path}, line {number} is no question; write a JSON object with the keys id and question"
            )
        yield question


def _answered(output: Path) -> set[str]:
    """Ids that a run before has answered; a line that it did not finish is cut off."""
    if not output.exists():
        return set()
    whole = output.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    try:
        ids = {str(json.loads(line)["id"]) for line in kept.decode("utf-8").splitlines() if line.strip()}
    except (ValueError, KeyError, TypeError):
        raise EvaluationError(f"{output} holds something else than answers; name another file") from None
    if len(kept) < len(whole):
        output.write_bytes(kept)
    return ids


def _appending(output: Path):
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        return output.open("a", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{output} cannot be written ({error.strerror}); name another file") from None
