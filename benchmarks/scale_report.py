"""What benchmarks.scale found, as Markdown and as plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.scale_probe import FILTERS


def write(found: Sequence[dict], *, made_up: bool) -> None:
    """Prints the tables."""
    kind = "made-up vectors and words" if made_up else "vectors and words of a real index"
    print(
        f"Passages of `miracl_wiki`, {kind}; beyond those that are real, texts are resampled (a fifth of"
        " their words exchanged; above 200,000 passages they are copies) and vectors are real ones plus"
        " noise. Milliseconds are median / 99th percentile of whole default searches: late interaction and"
        " the hits' texts included; each the best of three rounds of 300 questions, a question to hits the"
        " first time it is asked.\n"
    )
    _table(
        (
            "passages",
            "real",
            "FAISS",
            "question to hits",
            "hybrid, not encoding",
            "dense",
            "sparse",
            "open s",
        ),
        [
            (
                f"{each['passages']:,}",
                f"{min(each['real'], each['passages']):,}",
                each["dense_kind"],
                *(_pair(each[name]) for name in ("encoded", "hybrid", "dense", "sparse")),
                f"{each['open_s']:.2f}",
            )
            for each in found
        ],
    )
    print(
        "\nRecall is the share of the ten nearest vectors, found exactly, that dense candidates hold;"
        " in brackets the share of the ten hybrid hits that stay with an exact dense search. A filter lets"
        " that share of the articles pass; the milliseconds beside are of a filtered hybrid search.\n"
    )
    _table(
        ("passages", "recall@10", *(f"{name} filter" for name in FILTERS), "resident MB", "disk MB"),
        [
            (
                f"{each['passages']:,}",
                _recall(each, ""),
                *(f"{_recall(each, f'_{name}')}, {_pair(each[f'hybrid_{name}'])} ms" for name in FILTERS),
                f"{each['rss_mb']:,.0f} ({each['model_mb']:,.0f} without an index)",
                f"{each['bytes'] / 1e6:,.0f}",
            )
            for each in found
        ],
    )
    print(
        "\nTo build, beside encoding: vectors and words were there, as after a killed build (not measured of"
        " indexes made of copies). 100 articles more: the whole build, and in brackets the encoding of"
        " their passages alone.\n"
    )
    _table(
        ("passages", "build s", "nothing changed s", "100 articles more s"),
        [
            (
                f"{each['passages']:,}",
                _number(each.get("build_s"), 1),
                _number(each.get("nothing_changed_s"), 2),
                _more(each),
            )
            for each in found
        ],
    )
    _peers(found)
    _circumstances(found)


def _circumstances(found: Sequence[dict]) -> None:
    """Says when each step was measured, and what else the machine did."""
    steps = [step for each in found for step in each.get("measured", {}).values()]
    if not steps:
        return
    days = sorted({day for day, _others in steps})
    busy = [others for _day, others in steps if others is not None]
    said = f"; other programs kept {min(busy):.2f} to {max(busy):.2f} cores busy" if busy else ""
    print(f"\nMeasured {' to '.join(dict.fromkeys((days[0], days[-1])))}{said}.")


def _peers(found: Sequence[dict]) -> None:
    with_peers = [each for each in found if each.get("peers")]
    if not with_peers:
        return
    print("\nSparse search alone, from terms to the best 128 rows, over the same terms:\n")
    _table(
        ("passages", "program", "ms", "times Mustanad's"),
        [
            (
                f"{each['passages']:,}",
                name,
                _pair(times),
                f"{times[0] / each['sparse_peers']['Mustanad'][0]:.1f}",
            )
            for each in with_peers
            for name, times in each["sparse_peers"].items()
            if name != "difference"
        ],
    )
    worst = max(each["sparse_peers"]["difference"] for each in with_peers)
    print(f"\nOur scores differ from rank-bm25's by {worst:.0e} at most. bm25s has no floor under IDF.\n")
    print("Hybrid search, not encoding; peers have the same terms and vectors, and no late interaction:\n")
    rows = []
    for each in with_peers:
        rows.append(
            (f"{each['passages']:,}", "Mustanad", _number(each.get("build_s"), 1), _pair(each["hybrid"]))
        )
        for name, measured in each["peers"].items():
            cells = ["not installed", ""] if measured is None else [f"{measured[0]:.1f}", _pair(measured[1:])]
            rows.append((f"{each['passages']:,}", name, *cells))
    _table(("passages", "program", "index build s", "ms"), rows)


def plot(found: Sequence[dict], folder: Path) -> None:
    """Draws scale-latency, scale-memory, scale-time and, where peers were asked, scale-peers.

    Prints the Markdown that shows them in a page of `docs/`.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    sizes = [each["passages"] for each in found]
    modes = {"question to hits": "encoded", "hybrid": "hybrid", "dense": "dense", "sparse": "sparse"}
    panels = {
        "latency": (
            "milliseconds, median",
            {n: [each[key][0] for each in found] for n, key in modes.items()},
        ),
        "memory": (
            "megabytes",
            {
                "resident, model included": [each["rss_mb"] for each in found],
                "on disk": [each["bytes"] / 1e6 for each in found],
            },
        ),
        "time": (
            "seconds",
            {
                "build, vectors known": [each["build_s"] for each in found],
                "nothing changed": [each.get("nothing_changed_s") for each in found],
                "open": [each["open_s"] for each in found],
            },
        ),
    }
    if any(each.get("peers") for each in found):
        panels["peers"] = ("milliseconds, median, hybrid", _peers_lines(found))
    for name, (unit, lines) in panels.items():
        figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
        for label, values in lines.items():
            known = [np.nan if value is None else value for value in values]
            axes.plot(sizes, known, marker="o", label=label)
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel=unit)
        axes.xaxis.set_major_formatter(_short)
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,g}")
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(frameon=False)
        figure.savefig(folder / f"scale-{name}.png", dpi=110)
        pyplot.close(figure)
        print(f"\n![{unit.capitalize()} against passages: {', '.join(lines)}](images/scale-{name}.png)")


def _short(value: float, _place: int) -> str:
    return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}"


def _peers_lines(found: Sequence[dict]) -> dict[str, list[float | None]]:
    """Medians by program; None where one was not asked."""
    lines: dict[str, list[float | None]] = {"Mustanad": [each["hybrid"][0] for each in found]}
    for name in dict.fromkeys(name for each in found for name in each.get("peers") or {}):
        measured = [(each.get("peers") or {}).get(name) for each in found]
        lines[name] = [one and one[1] for one in measured]
    return lines


def _more(each: dict) -> str:
    return f"{each['add_s']:.2f} ({each['add_encoding_s']:.2f})" if "add_s" in each else ""


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _recall(each: dict, mark: str) -> str:
    return f"{each[f'recall{mark}']:.3f} ({each[f'same{mark}']:.3f})"


def _pair(times: Sequence[float]) -> str:
    return f"{times[0]:.2f} / {times[1]:.2f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for cells in (heads, ["---"] * len(heads), *rows):
        print("| " + " | ".join(cells) + " |")
