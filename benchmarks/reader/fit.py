"""Fits the writer's weights with the reader among the signals, and measures with and without it.

    python -m benchmarks.reader.fit WEIGHTS --lanes DIR [--questions N] [--near N] [--absent N] [--passages K]
        [--write]

The same fit and folds as `benchmarks.fit_answering`, on the questions that were read: what the reader
says of a unit is one more signal, what it says of all passages is more evidence for the confidence.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from assistant.answering.ranking import WITH_READER
from index.model import NAME

from assistant.answering.reader.joining import with_reading
from assistant.answering.signals import NAMES
from benchmarks.answering_examples import SETS, Example
from benchmarks.fit_answering import cross_validated, fit, measure_quotes, measure_refusal, near_rows, write
from benchmarks.reader.reading import Read
from benchmarks.reader.score import add_arguments, read_lanes

EVIDENCE = ("reader_some", "reader_best")


def examples_with(lanes: Mapping[str, Sequence[Read]]) -> dict[str, list[Example]]:
    """The examples of every lane, the reader among their signals."""
    return {
        name: [replace(read.asked.example, signals=with_reading(read.asked.example.signals, read.joined))
               for read in reads]
        for name, reads in lanes.items()
    }  # fmt: skip


def table(lanes: Mapping[str, Sequence[Example]], *, reader: bool) -> str:
    """Cross-validated figures in Markdown."""
    examples = [example for rows in lanes.values() for example in rows]
    evidence = {name for example in examples for name in example.signals.question} | {
        *(
            "best_probability",
            "best_maxsim",
            "best_plain",
            "best_grams",
            "best_cue",
            "best_cue_missing",
            "cued",
        )
    }
    only = {*NAMES, *evidence} - (set() if reader else {"reader", *EVIDENCE})
    rows = cross_validated(lanes, partial(fit, only=only))
    lines = [
        "| set | questions | first quote | three | AUC, near misses | AUC, articles absent |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in SETS:
        held, near = measure_quotes(rows[name]), measure_refusal(near_rows(rows, name))["auc"]
        absent = rows[f"{name}.absent"]
        far = f"{measure_refusal(absent)['auc']:.3f}" if absent else "-"
        lines.append(
            f"| {name} | {held['questions']} | {held['first']:.1%} | {held['all']:.1%} | {near:.3f} | {far} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_arguments(parser)
    parser.add_argument("--write", action="store_true", help="write the weights with the reader")
    parsed = parser.parse_args()
    lanes = examples_with(read_lanes(parsed))
    print(
        "without the reader", table(lanes, reader=False), "", "with it", table(lanes, reader=True), sep="\n"
    )
    if parsed.write:
        write(fit([example for rows in lanes.values() for example in rows]), encoder=NAME + WITH_READER)


if __name__ == "__main__":
    main()
