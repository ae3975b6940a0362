"""The report as one HTML file: tables, plots, and the worst questions with what was found instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from index.evaluation.measures import MEASURES
from index.evaluation.plots import COLOURS, difference_plot, line_plot, tally
from index.evaluation.report import COMPARED, DEPTHS, Report

STYLE = Path(__file__).with_name("report.css")


@dataclass(frozen=True)
class ShownArticle:
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
    expected: Sequence[ShownArticle]
    shown: Sequence[ShownArticle]


def render_page(report: Report, failures: Sequence[Failure], *, title: str) -> str:
    """Give a page that needs nothing else. Everything from questions and articles is escaped."""
    sections = [
        _facts(report.facts),
        *(_lane(report, lane) for lane in report.lanes),
        _differences(report),
        _latencies(report),
        _failures(failures, next(iter(report.values), "")),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>\n"
        f'<body><h1 dir="auto">{escape(title)}</h1>\n{"".join(sections)}</body></html>\n'
    )


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int, best: bool = False
) -> str:
    """Give a table that scrolls by itself; with `best`, the highest of each column of numbers is set bold."""
    highest = [max(column, key=float) if best and place >= numbers_from else None
               for place, column in enumerate(zip(*rows, strict=True))]  # fmt: skip

    def row(cells: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="n{" best" if tag == "td" and cell == highest[place] else ""}">{cell}</{tag}>'
            if place >= numbers_from
            else f"<{tag}><bdi>{cell}</bdi></{tag}>"
            for place, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    head_row = f"<thead><tr>{row(head, 'th')}</tr></thead>"
    return f'<div class="wide"><table>{head_row}<tbody>{body}</tbody></table></div>\n'


def _facts(facts: Mapping[str, object]) -> str:
    def shown(value: object) -> str:
        return escape(f"{value:,}" if isinstance(value, int) else str(value))

    rows = (f"<dt>{escape(name)}</dt><dd><bdi>{shown(value)}</bdi></dd>" for name, value in facts.items())
    return f"<dl>{''.join(rows)}</dl>\n" if facts else ""


def _lane(report: Report, lane: str) -> str:
    rows = [
        [escape(run), *(f"{report.average(run, lane, name):.4f}" for name in MEASURES)]
        for run in report.values
    ]
    return (
        f"<h2><bdi>{escape(lane)}</bdi> <small>{len(report.lanes[lane]):,} questions</small></h2>\n"
        + _table(["run", *MEASURES], rows, numbers_from=1, best=len(rows) > 1)
        + f'<div class="plots">{"".join(_plots(report, lane))}</div>\n'
    )


def _plots(report: Report, lane: str) -> Iterator[str]:
    curves = report.curves[lane]
    drawn = line_plot(
        curves, [str(depth) for depth in DEPTHS], title=f"Recall by depth, {lane}", below="articles looked at"
    )
    keys = "".join(
        f'<span class="key c{number % COLOURS}"><bdi>{escape(run)}</bdi></span>'
        for number, run in enumerate(curves)
    )
    yield f"<figure>{drawn}<figcaption>Recall: {keys}</figcaption></figure>"
    first, *others = report.values
    for other in others:
        differences = [
            report.values[first][key][COMPARED] - report.values[other][key][COMPARED]
            for key in report.lanes[lane]
        ]
        caption = f"{COMPARED} of each question: {first} less {other}"
        drawn = difference_plot(
            differences, title=f"{caption}, {lane}", below=f"questions: {tally(differences)}"
        )
        yield f"<figure>{drawn}<figcaption>{escape(caption)}</figcaption></figure>"


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
    about = '<p class="soft">A search for ten passages, the question\'s encoding included.</p>'
    return f"<h2>Milliseconds a search</h2>\n{about}{_table(['run', *names], rows, numbers_from=1)}"


def _failures(failures: Sequence[Failure], run: str) -> str:
    if not failures:
        return ""
    about = f'<p class="soft">The {len(failures)} questions that <bdi>{escape(run)}</bdi> answers worst.</p>'
    return (
        "<h2>Worst questions, with what was found instead</h2>\n" + about + "".join(map(_failure, failures))
    )


def _failure(failure: Failure) -> str:
    shown = "".join(f"<li>{_article_item(each)}</li>" for each in failure.shown) or "<li>nothing</li>"
    expected = "".join(f"<li>{_article_item(each)}</li>" for each in failure.expected)
    return (
        f'<details dir="auto"><summary>{escape(failure.question)} '
        f'<span class="score"><bdi>{escape(failure.lane)}, {COMPARED} {failure.value:.3f}</bdi></span>'
        "</summary>"
        f"<h3>Answered by</h3><ul>{expected}</ul><h3>Found</h3><ol>{shown}</ol></details>\n"
    )


def _article_item(article: ShownArticle) -> str:
    mark = " right" if article.right else ""
    return (
        f'<span class="title{mark}"><bdi>{escape(article.title)}</bdi></span>'
        f"{' ✓' if article.right else ''} <code>{escape(article.article_id)}</code>"
        f'<div class="passage" dir="auto">{escape(article.excerpt)}</div>'
    )
