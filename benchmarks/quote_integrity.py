"""Quote integrity: are genuine quotes located exactly, and is every false one rejected?

    python -m benchmarks.quote_integrity [--per-kind 200] [--seed 1]

Takes the seeds and the development articles, changes their sentences by rule (`benchmarks.quote_cases`)
and prints a Markdown table; beside Mustanad's `locate` stands rapidfuzz's `partial_ratio`, accepting from
a threshold on. Ends with 1 when a false quote was accepted or under 99.5% of the genuine were located.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.citations import Located, locate
from benchmarks.quote_cases import Case, genuine, tampered
from index.evaluation.questions import read_records

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT.parent / "shared" / "eval"
DEVELOPMENT = (
    "xquad/articles.ar",
    "xquad/articles.en",
    "arcd/articles.ar",
    "mlqa/articles.ar",
    "mlqa/articles.en",
)
THRESHOLDS = (80, 90, 95)
GENUINE_GOAL = 0.995


def seed_articles() -> list[tuple[str, str]]:
    """(language, text) of the seed articles."""
    return [("ar", path.read_text(encoding="utf-8")) for path in sorted((ROOT / "seeds").glob("*.txt"))]


def development_articles(sets: Path = SETS) -> list[tuple[str, str]]:
    """(language, text) of the development articles; empty where they are not there."""
    found = []
    for name in DEVELOPMENT:
        path = sets / f"{name}.jsonl.gz"
        if path.is_file():
            found += [(name[-2:], record["text"]) for _number, record in read_records(path)]
    return found


def is_right(case: Case, *, widen: bool = False) -> bool:
    """Whether `locate` gives the case's span, or rejects it where there is none."""
    around = (max(0, case.span[0] - 1), case.span[1] + 1) if case.span else None
    found = locate(case.claim, case.article, within=around, widen=widen)
    if case.span is None:
        return not isinstance(found, Located)
    return isinstance(found, Located) and (found.start, found.end) == case.span


def _fuzzy(threshold: int) -> Callable[[Case], bool]:
    """Whether partial matching accepts the case's claim at the threshold."""
    from rapidfuzz import fuzz

    return lambda case: fuzz.partial_ratio(case.claim, case.article, score_cutoff=threshold) >= threshold


def table(cases: Sequence[Case], judges: Sequence[tuple[str, Callable[[Case], bool]]]) -> str:
    """A Markdown table: for each kind and language, in how many of the cases each judge says yes."""
    lines = ["| change | language | quotes | " + " | ".join(name for name, _ in judges) + " |"]
    lines.append("| --- | --- | ---: |" + " ---: |" * len(judges))
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.kind, case.language), []).append(case)
    totals = [0] * len(judges)
    for (kind, language), group in groups.items():
        counts = [sum(map(judge, group)) for _, judge in judges]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        lines.append(
            f"| {kind} | {language} | {len(group):,} | " + " | ".join(f"{each:,}" for each in counts) + " |"
        )
    shares = " | ".join(f"**{total:,}** ({total / max(len(cases), 1):.1%})" for total in totals)
    lines.append(f"| **all** | | **{len(cases):,}** | {shares} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; 0 when both goals are met."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quote_integrity", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--per-kind", type=int, default=200, help="quotes a kind and language (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the changes (default: 1)")
    options = parser.parse_args(arguments)
    articles = [*seed_articles(), *development_articles()]
    true = list(genuine(articles, per_kind=options.per_kind, seed=options.seed))
    false = list(tampered(articles, per_kind=options.per_kind, seed=options.seed))
    started = time.perf_counter()
    located = sum(map(is_right, true))
    accepted = sum(not is_right(case) for case in false)
    each_ms = 1000 * (time.perf_counter() - started) / max(len(true) + len(false), 1)
    fuzzy = [(f"rapidfuzz ≥ {threshold}", _fuzzy(threshold)) for threshold in THRESHOLDS]
    print("### Genuine quotes, changed harmlessly: located at their exact span\n")
    print(table(true, [("Mustanad", is_right), *fuzzy]), end="\n\n")
    print("### False quotes: accepted\n")
    print(table(false, [("Mustanad", lambda case: not is_right(case)), *fuzzy]), end="\n\n")
    print(f"{len(articles):,} articles, seed {options.seed}, {each_ms:.2f} ms a quote.")
    return 0 if accepted == 0 and located >= GENUINE_GOAL * len(true) else 1


if __name__ == "__main__":
    sys.exit(main())
