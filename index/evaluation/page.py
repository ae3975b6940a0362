"""The report as one HTML file: tables, plots, and the worst questions with what was found instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from index.evaluation.measures import MEASURES
from index.evaluation.plots import difference_plot, line_plot
from index.evaluation.report import COMPARED, DEPTHS, Report

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, "Noto Sans Arabic", sans-serif; margin: 2rem auto; max-width: 66rem; }
body { padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: start; border-bottom: 1px solid #8884; vertical-align: top; }
td.n, th.n { text-align: end; }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { margin: 0; } figcaption { font-size: .85rem; opacity: .8; }
svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 11px; }
svg text.key { font-weight: 600; } svg .grid { stroke: #8886; stroke-width: 1; }
details { border-bottom: 1px solid #8884; padding: .5rem 0; } summary { cursor: pointer; }
.passage { opacity: .85; font-size: .92rem; }
.right { color: #0b8f5f; } .score { opacity: .7; font-size: .85rem; }
"""


@dataclass(frozen=True)
class Found:
    """An article as a reader sees it; `excerpt` is the passage that was found, `right` whether it answers."""

    title: str
    article_id: str
    excerpt: str = ""
    right: bool = False


@dataclass(frozen=True)
class Failure:
    """A question with a low measure: what answers it, and what was found instead, best first."""

    question: str
    lane: str
    value: float
    expected: Sequence[Found]
    found: Sequence[Found]


def render_page(report: Report, failures: Sequence[Failure], *, title: str) -> str:
    """A page that needs nothing else. Everything from questions and articles is escaped."""
    sections = [
        _facts(report.facts),
        *(_lane(report, lane) for lane in report.lanes),
        _differences(report),
        _latencies(report),
        _failures(failures),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><h1 dir="auto">{escape(title)}</h1>\n{"".join(sections)}</body></html>\n'
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="n">{cell}</{tag}>'
            if place >= numbers_from
            else f'<{tag} dir="auto">{cell}</{tag}>'
            for place, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    return f"<table><thead><tr>{row(head, 'th')}</tr></thead><tbody>{body}</tbody></table>\n"


def _facts(facts: Mapping[str, object]) -> str:
    rows = [[escape(name), escape(str(value))] for name, value in facts.items()]
    return _table(["", ""], rows, numbers_from=9) if rows else ""


def _lane(report: Report, lane: str) -> str:
    rows = [
        [escape(run), *(f"{report.average(run, lane, name):.4f}" for name in MEASURES)]
        for run in report.values
    ]
    depths = [str(depth) for depth in DEPTHS]
    curves = line_plot(report.curves[lane], depths, title=f"Recall by depth, {lane}")
    plots = [f"<figure>{curves}<figcaption>Recall among the first 1 to 100 articles</figcaption></figure>"]
    first, *others = report.values
    for other in others:
        differences = [
            report.values[first][key][COMPARED] - report.values[other][key][COMPARED]
            for key in report.lanes[lane]
        ]
        caption = f"{COMPARED} of each question: {first} less {other}"
        plots.append(
            f"<figure>{difference_plot(differences, title=caption)}"
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
    return (
        f"<h2>{escape(lane)} <small>({len(report.lanes[lane])} questions)</small></h2>\n"
        + _table(["run", *MEASURES], rows, numbers_from=1)
        + f'<div class="plots">{"".join(plots)}</div>\n'
    )


def _differences(report: Report) -> str:
    rows = [
        [
            escape(each.lane),
            escape(f"{each.ours} less {each.theirs}"),
            f"{each.comparison.difference:+.4f}",
            f"{each.comparison.low:+.4f} to {each.comparison.high:+.4f}",
            f"{each.comparison.p_value:.4f}",
        ]
        for each in report.differences
    ]
    head = ["lane", f"difference in {COMPARED}", "mean", "95% interval (bootstrap)", "p (randomisation)"]
    return f"<h2>Differences</h2>\n{_table(head, rows, numbers_from=2)}" if rows else ""


def _latencies(report: Report) -> str:
    if not report.latencies:
        return ""
    names = list(next(iter(report.latencies.values())))
    rows = [
        [escape(run), *(f"{taken[name]:.1f}" for name in names)] for run, taken in report.latencies.items()
    ]
    return f"<h2>Milliseconds a search</h2>\n{_table(['run', *names], rows, numbers_from=1)}"


def _failures(failures: Sequence[Failure]) -> str:
    if not failures:
        return ""
    return "<h2>Worst questions, with what was found instead</h2>\n" + "".join(map(_failure, failures))


def _failure(failure: Failure) -> str:
    found = "".join(f"<li>{_found(each)}</li>" for each in failure.found) or "<li>nothing</li>"
    expected = "".join(f"<li>{_found(each)}</li>" for each in failure.expected)
    return (
        f'<details><summary dir="auto">{escape(failure.question)} '
        f'<span class="score">{escape(failure.lane)}, {COMPARED} {failure.value:.3f}</span></summary>'
        f"<p>Answered by</p><ul>{expected}</ul><p>Found instead</p><ol>{found}</ol></details>\n"
    )


def _found(found: Found) -> str:
    mark = ' class="right"' if found.right else ""
    return (
        f'<span{mark} dir="auto">{escape(found.title)}</span> <code>{escape(found.article_id)}</code>'
        f'<div class="passage" dir="auto">{escape(found.excerpt)}</div>'
    )
