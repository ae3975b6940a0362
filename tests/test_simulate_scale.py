"""The simulation of many machines against what is known of queues."""

import numpy as np
import pytest

from benchmarks import simulate_scale
from benchmarks.simulate_scale import Cluster, Time, serve, simulate


def test_one_server_with_constant_times_waits_as_theory_says():
    """M/D/1: the mean wait is load / (2 (1 - load)) services."""
    random, load = np.random.default_rng(1), 0.7
    free, waits = np.zeros(1), []
    for now in np.cumsum(random.exponential(1 / load, 50_000)):
        waits.append(serve(free, float(now), 1.0) - now - 1.0)
    assert np.mean(waits) == pytest.approx(load / (2 * (1 - load)), rel=0.1)


def test_lone_question_takes_the_sum_of_its_parts(monkeypatch):
    for name in ("ENCODE", "DENSE_PER_MILLION", "SPARSE_PER_MILLION", "ANSWER"):
        monkeypatch.setattr(simulate_scale, name, Time(getattr(simulate_scale, name).median))
    cluster = Cluster(8, readers=1, nodes=1)  # sixteen tasks, as many processors
    times = simulate(cluster, rate=0.01, questions=20)
    parts_ms = 11.9 + 8.0 + (2 * 0.5 + 2) + 1.5e6 * 8 / 1e10 * 1e3 + 61.4
    assert times == pytest.approx(np.full(18, parts_ms / 1e3), rel=1e-6)


def test_more_of_what_is_busy_first_carries_more():
    few, more = Cluster(100, readers=1, nodes=9), Cluster(100, readers=4, nodes=9)
    (name, rate), (after, higher) = few.busiest(), more.busiest()
    assert name == "readers" and higher > 3 * rate and after in ("readers", "query nodes")
    crowd = np.percentile(simulate(few, 1.2 * rate, 400), 95)
    assert crowd > 3 * np.percentile(simulate(more, 1.2 * rate, 400), 95)
