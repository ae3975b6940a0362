"""Whether two checkouts rank and answer alike: for changes that are meant to move nothing.

    git worktree add ../before REVISION
    python -m benchmarks.unchanged ../before

Each development set is indexed once, by the other checkout; then both search it and answer its questions
through their command lines. Rankings must be the same line by line, answers the same but for their times.
Scores may differ in the last digits: the order of additions is no promise.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT.parent / "shared" / "eval"
LANES = {
    "xquad_ar": ("xquad/articles.ar", "xquad/questions.ar"),
    "xquad_en": ("xquad/articles.en", "xquad/questions.en"),
    "xquad_en_ar": ("xquad/articles.ar", "xquad/questions.en-ar"),
    "xquad_tr_ar": ("xquad/articles.ar", "xquad/questions.tr-ar"),
    "arcd": ("arcd/articles.ar", "arcd/questions.ar"),
    "mlqa_ar": ("mlqa/articles.ar", "mlqa/questions.ar"),
    "mlqa_en_ar": ("mlqa/articles.ar", "mlqa/questions.en-ar"),
    "antcorpus": ("antcorpus/articles", "antcorpus/questions"),
    "miracl_wiki": ("miracl_wiki/articles", "miracl_wiki/questions"),
}
NEAR = 1e-4  # two scores this near are the same


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; returns 1 when anything differs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.unchanged", description=__doc__.split("\n")[0]
    )
    parser.add_argument("other", type=Path, help="another checkout of this project")
    parser.add_argument("--lanes", nargs="*", default=[*LANES], choices=[*LANES])
    parser.add_argument("--most", type=int, default=10_000, help="questions of a lane (all)")
    options = parser.parse_args(arguments)
    different = 0
    with TemporaryDirectory() as kept:
        for lane in options.lanes:
            articles, questions = (SETS / f"{name}.jsonl.gz" for name in LANES[lane])
            asked = _first(questions, Path(kept, f"{lane}.jsonl"), options.most)
            index = Path(kept, LANES[lane][0].replace("/", "-"))
            if not index.exists():
                _run(options.other, "index", "build", articles, "--index", index, "--quiet")
            pairs = [_output(root, asked, index, Path(kept)) for root in (options.other.resolve(), ROOT)]
            (before, answers_before), (after, answers_after) = pairs
            runs = sum(not _same_line(*lines) for lines in zip(before, after, strict=True))
            answers = [
                one["id"]
                for one, two in zip(answers_before, answers_after, strict=True)
                if not _same(one, two)
            ]
            print(
                f"{lane:<12} {len(answers_after):>6,} questions: {runs} lines of the run differ,"
                f" {len(answers)} answers differ {answers[:5] if answers else ''}",
                flush=True,
            )
            different += bool(runs or answers)
    return 1 if different else 0


def _first(questions: Path, path: Path, most: int) -> Path:
    with gzip.open(questions, "rt", encoding="utf-8") as lines:
        path.write_text("".join(line for line, _number in zip(lines, range(most), strict=False)), "utf-8")
    return path


def _output(root: Path, questions: Path, index: Path, kept: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """The lines of the run, and the answers, of one checkout."""
    run, answers = kept / "run.txt", kept / "answers.jsonl"
    for path in (run, answers):
        path.unlink(missing_ok=True)
    _run(root, "index", "run", "--questions", questions, "--output", run, "--index", index)
    _run(root, "assistant", "answer", "--questions", questions, "--output", answers, "--index", index)
    lines = answers.read_text("utf-8").splitlines()
    return run.read_text("utf-8").splitlines(), [json.loads(line) for line in lines]


def _run(root: Path, module: str, *arguments: object) -> None:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MUSTANAD_")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} in {root} ended with {done.returncode}: {done.stderr[-800:]}")


def _same_line(one: str, other: str) -> bool:
    """Compare lines `question Q0 article rank score tag` of a TREC run."""
    first, second = one.split(), other.split()
    return first[:4] == second[:4] and abs(float(first[4]) - float(second[4])) < NEAR


def _same(one: object, other: object) -> bool:
    """Compare answers as JSON; numbers may differ by NEAR, times are left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = (set(one) | set(other)) - {"timings_ms"}
        return all(key in one and key in other and _same(one[key], other[key]) for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < NEAR
    return one == other


if __name__ == "__main__":
    sys.exit(main())
