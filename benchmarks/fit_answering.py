"""Fits the quoting writer's weights on the development sets, and measures them cross-validated by article.

    python -m benchmarks.fit_answering [--work DIR] [--reader FOLDER] [--questions N] [--write]

The units: a conditional logit, the chance that a unit holds the gold answer among all units that were
looked at. The confidence: a logistic regression of "the corpus answers" on the evidence of `ranking`.
`--write` writes `assistant/answering/judging/weights.json` and the plots of `docs/images`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.answering.composing.selection import choose
from assistant.answering.judging.confidence import QUESTION_SIGNALS, UNIT_EVIDENCE, evidence
from assistant.answering.judging.signals import NAMES
from assistant.answering.judging.weights import FALLBACK, FILE, WITH_READER, Weights
from assistant.answering.reader.extractor import load_reader
from assistant.answering.reader.quantisation import FOLDER
from assistant.evaluation.answer_measures import auc, calibration_error
from benchmarks.answering_examples import LANES, SETS, Example, examples_of
from benchmarks.fit_reading import fit_spans, spans_table, write_span_points
from index.text.folding import fold

FOLDS = 5
UNIT_PENALTY = 2e-3
CONFIDENCE_PENALTY = 1e-3
NEAR = 0.7  # worth of near misses: a corpus lacks whole matters more often than single sentences
MET = 0.1  # worth of near misses when the confidence is calibrated: how often they are met
ANSWERED = 0.95  # of the answerable questions of all lanes; the promise is 0.92
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
# What another encoder than the one fitted has too: shared words, and what stands in the sentence.
WORDS = frozenset(
    name
    for name in NAMES
    if "maxsim" not in name and name not in ("asking_word", "pooled", "passage_dense", "counted", "reader")
) | {
    *("best_grams", "best_probability", "best_cue", "best_cue_missing", "cued"),
    *("passage_grams", "missing", "sparse_lead", "foreign"),
}
READ = frozenset(("reader", "reader_some", "best_reader"))  # what is there only with a reader
SMALL = 0.15  # worth of corpora of a few articles, where everything found is about the same matter
Rows = Mapping[str, Sequence[Example]]


def fit_units(examples: Sequence[Example], *, only: Set[str] | None = None) -> dict[str, float]:
    """Weights of the signals: maximum likelihood of the target units, with an L2 penalty."""
    used = [example for example in examples if example.answerable and example.target.any()]
    names = [name for name in NAMES if only is None or name in only]
    columns = [NAMES.index(name) for name in names]
    values = np.concatenate([example.signals.values[:, columns] for example in used])
    target = np.concatenate([example.target for example in used]).astype(float)
    counts = [len(example.target) for example in used]
    owner = np.repeat(np.arange(len(used)), counts)
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    spread = values.std(axis=0) + 1e-6
    scaled = (values - values.mean(axis=0)) / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        points = scaled @ weights
        powers = np.exp(points - np.maximum.reduceat(points, starts)[owner])
        whole, held = np.add.reduceat(powers, starts), np.add.reduceat(powers * target, starts)
        gap = powers / whole[owner] - powers * target / held[owner]
        value = np.log(whole / held).mean() + UNIT_PENALTY * weights @ weights
        return value, scaled.T @ gap / len(used) + 2 * UNIT_PENALTY * weights

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return {name: round(float(weight), 4) for name, weight in zip(names, fitted.x / spread, strict=True)}


def fit_confidence(
    examples: Sequence[Example], units: Mapping[str, float], *, only: Set[str] | None = None
) -> dict[str, float]:
    """Weights of the evidence.

    Sets count alike, near misses NEAR and small corpora SMALL as much; in each lane answerable and
    unanswerable questions count alike, so that a confidence of one half is an even chance.
    """
    kept = [example for example in examples if len(example.signals.values)]
    rows, truth = evidence_of(kept, units)
    balance = _balance([example.lane for example in kept], truth, near_worth=NEAR)
    names = sorted(name for name in rows[0] if only is None or name in only)
    values = np.array([[row[name] for name in names] for row in rows])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = np.c_[np.ones(len(values)), (values - middle) / spread]
    signs = np.where(truth, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        points = signs * (scaled @ weights)
        slopes = -signs * balance / (1.0 + np.exp(points))
        value = (balance * np.logaddexp(0.0, -points)).mean() + CONFIDENCE_PENALTY * weights[1:] @ weights[1:]
        gradient = scaled.T @ slopes / len(scaled) + 2 * CONFIDENCE_PENALTY * np.r_[0.0, weights[1:]]
        return value, gradient

    fitted = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights = fitted.x[1:] / spread
    bias = fitted.x[0] - weights @ middle
    return {"bias": round(float(bias), 4)} | {
        name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)
    }


def calibrated(
    confidence: Mapping[str, float], units: Mapping[str, float], examples: Sequence[Example]
) -> dict[str, float]:
    """The same evidence, its sum scaled and moved (Platt 1999) to the share of corpora that answer.

    Telling near misses apart wants them to weigh much; how often a reader meets one does not. Order, and with
    it every area under a curve, stays as it is.
    """
    kept = [example for example in examples if len(example.signals.values)]
    weights = Weights(units, confidence, 0.0)
    chances = np.array([np.clip(confidence_of(example, weights), 1e-9, 1 - 1e-9) for example in kept])
    points = np.log(chances / (1.0 - chances))
    truth = np.array([example.answerable for example in kept], dtype=bool)
    balance = _balance([example.lane for example in kept], truth, near_worth=MET)
    signs = np.where(truth, 1.0, -1.0)

    def loss(line: np.ndarray) -> float:
        return float((balance * np.logaddexp(0.0, -signs * (line[0] * points + line[1]))).mean())

    scale, shift = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    moved = {name: round(float(scale * weight), 4) for name, weight in confidence.items()}
    return {**moved, "bias": round(float(scale * confidence["bias"] + shift), 4)}


def _balance(lanes: Sequence[str], truth: np.ndarray, *, near_worth: float) -> np.ndarray:
    """Weights of the examples, one on average. The questions of a set stand beside its near misses."""
    names, found = np.array(lanes), np.zeros(len(truth))
    for name in SETS:
        absent = names == f"{name}.absent"
        near = (names == name) | (names == f"{name}.near")
        small = names == f"{name}.small"
        for part, worth in ((absent, 1.0), (near, near_worth), (small, SMALL)):
            for side in (truth, ~truth):
                if (part & side).any():
                    found[part & side] = worth / (part & side).sum()
    return found / found.mean()


def evidence_of(
    examples: Sequence[Example], units: Mapping[str, float]
) -> tuple[list[dict[str, float]], np.ndarray]:
    """The evidence of each question that found anything, and whether it is answerable."""
    weights = Weights(units, {}, 0.0)
    rows = [evidence(each.signals, weights.probabilities(each.signals)) for each in examples]
    return rows, np.array([each.answerable for each in examples], dtype=bool)


def cross_validated(
    lanes: Rows, fit: Callable[[Sequence[Example]], Weights]
) -> dict[str, list[tuple[Example, Weights]]]:
    """Each example with weights fitted without any example of its group."""
    groups = sorted({example.group for examples in lanes.values() for example in examples})
    fold_of = {
        group: place % FOLDS for place, group in enumerate(np.random.RandomState(1).permutation(groups))
    }
    models = []
    for part in range(FOLDS):
        models.append(fit([e for examples in lanes.values() for e in examples if fold_of[e.group] != part]))
    return {name: [(e, models[fold_of[e.group]]) for e in examples] for name, examples in lanes.items()}


def fit(examples: Sequence[Example], *, only: Set[str] | None = None) -> Weights:
    """Units and confidence from one set of examples, and the threshold that answers enough of them.

    With `only`, no other signals and evidence are used.
    """
    units = fit_units([example for example in examples if example.answerable], only=only)
    confidence = calibrated(fit_confidence(examples, units, only=only), units, examples)
    weights = Weights(units, confidence, 0.0)
    held = [confidence_of(example, weights) for example in examples if example.answerable]
    return Weights(units, confidence, round(float(np.quantile(held, 1 - ANSWERED)), 3))


def confidence_of(example: Example, weights: Weights) -> float:
    """The confidence that an answer to the example's question would have."""
    return weights.sureness(example.signals, weights.probabilities(example.signals))


