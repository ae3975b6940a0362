"""Fits the quoting writer's weights on the development sets, and measures them cross-validated by article.

    python -m benchmarks.fit_answering [--work DIR] [--write]

The units: a conditional logit, the chance that a unit holds the gold answer among all units that were
looked at. The confidence: a logistic regression of "the corpus answers" on the evidence of `ranking`.
`--write` writes `assistant/answering/weights.json` and the plots of `docs/images`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.answering.ranking import FALLBACK, FILE, Weights, evidence
from assistant.answering.selection import choose
from assistant.answering.signals import NAMES
from assistant.evaluation.measures import auc, calibration_error
from benchmarks.answering_examples import SETS, Example, examples_of

FOLDS = 5
UNIT_PENALTY = 2e-3
CONFIDENCE_PENALTY = 1e-3
ANSWERED = 0.93  # of the answerable questions; the promise is 0.92
Rows = Mapping[str, Sequence[Example]]


def fit_units(examples: Sequence[Example]) -> dict[str, float]:
    """Weights of the signals: maximum likelihood of the target units, with an L2 penalty."""
    used = [example for example in examples if example.answerable and example.target.any()]
    values = np.concatenate([example.signals.values for example in used])
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

    fitted = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return {name: round(float(weight), 4) for name, weight in zip(NAMES, fitted.x / spread, strict=True)}


def fit_confidence(examples: Sequence[Example], units: Mapping[str, float]) -> dict[str, float]:
    """Weights of the evidence, answerable and unanswerable questions counting alike within the whole."""
    rows, truth = evidence_of(examples, units)
    names = sorted(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = np.c_[np.ones(len(values)), (values - middle) / spread]
    signs = np.where(truth, 1.0, -1.0)
    balance = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

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


def evidence_of(
    examples: Sequence[Example], units: Mapping[str, float]
) -> tuple[list[dict[str, float]], np.ndarray]:
    """The evidence of each question that found anything, and whether it is answerable."""
    weights = Weights(units, {}, 0.0)
    kept = [example for example in examples if len(example.signals.values)]
    rows = [evidence(each.signals, weights.probabilities(each.signals)) for each in kept]
    return rows, np.array([each.answerable for each in kept], dtype=bool)


def cross_validated(
    lanes: Rows, fit: Callable[[Sequence[Example]], Weights]
) -> dict[str, list[tuple[Example, Weights]]]:
    """Each example with weights fitted without any example of its group."""
    groups = sorted({example.group for examples in lanes.values() for example in examples})
    fold_of = {
        group: place % FOLDS for place, group in enumerate(np.random.RandomState(1).permutation(groups))
    }
    models = []
    for fold in range(FOLDS):
        models.append(fit([e for examples in lanes.values() for e in examples if fold_of[e.group] != fold]))
    return {name: [(e, models[fold_of[e.group]]) for e in examples] for name, examples in lanes.items()}


def fit(examples: Sequence[Example]) -> Weights:
    """Units and confidence from one set of examples, and the threshold that answers enough of them."""
    units = fit_units([example for example in examples if example.answerable])
    confidence = fit_confidence(examples, units)
    weights = Weights(units, confidence, 0.0)
    held = [confidence_of(example, weights) for example in examples if example.answerable]
    return Weights(units, confidence, round(float(np.quantile(held, 1 - ANSWERED)), 3))


def confidence_of(example: Example, weights: Weights) -> float:
    """The confidence that an answer to the example's question would have."""
    return weights.sureness(example.signals, weights.probabilities(example.signals))


def measure_quotes(rows: Sequence[tuple[Example, Weights]]) -> dict[str, float]:
    """Share of answerable questions whose gold answer is in the first quote, and in any."""
    first, every = [], []
    for example, weights in rows:
        if not (example.answerable and example.answers):
            continue
        held = [
            any(answer in " ".join(example.texts[run.first : run.last]) for answer in example.answers)
            for run in choose(example.units, weights.probabilities(example.signals), texts=example.texts)
        ]
        first.append(bool(held and held[0]))
        every.append(any(held))
    return {"questions": len(first), "first": float(np.mean(first)), "all": float(np.mean(every))}


def measure_refusal(rows: Sequence[tuple[Example, Weights]]) -> dict[str, float | None]:
    """AUC, calibration error, and what the threshold does."""
    values = np.array([confidence_of(example, weights) for example, weights in rows])
    truth = np.array([example.answerable for example, _ in rows])
    answered = values >= np.array([weights.threshold for _, weights in rows])
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
    parser.add_argument("--write", action="store_true", help="write the weights and the plots")
    parsed = parser.parse_args()
    from index.encoder import load_encoder
    from index.model import NAME

    parsed.work.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    lanes = {
        f"{name}{kind}": examples_of(f"{name}{kind}", folder=parsed.work, encoder=encoder)
        for name in SETS
        for kind in ("", ".absent", ".near")
    }
    rows = cross_validated(lanes, fit)
    for name in SETS:
        report = {"quotes": measure_quotes(rows[name])}
        report |= {"absent": measure_refusal(rows[f"{name}.absent"])}
        report |= {"near": measure_refusal(near_rows(rows, name))}
        print(name, json.dumps(report))
    if parsed.write:
        from benchmarks.plots_answering import draw

        chosen = fit([example for examples in lanes.values() for example in examples])
        write(chosen, encoder=NAME)
        draw({name: rows[f"{name}.absent"] for name in SETS}, chosen.threshold)


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
