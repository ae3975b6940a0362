"""Whether two runs over the same questions differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import EvaluationError

_BLOCK = 1_000  # trials at once: 1,000 by 10,000 questions are 80 MB


@dataclass(frozen=True, slots=True)
class PairedTest:
    """`difference` is the mean of ours less theirs; `low` and `high` its 95% bootstrap interval.

    `p_value` is of the paired randomisation test, two-sided. `better`, `worse` and `equal` count
    questions.
    """

    difference: float
    low: float
    high: float
    p_value: float
    better: int
    worse: int
    equal: int


def compare(
    ours: Sequence[float], theirs: Sequence[float], *, trials: int = 10_000, seed: int = 0
) -> PairedTest:
    """Compare two lists of values, one a question, in the same order.

    The randomisation test (Fisher; Smucker, Allan and Carterette 2007) flips the sign of each
    difference at random; the interval comes from resampling the questions.
    """
    if len(ours) != len(theirs) or not ours:
        raise EvaluationError(
            f"cannot compare {len(ours)} with {len(theirs)} questions; give two runs over the same questions"
        )
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    observed = float(differences.mean())
    random = np.random.default_rng(seed)
    flipped, resampled = [], []
    for start in range(0, trials, _BLOCK):
        shape = (min(_BLOCK, trials - start), differences.size)
        signs = random.integers(0, 2, size=shape, dtype=np.int8) * 2 - 1
        flipped.append((signs @ differences) / differences.size)
        resampled.append(differences[random.integers(0, differences.size, size=shape)].mean(axis=1))
    # The observed order counts as one trial, so that no p-value is 0; the margin is for rounding of sums.
    as_extreme = int((np.abs(np.concatenate(flipped)) >= abs(observed) - 1e-12).sum())
    low, high = np.percentile(np.concatenate(resampled), [2.5, 97.5])
    return PairedTest(
        difference=observed,
        low=float(low),
        high=float(high),
        p_value=(as_extreme + 1) / (trials + 1),
        better=int((differences > 1e-12).sum()),
        worse=int((differences < -1e-12).sum()),
        equal=int((np.abs(differences) <= 1e-12).sum()),
    )