def measure_quotes(rows: Sequence[tuple[Example, Weights]]) -> dict[str, float]:
    """Share of answerable questions whose gold answer is in the first quote, and in any; then the same
    with refused questions counted as misses."""
    first, every, answered = [], [], []
    for example, weights in rows:
        if not (example.answerable and example.answers):
            continue
        folded = [fold(text).text for text in example.texts]
        held = [
            _holds(" ".join(example.texts[run.first : run.last]), example.answers)
            for run in choose(example.units, weights.probabilities(example.signals), texts=folded)
        ]
        first.append(bool(held and held[0]))
        every.append(any(held))
        answered.append(weights.answers(confidence_of(example, weights), example.kind))
    return {
        "questions": len(first),
        "first": float(np.mean(first)),
        "all": float(np.mean(every)),
        "first_answered": float(np.mean(np.array(first) & answered)),
        "all_answered": float(np.mean(np.array(every) & answered)),
    }


def _holds(text: str, answers: Sequence[str]) -> bool:
    folded = fold(text).text
    return any(answer in folded for answer in answers)


def measure_refusal(rows: Sequence[tuple[Example, Weights]]) -> dict[str, float | None]:
    """AUC, calibration error, and what the threshold does."""
    values, truth = _judged(rows)
    answered = np.array(
        [weights.answers(value, each.kind) for value, (each, weights) in zip(values, rows, strict=True)]
    )
    return {
        "auc": auc(values, truth),
        "calibration_error": calibration_error(values, truth),
        "answered_of_answerable": float(answered[truth].mean()),
        "refused_of_unanswerable": float((~answered)[~truth].mean()),
    }


