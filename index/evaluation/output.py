"""What an evaluation leaves in a folder: the report in three forms, runs and judgements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.evaluation.asking import Languages, TimedRun
from index.evaluation.html_report import Failure, ShownArticle, render_page
from index.evaluation.questions import Question
from index.evaluation.report import ALL, COMPARED, Report
from index.evaluation.runs import Qrels, make_file, write_qrels, write_run

if TYPE_CHECKING:
    from index.search.searcher import Searcher

FAILURES_SHOWN = 30
FOUND_SHOWN = 3


def failures_of(
    searcher: Searcher,
    asked: TimedRun,
    questions: Sequence[Question],
    report: Report,
    languages: Languages,
    qrels: Qrels,
) -> list[Failure]:
    """Give the questions that a run answers worst: what answers each, and what was found instead."""
    values = report.values[asked.run.name]
    lane_of = {key: lane for lane, keys in report.lanes.items() if lane != ALL for key in keys}
    worst = sorted(questions, key=lambda question: values[question.question_id][COMPARED])[:FAILURES_SHOWN]
    failures = []
    for question in worst:
        value = values[question.question_id][COMPARED]
        if value >= 1.0:
            break
        right = [each for each, grade in qrels[question.question_id].items() if grade > 0]
        ranked = asked.run.rankings.get(question.question_id, ())[:FOUND_SHOWN]
        failures.append(
            Failure(
                question.question,
                lane_of[question.question_id],
                value,
                expected=[_found(searcher, each, "", languages) for each in right],
                shown=[
                    _found(searcher, each.article_id, each.passage_id, languages, right=right)
                    for each in ranked
                ],
            )
        )
    return failures


def _found(
    searcher: Searcher, article_id: str, passage_id: str, languages: Languages, *, right: Sequence[str] = ()
) -> ShownArticle:
    """Give an article with the passage that was found, or its first one."""
    if languages[article_id] is None:
        return ShownArticle("not in the index", article_id)
    passages = searcher.passages(article_id)
    excerpt = next((each.text for each in passages if passage_id in ("", each.passage_id)), "")
    return ShownArticle(searcher.article(article_id).title, article_id, excerpt, article_id in right)


def write_report(
    folder: Path, report: Report, failures: Sequence[Failure], asked: Sequence[TimedRun], qrels: Qrels
) -> None:
    """Write everything into `folder`; EvaluationError where that cannot be."""
    make_file(folder / "report.html", render_page(report, failures, title="Retrieval report"))
    make_file(folder / "report.md", report.as_markdown())
    make_file(folder / "report.json", json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")
    write_qrels(folder / "qrels.txt", qrels)
    for run in (lane.run for lane in asked):
        write_run(folder / f"{run.name}.run", run)
