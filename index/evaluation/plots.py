"""Plots as inline SVG, drawn here so that a report is one file that asks no other host for anything.

Lines and bars take their colours from the classes `c0` to `c5`, which the page sets for light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 440, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 40
COLOURS = 6


def line_plot(curves: Mapping[str, Sequence[float]], labels: Sequence[str], *, title: str, below: str) -> str:
    """Give one line a curve over evenly spaced `labels`.

    `below` says what those are. The highest value is 1.
    """
    values = [value for curve in curves.values() for value in curve]
    low = min([*values, 0.95])
    low = max(0.0, int(low * 20) / 20)
    parts = [_axes([low, (low + 1) / 2, 1.0], low, 1.0, below)]
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    for column, label in enumerate(labels):
        parts.append(_text(LEFT + column * step, HEIGHT - 24, label, "middle"))
    for number, (name, curve) in enumerate(curves.items()):
        dots = [(LEFT + column * step, _height(value, low, 1.0)) for column, value in enumerate(curve)]
        points = " ".join(f"{across:.1f},{down:.1f}" for across, down in dots)
        parts.append(f'<polyline points="{points}" class="line c{number % COLOURS}"/>')
        parts += [
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" class="dot c{number % COLOURS}">'
            f"<title>{escape(f'{name}, {label}: {value:.4f}')}</title></circle>"
            for (across, down), label, value in zip(dots, labels, curve, strict=True)
        ]
    return _svg(parts, title)


def difference_plot(differences: Sequence[float], *, title: str, below: str) -> str:
    """Draw differences of single questions as bars, largest first."""
    ordered = sorted(differences, reverse=True)
    parts = [_axes([-1.0, 0.0, 1.0], -1.0, 1.0, below)]
    step = (WIDTH - LEFT - RIGHT) / max(1, len(ordered))
    zero = _height(0.0, -1.0, 1.0)
    for column, value in enumerate(ordered):
        if abs(value) < 1e-9:
            continue
        top = min(zero, _height(value, -1.0, 1.0))
        height = abs(zero - _height(value, -1.0, 1.0))
        parts.append(
            f'<rect x="{LEFT + column * step:.2f}" y="{top:.1f}" width="{max(step, 0.4):.2f}"'
            f' height="{height:.1f}" class="bar {"better" if value > 0 else "worse"}"/>'
        )
    return _svg(parts, title)


def tally(differences: Sequence[float]) -> str:
    """Tell how many questions are better, worse and equal, in words."""
    better, worse = sum(value > 1e-9 for value in differences), sum(value < -1e-9 for value in differences)
    return f"{better:,} better, {worse:,} worse, {len(differences) - better - worse:,} equal"


def _height(value: float, low: float, high: float) -> float:
    return TOP + (high - value) / max(high - low, 1e-9) * (HEIGHT - TOP - BOTTOM)


def _axes(ticks: Sequence[float], low: float, high: float, below: str) -> str:
    parts = [_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, below, "middle")]
    for tick in ticks:
        height = _height(tick, low, high)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" class="grid"/>'
        )
        parts.append(_text(LEFT - 6, height + 4, f"{tick:.2f}", "end"))
    return "".join(parts)


def _text(across: float, down: float, text: str, anchor: str) -> str:
    return f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(title, quote=True)}">{"".join(parts)}</svg>'
    )
