"""The commands that measure retrieval: run and evaluate."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.commands.options import Subparsers, add_command
from index.errors import EvaluationError
from index.evaluation.questions import Question, qrels_of, read_questions
from index.search.modes import MEASURED, MODES

if TYPE_CHECKING:
    from index.evaluation.asking import TimedRun
    from index.evaluation.runs import Qrels
    from index.search.reranker import RerankingSearcher
    from index.search.searcher import Searcher


def add_measurement(commands: Subparsers) -> None:
    """Add `run` and `evaluate`."""
    about = "Ask every question and write a TREC run."
    _add_run_options(add_command(commands, "run", _run, about, json_too=False))
    about = "Measure retrieval with questions of your own."
    _add_evaluate_options(add_command(commands, "evaluate", _evaluate, about))


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--questions", required=True, type=Path, metavar="FILE", help="JSON Lines, may be gzipped"
    )
    command.add_argument(
        "--output", required=True, type=Path, metavar="RUN", help="the TREC run file to write"
    )
    command.add_argument("-k", type=int, default=100, help="articles a question (100)")
    command.add_argument("--mode", choices=MODES, default="hybrid", help="which sides are asked (hybrid)")
    command.add_argument("--encoder", metavar="NAME", help="the model the index was built with")
    _add_reranker(command)
    command.add_argument(
        "--qrels", type=Path, metavar="FILE", help="also write the judgements, as TREC qrels"
    )


def _add_evaluate_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--questions",
        required=True,
        action="append",
        type=Path,
        metavar="FILE",
        help="JSON Lines with article_ids, may be gzipped; may be repeated",
    )
    command.add_argument(
        "--articles",
        action="append",
        metavar="PATH",
        help="evaluate an index made of these articles for the occasion, instead of --index; may be repeated",
    )
    command.add_argument(
        "--output", type=Path, metavar="DIR", help="write report.json, .md, .html, runs and qrels"
    )
    command.add_argument(
        "--mode",
        action="append",
        choices=MODES,
        help="modes to measure, the first against the rest (hybrid, dense, sparse)",
    )
    command.add_argument(
        "--baseline",
        action="append",
        default=[],
        type=Path,
        metavar="RUN",
        help="a TREC run over the same questions to compare with; may be repeated",
    )
    command.add_argument("--qrels", type=Path, metavar="FILE", help="TREC judgements instead of article_ids")
    command.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model, by name or folder")
    _add_reranker(command, "also measure the first mode with this cross-encoder, by name or folder")
    command.add_argument("--quiet", action="store_true", help="show no progress")


def _add_reranker(command: argparse.ArgumentParser, about: str = "") -> None:
    """Add `--reranker`."""
    about = about or "a cross-encoder that orders the best hits anew, by name or folder (none)"
    command.add_argument("--reranker", metavar="NAME", help=about)


def _run(options: argparse.Namespace) -> None:
    """Write one TREC run."""
    from index.evaluation.asking import ask
    from index.evaluation.runs import make_file, write_qrels, write_run

    if options.k < 1:
        raise EvaluationError(f"-k is {options.k}; ask for at least one article a question")
    questions = read_questions(options.questions)
    with _searcher(options) as searcher, _progress(len(questions), shown=True) as step:
        make_file(options.output)
        asking = _reranking(searcher, options) or searcher
        asked = ask(asking, questions, mode=options.mode, depth=options.k, progress=step)
    write_run(options.output, asked.run)
    if options.qrels:
        write_qrels(options.qrels, qrels_of(questions))
    print(f"{len(asked.run.rankings):,} questions, mode {options.mode}, written to {options.output}")


def _evaluate(options: argparse.Namespace) -> None:
    """Measure modes (and runs from files) on questions; print a table or JSON, and write a report."""
    from index.evaluation.asking import Languages, ask, lane_of
    from index.evaluation.output import failures_of, write_report
    from index.evaluation.report import make_report
    from index.evaluation.runs import make_file

    questions = [question for path in options.questions for question in read_questions(path)]
    qrels = _judged(questions, options.qrels)
    judged = [question for question in questions if question.question_id in qrels]
    modes = list(dict.fromkeys(options.mode or MEASURED))
    reranked = f"{modes[0]}+reranker"
    baselines = _baselines(options.baseline, taken={*modes, reranked})
    shown = not options.quiet and not options.json
    with _searcher(options) as searcher:
        if options.output:
            make_file(options.output / "report.json")
        reranking = _reranking(searcher, options)
        with _progress((len(modes) + bool(reranking)) * len(judged), shown=shown) as step:
            asked = [ask(searcher, judged, mode=mode, progress=step) for mode in modes]
            if reranking:
                asked.append(ask(reranking, judged, mode=modes[0], name=reranked, progress=step))
        languages = Languages(searcher)
        lanes: dict[str, list[str]] = {}
        for question in judged:
            lanes.setdefault(lane_of(question, languages), []).append(question.question_id)
        missing = {each for question in judged for each in question.article_ids if languages[each] is None}
        facts = _facts(
            searcher, judged=len(judged), unjudged=len(questions) - len(judged), missing=len(missing)
        )
        report = make_report(asked + baselines, qrels, lanes, facts=facts)
        if options.output:
            failures = failures_of(searcher, asked[0], judged, report, languages, qrels)
            write_report(options.output, report, failures, asked, qrels)
    print(
        json.dumps(report.as_json(), ensure_ascii=False, indent=1) if options.json else report.as_markdown()
    )
    if missing and not options.json:
        print(f"{len(missing)} judged articles are not in the index and count as not found", file=sys.stderr)


def _baselines(paths: Sequence[Path], *, taken: set[str]) -> list[TimedRun]:
    """Give the runs of `--baseline`; one that is named as another, an earlier run of ours say, is renamed."""
    from index.evaluation.asking import TimedRun
    from index.evaluation.runs import Run, read_run

    baselines = []
    for path in paths:
        run = read_run(path)
        name = run.name if run.name not in taken else f"{run.name} of {path}"
        taken = {*taken, name}
        baselines.append(TimedRun(Run(name, run.rankings), {}))
    return baselines


def _facts(searcher: Searcher, *, judged: int, unjudged: int, missing: int) -> dict[str, object]:
    """Give what was measured on, for the head of a report."""
    info = searcher.info()
    return {
        "articles": info.articles,
        "passages": info.passages,
        "encoder": info.encoder,
        "questions measured": judged,
        "questions without judgement": unjudged,
        "judged articles that the index lacks": missing,
    }


def _judged(questions: Sequence[Question], path: Path | None) -> Qrels:
    """Give judgements of the questions at hand that have a relevant article."""
    from index.evaluation.runs import read_qrels

    seen: set[str] = set()
    for question in questions:
        if question.question_id in seen:
            raise EvaluationError(
                f"two files have a question with the id {question.question_id!r}; "
                "give every question an id of its own"
            )
        seen.add(question.question_id)
    qrels = qrels_of(questions) if path is None else read_qrels(path)
    kept = {key: grades for key, grades in qrels.items() if key in seen and max(grades.values()) > 0}
    if not kept:
        raise EvaluationError(
            f"none of the {len(questions)} questions has a judged article; "
            'add "article_ids" to the questions or give --qrels'
        )
    return kept


@contextmanager
def _searcher(options: argparse.Namespace) -> Iterator[Searcher]:
    """Give the index of `--index`, or one made of `--articles` for as long as this lasts."""
    from index.search.searcher import open_searcher
    from index.store.writing.identity import load_named_encoder

    encoder = load_named_encoder(options.encoder) if options.encoder else None
    if not getattr(options, "articles", None):
        with open_searcher(options.index, encoder=encoder) as searcher:
            yield searcher
        return
    from index.building import build

    encoder = encoder or load_named_encoder(None)
    with tempfile.TemporaryDirectory(prefix="mustanad-evaluate-") as folder:
        built = build(options.articles, Path(folder) / "index", encoder=encoder, progress=not options.quiet)
        for skipped in built.skipped:
            print(skipped, file=sys.stderr)
        with open_searcher(Path(folder) / "index", encoder=encoder) as searcher:
            yield searcher


def _reranking(searcher: Searcher, options: argparse.Namespace) -> RerankingSearcher | None:
    """Give the searcher with the reranker of `--reranker`; None without one."""
    if not options.reranker:
        return None
    from index.search.reranker import RerankingSearcher, load_reranker

    return RerankingSearcher(searcher, load_reranker(options.reranker))


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    from tqdm import tqdm

    with tqdm(total=total, desc="asking", unit=" questions", leave=False, disable=not shown) as bar:
        yield lambda: bar.update(1) and None
