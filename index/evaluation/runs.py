"""Runs and qrels: rankings of articles and judgements, in memory and in TREC's file formats.

A run file has six columns (`question Q0 article rank score name`), a qrels file four
(`question 0 article grade`). Columns are parted by white space: what an article's id has of it is written
percent-encoded, and read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from index.errors import EvaluationError
from index.search.hits import Hit

Qrels = Mapping[str, Mapping[str, int]]
_COLUMN = re.compile(r"[^\t\n\v\f\r ]+")
_SPACE = "09|0A|0B|0C|0D|20"
# White space, and what would be read back as such: `%20` is written `%2520`.
_TO_WRITE = re.compile(rf"[\t\n\v\f\r ]|%(?=(?:25)*(?:{_SPACE}))")
_WRITTEN = re.compile(rf"%(?:{_SPACE})|%25(?=(?:25)*(?:{_SPACE}))")


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
    """Give the first `depth` articles of a ranking of passages, each at its best passage.

    Articles that a hit stands for (its twins) follow it with the same score.
    """
    ranked: dict[str, Ranked] = {}
    for hit in hits:
        for article_id in (hit.passage.article_id, *hit.twins):
            if article_id not in ranked:
                ranked[article_id] = Ranked(article_id, hit.score, hit.passage.passage_id)
    return list(ranked.values())[:depth]


def write_run(path: str | Path, run: Run) -> None:
    """Write a TREC run, one line an article.

    trec_eval orders by score, so a score that ties with the one above it is written a hair lower.
    """
    lines = []
    for question_id, ranking in run.rankings.items():
        above = float("inf")
        for rank, ranked in enumerate(ranking, start=1):
            score = min(ranked.score, above - 1e-9) if above != float("inf") else ranked.score
            above = score
            lines.append(f"{question_id} Q0 {_column(ranked.article_id)} {rank} {score:.9f} {run.name}\n")
    make_file(path, "".join(lines))


def read_run(path: str | Path) -> Run:
    """Read a TREC run; articles are ordered by score, ties by rank. Raises EvaluationError with the line."""
    rows: dict[str, list[tuple[float, int, str]]] = {}
    name = Path(path).stem
    for number, columns in _columns(path, count=6, shape="question Q0 article rank score name"):
        question_id, _, article_id, rank, score, name = columns
        try:
            rows.setdefault(question_id, []).append((-float(score), int(rank), _article_id(article_id)))
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
    """Write judgements as a TREC qrels file."""
    lines = (
        f"{question_id} 0 {_column(article_id)} {grade}\n"
        for question_id, grades in qrels.items()
        for article_id, grade in grades.items()
    )
    make_file(path, "".join(lines))


def read_qrels(path: str | Path) -> dict[str, dict[str, int]]:
    """Read a TREC qrels file. Raises EvaluationError naming the line."""
    qrels: dict[str, dict[str, int]] = {}
    for number, (question_id, _, article_id, grade) in _columns(
        path, count=4, shape="question 0 article grade"
    ):
        try:
            qrels.setdefault(question_id, {})[_article_id(article_id)] = int(grade)
        except ValueError as error:
            raise EvaluationError(
                f"{path}, line {number}: grade {grade!r} is no whole number; mend the line"
            ) from error
    return qrels


def _column(article_id: str) -> str:
    """Give an id fit for a column: white space in it would shift the columns after it."""
    return _TO_WRITE.sub(lambda sign: quote(sign[0]), article_id)


def _article_id(column: str) -> str:
    return _WRITTEN.sub(lambda sign: unquote(sign[0]), column)


def _columns(path: str | Path, *, count: int, shape: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvaluationError(f"{path} cannot be read: {reason}; give a TREC file in UTF-8") from error
    for number, line in enumerate(text.split("\n"), start=1):
        columns = _COLUMN.findall(line)
        if columns and len(columns) != count:
            raise EvaluationError(
                f"{path}, line {number}: {len(columns)} columns instead of {count}; write `{shape}`"
            )
        if columns:
            yield number, columns


def make_file(path: str | Path, content: str = "") -> None:
    """Write a file and its folder; without `content`, to learn before long work whether that can be done."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}; choose another place") from error
