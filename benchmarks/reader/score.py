"""Scores a reader on the development sets.

    python -m benchmarks.reader.score WEIGHTS --lanes DIR [--questions N] [--json]

`WEIGHTS` is a checkpoint that `train` kept or a packed folder. Inside the passage that holds the answer: F1
and exact match of the likeliest span, and whether the likeliest unit is right. Over what the search found:
the first quote with the reader's log-probability added to the signals' (one factor, fitted on the other
folds), and how well its "none" tells questions whose article or sentence is missing.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from assistant.answering.ranking import Weights, load_weights
from assistant.evaluation.measures import auc
from index.normalisation import fold
from scipy.optimize import minimize

from assistant.answering.reader.joining import LEAST
from assistant.answering.reader.model import load_reader
from assistant.answering.selection import choose
from benchmarks.answering_examples import SETS, Example
from benchmarks.reader.pack import pack
from benchmarks.reader.reading import PASSAGES, Read, read_lane

FOLDS = 5
SMALLEST = 1e-9  # probability
_MARKS = re.compile(r"[^\w\s]")
_ARTICLE = re.compile(r"\b(?:ال|the |a |an )")


def inside(reads: Sequence[Read]) -> dict[str, float]:
    """Of the questions whose passage was found: F1 and exact match of the span, and the right unit."""
    scores = []
    for read in reads:
        example = read.asked.example
        if not example.answerable or not example.answers or read.held is None:
            continue
        text, unit = read.held
        pairs = [(overlap(text, answer), float(_plain(text) == _plain(answer))) for answer in example.answers]
        scores.append((*(max(column) for column in zip(*pairs, strict=True)), float(example.target[unit])))
    means = np.array(scores).mean(axis=0)
    return {"questions": len(scores), **dict(zip(("f1", "exact", "unit"), means.tolist(), strict=True))}


def first_quotes(reads: Sequence[Read], weights: Weights) -> dict[str, float]:
    """The share of first quotes that hold the answer: by the signals, by the reader, and by both."""
    rows = [(read, np.maximum(read.joined.points, LEAST)) for read in reads
            if read.asked.example.answerable and read.asked.example.answers]  # fmt: skip
    signals = [np.log(weights.probabilities(read.asked.example.signals) + SMALLEST) for read, _ in rows]
    examples = [read.asked.example for read, _ in rows]
    folds = _folds(examples)
    factor = np.zeros(len(rows))
    for fold_number in range(FOLDS):
        train = [row for row in range(len(rows)) if folds[row] != fold_number]
        fitted = _fit_factors([signals[row] for row in train], [rows[row][1] for row in train],
                              [examples[row].target for row in train])  # fmt: skip
        for row in np.flatnonzero(folds == fold_number):
            signals[row], factor[row] = fitted[0] * signals[row], fitted[1]
    joined = [_shares(points + each * column)
              for points, each, (_, column) in zip(signals, factor, rows, strict=True)]  # fmt: skip
    held = {
        "signals": _held_first(examples, [weights.probabilities(each.signals) for each in examples]),
        "reader": _held_first(examples, [_shares(column) for _, column in rows]),
        "both": _held_first(examples, joined),
        "factor": float(factor.mean()),
    }
    return {"questions": len(rows), **held}


def refusals(reads: Sequence[Read], weights: Weights) -> dict[str, float]:
    """Areas under the curve of "the passages answer": by the confidence, by the reader, and by both."""
    examples = [read.asked.example for read in reads]
    truth = np.array([example.answerable for example in examples], bool)
    confidence = np.array([_confidence(example, weights) for example in examples])
    points = np.log(confidence + SMALLEST) - np.log1p(SMALLEST - confidence)
    whole = np.array([-read.joined.none for read in reads])
    best = np.array([read.joined.points[int(np.argmax(weights.probabilities(read.asked.example.signals)))]
                     for read in reads])  # fmt: skip
    features = np.stack([points, whole, np.maximum(best, -15)], 1)
    both, folds = np.zeros(len(reads)), _folds(examples)
    for fold_number in range(FOLDS):
        train = folds != fold_number
        both[~train] = _logistic(features[train], truth[train], features[~train])
    return {
        "questions": len(reads),
        "answerable": int(truth.sum()),
        "confidence": auc(confidence, truth),
        "reader": auc(whole, truth),
        "both": auc(both, truth),
    }


def _confidence(example: Example, weights: Weights) -> float:
    return weights.sureness(example.signals, weights.probabilities(example.signals))


def _folds(examples: Sequence[Example]) -> np.ndarray:
    groups = sorted({example.group for example in examples})
    order = np.random.RandomState(1).permutation(groups).tolist()
    place = {group: number % FOLDS for number, group in enumerate(order)}
    return np.array([place[example.group] for example in examples])


def _fit_factors(
    signals: Sequence[np.ndarray], columns: Sequence[np.ndarray], targets: Sequence[np.ndarray]
) -> tuple[float, float]:
    """The factors of both log-probabilities that make the right units likeliest."""
    used = [row for row, target in enumerate(targets) if target.any()]

    def loss(factors: np.ndarray) -> float:
        total = 0.0
        for row in used:
            points = factors[0] * signals[row] + factors[1] * columns[row]
            total += np.logaddexp.reduce(points) - np.logaddexp.reduce(points[targets[row]])
        return total / len(used)

    return tuple(
        minimize(loss, np.array([1.0, 0.3]), method="Nelder-Mead", options={"maxiter": 60}).x.tolist()
    )


def _logistic(features: np.ndarray, truth: np.ndarray, asked: np.ndarray) -> np.ndarray:
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = np.c_[np.ones(len(features)), (features - middle) / spread]
    signs = np.where(truth, 1.0, -1.0)

    def loss(weights: np.ndarray) -> float:
        return float(np.logaddexp(0.0, -signs * (scaled @ weights)).mean() + 1e-3 * weights[1:] @ weights[1:])

    fitted = minimize(loss, np.zeros(scaled.shape[1]), method="L-BFGS-B").x
    return np.c_[np.ones(len(asked)), (asked - middle) / spread] @ fitted


def _shares(points: np.ndarray) -> np.ndarray:
    powers = np.exp(points - points.max())
    return powers / powers.sum()


def _held_first(examples: Sequence[Example], probabilities: Sequence[np.ndarray]) -> float:
    held = []
    for example, shares in zip(examples, probabilities, strict=True):
        run = choose(example.units, shares, texts=[fold(text).text for text in example.texts])[0]
        text = fold(" ".join(example.texts[run.first : run.last])).text
        held.append(any(answer in text for answer in example.answers))
    return float(np.mean(held))


def _plain(text: str) -> str:
    return " ".join(_ARTICLE.sub("", _MARKS.sub(" ", fold(text).text)).split())


def overlap(one: str, other: str) -> float:
    """F1 of the words of two answers."""
    words, gold = _plain(one).split(), _plain(other).split()
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold)) if shared else 0.0


def score(lanes: Mapping[str, Sequence[Read]]) -> dict[str, Mapping[str, float]]:
    """Every measure by set."""
    from index.model import NAME

    weights = load_weights(NAME)
    scores: dict[str, Mapping[str, float]] = {}
    for name in SETS:
        scores[f"{name} inside"] = inside(lanes[name])
        scores[f"{name} first quote"] = first_quotes(lanes[name], weights)
        near = lanes[f"{name}.near"]
        drawn = {read.asked.example.question_id for read in near}
        beside = [read for read in lanes[name] if read.asked.example.question_id not in drawn]
        for kind, rows in (("near", [*near, *beside]), ("absent", lanes[f"{name}.absent"])):
            if rows:
                scores[f"{name} {kind}"] = refusals(rows, weights)
    return scores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What says which weights are read with, and how much is read."""
    parser.add_argument("weights", type=Path, help="a checkpoint, or a packed folder")
    parser.add_argument("--lanes", type=Path, required=True, help="the folder that `lanes` wrote")
    parser.add_argument("--questions", type=int, default=200, help="of each set")
    parser.add_argument("--near", type=int, default=100, help="questions of each set's near misses")
    parser.add_argument("--absent", type=int, default=100, help="questions with whole articles absent")
    parser.add_argument("--passages", type=int, default=PASSAGES, help="read for a question")


