"""Readings: where in a window the answer may stand, as log-odds against "it stands in none of them".

A start's log-odds are `log(P(start) / P(none))`, an end's likewise; training normalises them over all windows
of a question with "none" at zero, so that those of different passages and questions compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST_SPAN = 40  # tokens of an answer
NOTHING = -30.0  # log-odds of what cannot be


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader saw in one window: token i stands for `text[starts[i]:ends[i]]`.

    `opens[i]` and `closes[i]`, float32, are the log-odds that the answer begins and ends with token i.
    """

    starts: np.ndarray
    ends: np.ndarray
    opens: np.ndarray
    closes: np.ndarray

    @property
    def log_odds(self) -> float:
        """Tell how likely this window answers, against none doing so; NOTHING for an empty one."""
        return (_log_sum(self.opens) + _log_sum(self.closes)) / 2

    def best_span(self, start: int = 0, end: int | None = None) -> TextSpan | None:
        """Give the likeliest answer in `text[start:end]`; None when no token lies there."""
        stop = int(self.ends[-1]) if end is None and len(self.ends) else end
        first, last = np.searchsorted(self.starts, [start, stop or 0]).tolist()
        if first >= last:
            return None
        opens, closes = self.opens[first:last], self.closes[first:last]
        pairs = opens[:, None] + closes[None, :]
        steps = np.arange(len(opens))[None, :] - np.arange(len(opens))[:, None]
        pairs[(steps < 0) | (steps >= LONGEST_SPAN)] = 2 * NOTHING
        one, other = np.unravel_index(int(np.argmax(pairs)), pairs.shape)
        return TextSpan(
            int(self.starts[first + one]), int(self.ends[first + other]), float(pairs[one, other]) / 2
        )


@dataclass(frozen=True, slots=True)
class TextSpan:
    """`text[start:end]` of a window, and the log-odds that it is the answer."""

    start: int
    end: int
    log_odds: float


def _log_sum(values: np.ndarray) -> float:
    if not len(values):
        return NOTHING
    top = float(values.max())
    return max(NOTHING, top + float(np.log(np.exp(values - top).sum())))
