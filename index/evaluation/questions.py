"""Questions with the articles that answer them, read from JSON Lines, gzipped or not."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an evaluation set; `article_ids` are the articles that answer it.

    `language` is a BCP 47 primary subtag, empty when the file does not say. `extra` keeps the keys that
    measuring retrieval does not need (`answers`, `spans`, ...).
    """

    question_id: str
    question: str
    language: str = ""
    article_ids: tuple[str, ...] = ()
    answerable: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_questions(path: str | Path) -> list[Question]:
    """Give the questions of a JSON Lines file.

    Raises EvaluationError, naming file and line, where the file cannot be read, a line is no question or
    an id comes twice.
    """
    path = Path(path)
    questions: list[Question] = []
    lines_of: dict[str, int] = {}
    for number, record in read_records(path):
        question = _question(record, line=f"{path}, line {number}")
        if question.question_id in lines_of:
            raise EvaluationError(
                f"{path}, line {number}: the id {question.question_id!r} was already used in line "
                f"{lines_of[question.question_id]}; give every question its own id"
            )
        lines_of[question.question_id] = number
        questions.append(question)
    if not questions:
        raise EvaluationError(f"{path} holds no question; write one JSON object a line")
    return questions


def qrels_of(questions: Sequence[Question]) -> dict[str, dict[str, int]]:
    """Give judgements of the answerable questions that name articles: question id -> article id -> 1."""
    return {
        question.question_id: dict.fromkeys(question.article_ids, 1)
        for question in questions
        if question.answerable and question.article_ids
    }


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the JSON objects of a JSON Lines file, gzipped or not, each with the number of its line.

    Raises EvaluationError, naming file and line, where the file cannot be read or a line is none.
    """
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = (
                f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
            )
            raise EvaluationError(f"{where}: not JSON ({reason}); write one JSON object a line") from error
        if not isinstance(record, dict):
            raise EvaluationError(f"{where}: {type(record).__name__} instead of a JSON object; write {{...}}")
        yield number, record


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give numbered lines that are not blank."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvaluationError(
            f"the questions {path} cannot be read: {reason}; give a JSON Lines file, gzipped or not"
        ) from error
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise EvaluationError(f"{path}, line {number}: not UTF-8; save the file as UTF-8") from error


def _question(record: dict[str, Any], *, line: str) -> Question:
    question_id = record.pop("id", None)
    text = record.pop("question", None)
    article_ids = record.pop("article_ids", None) or []
    language = record.pop("lang", None) or ""
    answerable = record.pop("answerable", True)
    if (
        not isinstance(question_id, (str, int))
        or question_id == ""
        or str(question_id).split() != [str(question_id)]
    ):
        raise EvaluationError(f'{line}: "id" is {question_id!r}; give a string without white space')
    if not isinstance(text, str) or not text.strip():
        raise EvaluationError(f'{line}: "question" is {text!r}; give the question as text')
    if not isinstance(article_ids, list) or not all(isinstance(item, str) for item in article_ids):
        raise EvaluationError(f'{line}: "article_ids" is {article_ids!r}; give a list of article ids')
    if not isinstance(language, str) or not isinstance(answerable, bool):
        raise EvaluationError(
            f'{line}: "lang" is {language!r} and "answerable" {answerable!r}; give a code and true or false'
        )
    return Question(
        question_id=str(question_id),
        question=text,
        language=language,
        article_ids=tuple(dict.fromkeys(article_ids)),
        answerable=answerable,
        extra=record,
    )