def near_rows(lanes: Mapping[str, list], name: str) -> list:
    """The drawn questions over what is left, beside the other half over the whole corpus."""
    drawn = {example.question_id for example, _ in lanes[f"{name}.near"]}
    return lanes[f"{name}.near"] + [row for row in lanes[name] if row[0].question_id not in drawn]


def main() -> None:
    """Fits, measures and, when asked, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", type=Path, default=Path("results/answering"), help="where examples are kept"
    )
    parser.add_argument("--reader", type=Path, default=FOLDER, help="its weights (default: those that ship)")
    parser.add_argument("--questions", type=int, help="of each set, drawn by their ids (default: all)")
    parser.add_argument(
        "--write", action="store_true", help="write weights and plots; of a draw, the reader's alone"
    )
    parsed = parser.parse_args()
    from index.encoder import load_encoder
    from index.encoder.model import NAME

    parsed.work.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    reader = load_reader(encoder, folder=parsed.reader)
    lanes = {
        lane: examples_of(
            lane, folder=parsed.work, encoder=encoder, reader=reader, most=share_of(lane, parsed.questions)
        )
        for lane in LANES
    }
    plain = frozenset(NAMES) | frozenset(QUESTION_SIGNALS) | frozenset(UNIT_EVIDENCE)
    rows = cross_validated(lanes, partial(fit, only=plain - READ))
    print(tables(rows))
    if reader is not None:
        read = cross_validated(lanes, fit)
        print("", "With the reader:", "", tables(read), "", spans_table(read), sep="\n")
    if parsed.write:
        from benchmarks.plots_answering import draw

        every = [example for examples in lanes.values() for example in examples]
        chosen = fit(every, only=plain - READ)
        if parsed.questions is None:
            write(chosen, encoder=NAME)
            write(fit(every, only=WORDS), encoder=FALLBACK)
        if reader is not None:
            rows, chosen = read, fit(every)
            write(chosen, encoder=NAME + WITH_READER)
            write_span_points(fit_spans(every, chosen))
        if parsed.questions is None:
            draw({name: _judged(rows[f"{name}.absent"]) for name in SETS}, chosen.threshold, IMAGES)


def share_of(lane: str, questions: int | None) -> int | None:
    """Give how many questions of a lane are drawn for so many of a set."""
    if questions is None:
        return None
    kind = lane.partition(".")[2]
    return {"": questions, "small": questions // 4}.get(kind, questions // 2)


def tables(rows: Mapping[str, Sequence[tuple[Example, Weights]]]) -> str:
    """The figures in Markdown."""
    lines = [
        "| set | questions | answer in the first quote | in up to three | the same, refusals as misses |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in SETS:
        held = measure_quotes(rows[name])
        lines.append(
            f"| {name} | {held['questions']:,} | {held['first']:.1%} | {held['all']:.1%} |"
            f" {held['first_answered']:.1%}, {held['all_answered']:.1%} |"
        )
    lines += [
        "",
        "| set | AUC, articles absent | AUC, near misses | AUC, few articles | calibration error |"
        " answered of answerable |"
        " refused, articles absent | refused, near misses |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in SETS:
        small = measure_refusal(rows[f"{name}.small"])
        absent, near = measure_refusal(rows[f"{name}.absent"]), measure_refusal(near_rows(rows, name))
        lines.append(
            f"| {name} | {absent['auc']:.3f} | {near['auc']:.3f} | {small['auc']:.3f} |"
            f" {absent['calibration_error']:.3f} |"
            f" {absent['answered_of_answerable']:.1%} | {absent['refused_of_unanswerable']:.1%} |"
            f" {near['refused_of_unanswerable']:.1%} |"
        )
    return "\n".join(lines)


def _judged(rows: Sequence[tuple[Example, Weights]]) -> tuple[np.ndarray, np.ndarray]:
    """Confidences, and whether each question is answerable."""
    confidences = np.array([confidence_of(example, weights) for example, weights in rows])
    return confidences, np.array([example.answerable for example, _weights in rows], dtype=bool)


def write(weights: Weights, *, encoder: str) -> None:
    """Puts the weights of an encoder into the file; those for any other encoder stay."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored[encoder] = {
        "units": dict(weights.units),
        "confidence": dict(weights.confidence),
        "threshold": weights.threshold,
    }
    ordered = {key: stored[key] for key in sorted(stored, key=lambda key: key == FALLBACK)}
    FILE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
