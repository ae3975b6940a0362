"""The times of the stages of an answer: those that come again, and those inside others."""

from __future__ import annotations

import time

import pytest

from assistant.answering.stopwatch import Stopwatch, listening


def spend(seconds):
    """Let the clock go on."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def test_stage_that_comes_again_is_summed_up():
    watch = Stopwatch()
    for _half in range(2):
        with watch.lap("search"):
            spend(0.02)
    times = watch.read()
    assert 40 <= times["search"] <= times["total"]


def test_stage_inside_another_counts_for_itself_alone():
    told = []
    with listening(lambda stage, seconds: told.append((stage, seconds))):
        watch = Stopwatch()
    with watch.lap("answer"):
        spend(0.01)
        with watch.lap("read"):
            spend(0.03)
        with watch.lap("read"):
            spend(0.01)
    times = watch.read()
    assert times["read"] >= 40 and times["answer"] >= 10
    assert times["read"] + times["answer"] <= times["total"]
    assert [stage for stage, _seconds in told] == ["read", "read", "answer"]
    assert told[-1][1] * 1000 == pytest.approx(times["read"] + times["answer"], abs=1)  # a span is the whole


def test_stage_that_fails_is_timed_and_leaves_the_others_right():
    watch = Stopwatch()
    with pytest.raises(ValueError, match="no"), watch.lap("answer"), watch.lap("read"):
        spend(0.01)
        raise ValueError("no")
    with watch.lap("write"):
        spend(0.01)
    times = watch.read()
    assert times["read"] >= 10 and times["write"] >= 10 and times["answer"] < 5