def read_lanes(parsed: argparse.Namespace) -> dict[str, list[Read]]:
    """The lanes as the reader that is named reads them, from beside its weights if it did before."""
    from index.encoder import load_encoder

    encoder, path = load_encoder(), parsed.weights
    with TemporaryDirectory() as aside:
        folder = path if path.is_dir() else Path(aside)
        if folder != path:
            pack(path, folder)
        reader = load_reader(encoder, folder=folder)
        if reader is None:
            raise SystemExit(
                f"{path} holds no reader for {encoder.name}; give a checkpoint or a packed folder"
            )
        kept = path.with_suffix(".read") if path.is_file() else path.with_name(f"{path.name}.read")
        counts = {"": parsed.questions, ".near": parsed.near, ".absent": parsed.absent}
        read = partial(read_lane, reader=reader, lanes=parsed.lanes, kept=kept, passages=parsed.passages)
        return {f"{name}{kind}": read(f"{name}{kind}", most=most) if most else []
                for kind, most in counts.items() for name in SETS}  # fmt: skip


def main() -> None:
    """Prints the scores of the weights that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    parsed = parser.parse_args()
    scores = score(read_lanes(parsed))
    if parsed.json:
        print(json.dumps(scores))
        return
    for name, measures in scores.items():
        print(f"{name:24}", "  ".join(f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
                                      for key, value in measures.items()))  # fmt: skip


if __name__ == "__main__":
    main()
