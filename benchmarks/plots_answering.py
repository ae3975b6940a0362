"""Plots of the confidence: how far it can be trusted, and what a threshold does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

BINS = 10
Judged = Mapping[str, tuple[np.ndarray, np.ndarray]]


def draw(judged: Judged, threshold: float, folder: Path) -> None:
    """Writes both plots; `judged` gives confidences and whether each question is answerable, by set."""
    import matplotlib

    matplotlib.use("agg")
    folder.mkdir(parents=True, exist_ok=True)
    _reliability(judged, folder / "confidence-reliability.png")
    _thresholds(judged, threshold, folder / "confidence-threshold.png")


def _reliability(judged: Judged, path: Path) -> None:
    import matplotlib.pyplot as plot

    figure, axes = plot.subplots(figsize=(5.2, 4.6), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1, label="as it should be")
    for name, (confidences, truth) in judged.items():
        bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
        held = [each for each in range(BINS) if (bins == each).sum() >= 10]
        said = [confidences[bins == each].mean() for each in held]
        axes.plot(said, [truth[bins == each].mean() for each in held], marker="o", label=name)
    axes.set(xlabel="confidence", ylabel="share that the articles answer", xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=130)
    plot.close(figure)


def _thresholds(judged: Judged, threshold: float, path: Path) -> None:
    import matplotlib.pyplot as plot

    figure, axes = plot.subplots(figsize=(5.8, 4.6), layout="constrained")
    steps = np.linspace(0, 1, 101)
    for name, (confidences, truth) in judged.items():
        answered = [(confidences[truth] >= step).mean() for step in steps]
        refused = [(confidences[~truth] < step).mean() for step in steps]
        [line] = axes.plot(steps, answered, label=f"{name}: answered of answerable")
        axes.plot(
            steps, refused, color=line.get_color(), linestyle="--", label=f"{name}: refused of the others"
        )
    axes.axvline(threshold, color="#666", linewidth=1)
    axes.set(xlabel="threshold", ylabel="share", xlim=(0, 1), ylim=(0, 1.01))
    axes.legend(fontsize=6.5, ncols=2)
    figure.savefig(path, dpi=130)
    plot.close(figure)
