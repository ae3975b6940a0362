"""Runs and qrels: rankings of articles and judgements, in memory and in TREC's file formats.

A run file has six columns (`question Q0 article rank score name`), a qrels file four
(`question 0 article grade`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import EvaluationError
from index.hits import Hit

Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article in a ranking: its best passage's score, and that passage where it is known."""

    article_id: str
    score: float
    passage_id: str = ""


@dataclass(frozen=True)
class Run:
    """One ranking of articles a question, best first; `name` is the last column of a TREC file."""

    name: str
    rankings: Mapping[str, Sequence[Ranked]]


def collapse(hits: Iterable[Hit], *, depth: int) -> list[Ranked]:
    """The first `depth` articles of a ranking of passages, each at its best passage.

    Articles that a hit stands for (its twins) follow it with the same score.
    """
    found: dict[str, Ranked] = {}
    for hit in hits:
        for article_id in (hit.passage.article_id, *hit.twins):
            if article_id not in found:
                found[article_id] = Ranked(article_id, hit.score, hit.passage.passage_id)
    return list(found.values())[:depth]


def write_run(path: str | Path, run: Run) -> None:
    """Writes a TREC run, one line an article.

    trec_eval orders by score, so a score that ties with the one above it is written a hair lower.
    """
    lines = []
    for question_id, ranking in run.rankings.items():
        above = float("inf")
        for rank, ranked in enumerate(ranking, start=1):
            score = min(ranked.score, above - 1e-9) if above != float("inf") else ranked.score
            above = score
            lines.append(f"{question_id} Q0 {_column(ranked.article_id)} {rank} {score:.9f} {run.name}\n")
    _write(path, lines)


def read_run(path: str | Path) -> Run:
    """Reads a TREC run; articles are ordered by score, ties by rank. Raises EvaluationError with the line."""
    rows: dict[str, list[tuple[float, int, str]]] = {}
    name = Path(path).stem
    for number, columns in _columns(path, count=6, shape="question Q0 article rank score name"):
        question_id, _, article_id, rank, score, name = columns
        try:
            rows.setdefault(question_id, []).append((-float(score), int(rank), article_id))
        except ValueError as error:
            raise EvaluationError(
                f"{path}, line {number}: rank {rank!r} and score {score!r} are not numbers; mend the line"
            ) from error
    rankings = {
        question_id: [Ranked(article_id, -negative) for negative, _, article_id in sorted(found)]
        for question_id, found in rows.items()
    }
    return Run(name=name, rankings=rankings)


def write_qrels(path: str | Path, qrels: Qrels) -> None:
    """Writes judgements as a TREC qrels file."""
    _write(
        path,
        [
            f"{question_id} 0 {_column(article_id)} {grade}\n"
            for question_id, grades in qrels.items()
            for article_id, grade in grades.items()
        ],
    )


def read_qrels(path: str | Path) -> dict[str, dict[str, int]]:
    """Reads a TREC qrels file. Raises EvaluationError naming the line."""
    qrels: dict[str, dict[str, int]] = {}
    for number, (question_id, _, article_id, grade) in _columns(
        path, count=4, shape="question 0 article grade"
    ):
        try:
            qrels.setdefault(question_id, {})[article_id] = int(grade)
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: grade {grade!r} is no whole number") from error
    return qrels


def _column(value: str) -> str:
    """A value fit for a column: white space in an id would shift the columns after it."""
    return "%20".join(value.split(" ")) if " " in value else value


def _columns(path: str | Path, *, count: int, shape: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvaluationError(f"{path} cannot be read: {reason}; give a TREC file in UTF-8") from error
    for number, line in enumerate(text.split("\n"), start=1):
        columns = line.split()
        if columns and len(columns) != count:
            raise EvaluationError(
                f"{path}, line {number}: {len(columns)} columns instead of {count}; write `{shape}`"
            )
        if columns:
            yield number, columns


def _write(path: str | Path, lines: Sequence[str]) -> None:
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}; choose another place") from error
