"""The report of an evaluation: measures by lane and mode, differences, latencies; as JSON and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from index.evaluation.asking import TimedRun
from index.evaluation.measures import MEASURES, mean, measure, recall_curve
from index.evaluation.runs import Qrels
from index.evaluation.significance import PairedTest, compare

ALL = "all"
DEPTHS = (1, 2, 3, 5, 10, 20, 30, 50, 70, 100)
SHOWN_ON_SCREEN = ("nDCG@10", "MRR@10", "R@1", "R@5", "R@10", "R@100", "Success@1")
COMPARED = "nDCG@10"


@dataclass(frozen=True)
class Difference:
    """`ours` against `theirs` on one lane, by nDCG@10."""

    lane: str
    ours: str
    theirs: str
    comparison: PairedTest


@dataclass(frozen=True)
class Report:
    """Everything that was measured.

    `lanes`: lane -> question ids. `values`: run -> question -> measure -> value. `curves`: lane -> run ->
    mean recall at DEPTHS. `latencies`: run -> percentile -> milliseconds (runs read from files have none).
    """

    lanes: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Mapping[str, float]]]
    curves: Mapping[str, Mapping[str, Sequence[float]]]
    differences: Sequence[Difference]
    latencies: Mapping[str, Mapping[str, float]]
    facts: Mapping[str, object] = field(default_factory=dict)

    def average(self, run: str, lane: str, name: str) -> float:
        """Give the mean of a measure over the questions of a lane."""
        return mean([self.values[run][question][name] for question in self.lanes[lane]])

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values, without those of single questions."""
        return {
            "facts": dict(self.facts),
            "lanes": {
                lane: {
                    "questions": len(questions),
                    "measures": {
                        run: {name: round(self.average(run, lane, name), 6) for name in MEASURES}
                        for run in self.values
                    },
                    "recall_curve": {
                        run: [round(value, 6) for value in curve] for run, curve in self.curves[lane].items()
                    },
                }
                for lane, questions in self.lanes.items()
            },
            "recall_depths": list(DEPTHS),
            "differences": [asdict(each) for each in self.differences],
            "latency_ms": {run: dict(taken) for run, taken in self.latencies.items()},
        }

    def as_markdown(self) -> str:
        """Write tables of measures, differences and latencies."""
        lines = [f"| lane | questions | run | {' | '.join(SHOWN_ON_SCREEN)} |"]
        lines.append("| --- | ---: | --- |" + " ---: |" * len(SHOWN_ON_SCREEN))
        for lane, questions in self.lanes.items():
            for run in self.values:
                row = " | ".join(f"{self.average(run, lane, name):.4f}" for name in SHOWN_ON_SCREEN)
                lines.append(f"| {lane} | {len(questions)} | {run} | {row} |")
        if self.differences:
            lines += [
                "",
                f"| lane | difference in {COMPARED} | mean | 95% interval | p | better, worse, equal |",
            ]
            lines.append("| --- | --- | ---: | --- | ---: | --- |")
            for difference in self.differences:
                test = difference.comparison
                lines.append(
                    f"| {difference.lane} | {difference.ours} - {difference.theirs} |"
                    f" {test.difference:+.4f} |"
                    f" {test.low:+.4f} to {test.high:+.4f} | {test.p_value:.4f} |"
                    f" {test.better}, {test.worse}, {test.equal} |"
                )
        if self.latencies:
            names = list(next(iter(self.latencies.values())))
            lines += [
                "",
                f"| milliseconds a search | {' | '.join(names)} |",
                "| --- |" + " ---: |" * len(names),
            ]
            for run, taken in self.latencies.items():
                lines.append(f"| {run} | {' | '.join(f'{taken[name]:.1f}' for name in names)} |")
        return "\n".join(lines) + "\n"


def make_report(
    asked: Sequence[TimedRun],
    qrels: Qrels,
    lanes: Mapping[str, Sequence[str]],
    *,
    facts: Mapping[str, object] | None = None,
) -> Report:
    """Measure runs over the same questions; the first run is compared with each other one.

    `lanes` maps a lane to its questions; where there are several, their whole comes first, as `all`.
    """
    if len(lanes) > 1:
        lanes = {ALL: [question for listed in lanes.values() for question in listed], **lanes}
    values = {each.run.name: measure(each.run, qrels) for each in asked}
    curves = {
        lane: {
            each.run.name: recall_curve(each.run, {key: qrels[key] for key in questions}, depths=DEPTHS)
            for each in asked
        }
        for lane, questions in lanes.items()
    }
    return Report(
        lanes=lanes,
        values=values,
        curves=curves,
        differences=_differences([each.run.name for each in asked], values, lanes),
        latencies={each.run.name: each.latency() for each in asked if each.milliseconds},
        facts=facts or {},
    )


def _differences(
    names: Sequence[str],
    values: Mapping[str, Mapping[str, Mapping[str, float]]],
    lanes: Mapping[str, Sequence[str]],
) -> list[Difference]:
    """Compare the first run with each other one, lane by lane."""
    differences = []
    for lane, questions in lanes.items():
        for theirs in names[1:]:
            pairs = [[values[name][key][COMPARED] for key in questions] for name in (names[0], theirs)]
            differences.append(Difference(lane, names[0], theirs, compare(*pairs)))
    return differences
