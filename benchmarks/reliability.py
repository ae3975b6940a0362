"""Fits how likely a first quote is to be right, and tells how true the three wordings are.

    python -m benchmarks.reliability [--work DIR] [--questions N]

Uses the examples of `benchmarks.fit_answering`, kept in the same folder: of each set its questions over
the whole corpus, over one with whole articles taken out, and its near misses. A question counts as it is
met: half can be answered, nearly all others lack their article (MET of them are near misses). Each set is
judged by weights fitted on the four others. Prints the weights over all sets, which
`assistant/answering/composing/rightness.py` holds, and the table of docs/answers.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.answer import SURE
from assistant.answering.composing.rightness import MAY, log_odds
from assistant.answering.composing.selection import choose
from assistant.answering.judging.weights import Weights, load_weights
from assistant.answering.reader.extractor import reader_of
from assistant.question.kinds import FACTS
from benchmarks.answering_examples import SETS, Example, examples_of
from benchmarks.fit_answering import share_of
from index.text.folding import fold

KINDS = ("", ".absent", ".near")
ANSWERED = 0.5  # of all questions that are met: those that the corpus answers
MET = 0.1  # of the others: near misses
PENALTY = 1e-3
NAMES = ("bias", "confidence", "probability", "fact")


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was shown: what is known of it, how often it is met, and whether its quote is right."""

    name: str
    known: tuple[float, ...]
    met: float
    right: bool


def shown(name: str, examples: Mapping[str, Sequence[Example]], weights: Weights) -> Iterator[Shown]:
    """Give the answers to the questions of a set, over its three corpora."""
    parts = {
        "answerable": [each for each in examples[""] if each.answerable],
        "absent": [each for each in examples[".absent"] if not each.answerable],
        "near": [each for each in examples[".near"] if not each.answerable],
    }
    masses = {"answerable": ANSWERED, "absent": (1 - ANSWERED) * (1 - MET), "near": (1 - ANSWERED) * MET}
    for part, asked in parts.items():
        for example in asked:
            probabilities = weights.probabilities(example.signals)
            confidence = weights.sureness(example.signals, probabilities)
            if not len(probabilities) or not weights.answers(confidence, example.kind):
                continue
            texts = [fold(text).text for text in example.texts]
            run = choose(example.units, probabilities, most=1, texts=texts)[0]
            known = (1.0, log_odds(confidence), log_odds(run.probability), float(example.kind in FACTS))
            right = bool(example.holds[run.first : run.last].any()) and example.answerable
            yield Shown(name, known, masses[part] / len(asked), right)


def fit(rows: Sequence[Shown]) -> np.ndarray:
    """Weights by maximum likelihood, every answer as often as it is met."""
    values, met = np.array([row.known for row in rows]), np.array([row.met for row in rows])
    signs = np.array([1.0 if row.right else -1.0 for row in rows])

    def loss(weights: np.ndarray) -> float:
        likely = met @ np.logaddexp(0.0, -signs * (values @ weights)) / met.sum()
        return float(likely + PENALTY * weights[1:] @ weights[1:])

    return np.asarray(minimize(loss, np.zeros(values.shape[1]), method="BFGS").x)


def chances_of(rows: Sequence[Shown]) -> np.ndarray:
    """Give how likely each answer is to be right, by weights fitted on the other sets."""
    chances = np.zeros(len(rows))
    for name in {row.name for row in rows}:
        weights = fit([row for row in rows if row.name != name])
        own = [at for at, row in enumerate(rows) if row.name == name]
        points = np.array([rows[at].known for at in own]) @ weights
        chances[own] = 1.0 / (1.0 + np.exp(-points))
    return chances


def report(rows: Sequence[Shown], chances: np.ndarray) -> str:
    """Tell for each set and wording how often it is said, and how often it is true."""
    lines = [
        "| set | says: share | right | may: share | right | nearest: share | right |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    bands = ((SURE, 1.01), (MAY, SURE), (0.0, MAY))
    for name in (*SETS, "all"):
        of_set = np.array([name in (row.name, "all") for row in rows])
        cells = [_told(rows, of_set & (chances >= low) & (chances < high), of_set) for low, high in bands]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _told(rows: Sequence[Shown], inside: np.ndarray, of_set: np.ndarray) -> str:
    met, right = np.array([row.met for row in rows]), np.array([row.right for row in rows])
    share = met[inside].sum() / met[of_set].sum()
    return f"{share:.0%} | {(met * right)[inside].sum() / max(met[inside].sum(), 1e-9):.1%}"


def main() -> None:
    """Fit and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", type=Path, default=Path("results/answering"), help="where examples are kept"
    )
    parser.add_argument("--questions", type=int, help="of each set, drawn by their ids (default: all)")
    parsed = parser.parse_args()
    from index.encoder import load_encoder
    from index.encoder.model import NAME

    parsed.work.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    reader = reader_of(encoder)
    weights = load_weights(NAME, reader=reader is not None)
    rows: list[Shown] = []
    for name in SETS:
        lanes = {}
        for kind in KINDS:
            most = share_of(f"{name}{kind}", parsed.questions)
            lanes[kind] = examples_of(
                f"{name}{kind}", folder=parsed.work, encoder=encoder, reader=reader, most=most
            )
        rows += shown(name, lanes, weights)
    fitted = fit(rows)
    print({each: round(float(weight), 2) for each, weight in zip(NAMES, fitted, strict=True)}, "\n")
    print(report(rows, chances_of(rows)))


if __name__ == "__main__":
    main()
