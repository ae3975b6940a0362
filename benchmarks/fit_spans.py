"""Fits the weights by which the few words that answer are told in a quote, and measures them cross-validated.

    python -m benchmarks.fit_spans [--work DIR] [--share S] [--write]

Every question of the development sets is asked of an index of its set; the candidates in its first quote are
right where they share half their words with a gold answer (F1 of words). A logistic regression over what
speaks for each. `--write` writes `assistant/answering/composing/spans.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from assistant.answering.composing.selection import choose
from assistant.answering.composing.span_features import features
from assistant.answering.composing.spans import FILE, SHOWN, quoted_words, spans_in
from assistant.question.kinds import FACTS
from benchmarks.answering_examples import SETS, read_lane
from benchmarks.reader.words import overlap

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.search.searcher import Searcher

FITTED = ("xquad_ar", "arcd", "xquad_en", "xquad_en_ar")
FOLDS = 5
PENALTY = 2e-3
RIGHT = 0.5  # F1 of words from which a span is right
SHARE = 0.5  # of the questions, drawn by their ids


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate of a question: what speaks for it, and its F1 with the nearest gold answer."""

    lane: str
    question_id: str
    group: str
    kind: str
    said_for: Mapping[str, float]
    likeness: float


def weighed(lane: str, *, share: float, folder: Path, encoder: Encoder) -> tuple[list[Weighed], int]:
    """Give the candidates of a lane's questions, and how many questions there were; kept in a folder."""
    kept = folder / f"{lane}-{share}.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_weighed(lane, share=share, encoder=encoder)))
    rows, questions = pickle.loads(kept.read_bytes())
    return rows, questions


def _weighed(lane: str, *, share: float, encoder: Encoder) -> tuple[list[Weighed], int]:
    from index.building import build
    from index.search.searcher import open_searcher

    articles, questions = read_lane(lane)
    drawn = [question for question in questions if _mark(str(question["id"])) < share]
    with TemporaryDirectory() as kept:
        source = Path(kept, "articles.jsonl")
        source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles), "utf-8")
        build([source], Path(kept, "index"), encoder=encoder, progress=False)
        with open_searcher(Path(kept, "index"), encoder=encoder) as searcher:
            return [row for question in drawn for row in _asked(lane, question, searcher)], len(drawn)


def _mark(text: str) -> float:
    return hashlib.sha256(text.encode()).digest()[0] / 256


def _asked(lane: str, question: Mapping[str, Any], searcher: Searcher) -> Iterator[Weighed]:
    from assistant.answering.judging.judgement import judge
    from assistant.answering.retrieval import retrieve
    from assistant.answering.stopwatch import Stopwatch
    from assistant.question.query import read

    query = read(str(question["question"]))
    if query.kind not in FACTS or not (passages := retrieve(searcher, query, Stopwatch())):
        return
    judgement = judge(query, passages, searcher)
    run = choose(judgement.units, judgement.probabilities, most=1)[0]
    quoted = quoted_words(judgement.comparison, run.first, run.last, encoder=judgement.encoder)
    spans = spans_in(query, quoted)
    more = {"prob": run.probability, "conf": judgement.confidence}
    for span, said_for in zip(spans, features(query, quoted, spans), strict=True):
        text = quoted.text[span.start : span.end]
        likest = max((overlap(text, str(answer)) for answer in question.get("answers", ())), default=0.0)
        group = str(question["article_ids"][0]).rsplit("-", 1)[0]
        yield Weighed(lane, str(question["id"]), group, query.kind, {**said_for, **more}, likest)


def fit(rows: Sequence[Weighed], names: Sequence[str]) -> dict[str, float]:
    """Weights by maximum likelihood with an L2 penalty, and a bias."""
    values, truth = table(rows, names), np.array([row.likeness >= RIGHT for row in rows])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = np.c_[np.ones(len(values)), (values - middle) / spread]
    signs = np.where(truth, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        points = signs * (scaled @ weights)
        value = np.logaddexp(0.0, -points).mean() + PENALTY * weights[1:] @ weights[1:]
        slopes = -signs / (1.0 + np.exp(points))
        return float(value), scaled.T @ slopes / len(scaled) + 2 * PENALTY * np.r_[0.0, weights[1:]]

    fitted = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    weights = fitted[1:] / spread
    found = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    return {"bias": round(float(fitted[0] - weights @ middle), 4), **found}


def table(rows: Sequence[Weighed], names: Sequence[str]) -> np.ndarray:
    """Give what speaks for each candidate as float64 (rows, names)."""
    return np.array([[row.said_for.get(name, 0.0) for name in names] for row in rows])


def cross_validated(rows: Sequence[Weighed], names: Sequence[str]) -> np.ndarray:
    """Give the probability of each candidate by weights fitted without its article."""
    groups = sorted({row.group for row in rows})
    order = np.random.RandomState(1).permutation(len(groups))
    fold_of = {groups[at]: place % FOLDS for place, at in enumerate(order)}
    folds = np.array([fold_of[row.group] for row in rows])
    values, chances = table(rows, names), np.zeros(len(rows))
    for part in range(FOLDS):
        weights = fit([row for row, at in zip(rows, folds, strict=True) if at != part], names)
        points = values[folds == part] @ np.array([weights[name] for name in names]) + weights["bias"]
        chances[folds == part] = 1.0 / (1.0 + np.exp(-points))
    return chances


def report(rows: Sequence[Weighed], chances: np.ndarray, questions: Mapping[str, int]) -> str:
    """Tell of each set, and of each kind, how many spans are shown and how many of them are right."""
    best: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        key = row.lane, row.question_id
        if key not in best or chances[at] > chances[best[key]]:
            best[key] = at
    shown = [at for at in best.values() if chances[at] >= SHOWN]
    lines = [
        "| set | questions | spans shown | F1 over shown | right |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, asked in (*questions.items(), ("all", sum(questions.values()))):
        of_set = [at for at in shown if name in (rows[at].lane, "all")]
        lines.append(f"| {name} | {asked:,} | {_told(rows, of_set, asked)} |")
    lines += ["", "| kind | spans shown | F1 over shown | right |", "| --- | ---: | ---: | ---: |"]
    for kind in FACTS:
        of_kind = [at for at in shown if rows[at].kind == kind]
        asked = sum(rows[at].kind == kind for at in best.values())
        lines.append(f"| {kind} | {_told(rows, of_kind, asked)} |")
    return "\n".join(lines)


def _told(rows: Sequence[Weighed], at: Sequence[int], asked: int) -> str:
    found = np.array([rows[each].likeness for each in at]) if at else np.zeros(1)
    return f"{len(at) / max(1, asked):.1%} | {found.mean():.3f} | {(found >= RIGHT).mean():.1%}"


def main() -> None:
    """Fit, measure and, when asked, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("results/spans"), help="where candidates are kept")
    parser.add_argument("--share", type=float, default=SHARE, help="of the questions, 0 to 1")
    parser.add_argument("--write", action="store_true", help="write the weights")
    parsed = parser.parse_args()
    from index.encoder import load_encoder

    parsed.work.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    found = {
        lane: weighed(lane, share=parsed.share, folder=parsed.work, encoder=encoder)
        for lane in SETS
        if lane in FITTED
    }
    rows = [row for some, _asked in found.values() for row in some]
    names = sorted({name for row in rows for name in row.said_for})
    print(report(rows, cross_validated(rows, names), {lane: asked for lane, (_rows, asked) in found.items()}))
    if parsed.write:
        FILE.write_text(json.dumps(fit(rows, names), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
