"""Plots as inline SVG, drawn here so that a report is one file that asks no other host for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 420, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80", "#8d6a9f", "#b08900", "#5f6b6d")


def line_plot(
    curves: Mapping[str, Sequence[float]], labels: Sequence[str], *, title: str, lowest: float | None = None
) -> str:
    """One line a curve over evenly spaced `labels`; the vertical axis ends at 1."""
    values = [value for curve in curves.values() for value in curve]
    low = min([*values, 1.0]) if lowest is None else lowest
    low = max(0.0, int(low * 20) / 20) if low < 1.0 else 0.95
    parts = [_axes(title, [low, (low + 1) / 2, 1.0], low, 1.0)]
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    for place, label in enumerate(labels):
        parts.append(
            f'<text x="{LEFT + place * step:.1f}" y="{HEIGHT - 18}" class="tick" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(
            f"{LEFT + place * step:.1f},{_height(value, low, 1.0):.1f}" for place, value in enumerate(curve)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<text x="{LEFT + 8 + number * 90}" y="{HEIGHT - 4}" fill="{colour}" class="key">'
            f"{escape(name)}</text>"
        )
    return _svg(parts, title)


def difference_plot(differences: Sequence[float], *, title: str) -> str:
    """Differences of single questions as bars, largest first."""
    ordered = sorted(differences, reverse=True)
    parts = [_axes(title, [-1.0, 0.0, 1.0], -1.0, 1.0)]
    step = (WIDTH - LEFT - RIGHT) / max(1, len(ordered))
    zero = _height(0.0, -1.0, 1.0)
    for place, value in enumerate(ordered):
        if abs(value) < 1e-9:
            continue
        top = min(zero, _height(value, -1.0, 1.0))
        height = abs(zero - _height(value, -1.0, 1.0))
        parts.append(
            f'<rect x="{LEFT + place * step:.2f}" y="{top:.1f}" width="{max(step, 0.4):.2f}"'
            f' height="{height:.1f}" fill="{COLOURS[0] if value > 0 else COLOURS[1]}"/>'
        )
    better, worse = sum(value > 1e-9 for value in ordered), sum(value < -1e-9 for value in ordered)
    parts.append(
        f'<text x="{LEFT + 8}" y="{HEIGHT - 4}" class="key">{better} better, {worse} worse, '
        f"{len(ordered) - better - worse} equal</text>"
    )
    return _svg(parts, title)


def _height(value: float, low: float, high: float) -> float:
    return TOP + (high - value) / max(high - low, 1e-9) * (HEIGHT - TOP - BOTTOM)


def _axes(title: str, ticks: Sequence[float], low: float, high: float) -> str:
    parts = [f"<title>{escape(title)}</title>"]
    for tick in ticks:
        height = _height(tick, low, high)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" class="grid"/>'
            f'<text x="{LEFT - 6}" y="{height + 4:.1f}" class="tick" text-anchor="end">{tick:.2f}</text>'
        )
    return "".join(parts)


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(title, quote=True)}">{"".join(parts)}</svg>'
    )
