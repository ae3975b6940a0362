"""Turns to compute: how many at once, who is next, and none for who waits."""

import contextvars
import threading
import time

from assistant.computing.turns import CALLER, CROWD, LATELY_S, Turns, aside, in_passing, others

WITHIN_S = 10


class Work:
    """A thread of `caller` that takes a turn, notes it, and keeps it until it is let go."""

    def __init__(self, turns, caller, noted):
        self.begun, self.let_go = threading.Event(), threading.Event()
        context = contextvars.copy_context()
        context.run(CALLER.set, caller)

        def work():
            with turns.turn():
                noted.append(caller)
                self.begun.set()
                self.let_go.wait(WITHIN_S)

        self.thread = threading.Thread(target=context.run, args=(work,), daemon=True)
        self.thread.start()
        time.sleep(0.02)  # so that the threads ask in this order

    def end(self):
        self.let_go.set()
        self.thread.join(WITHIN_S)


def test_turns_go_round_the_callers_and_one_caller_leaves_one_free():
    noted, turns = [], Turns(2)
    first = Work(turns, "a", noted)
    waiting = [Work(turns, "a", noted) for _ in range(2)]
    assert noted == ["a"]
    other = Work(turns, "b", noted)
    assert noted == ["a", "b"]
    third = Work(turns, "c", noted)
    assert noted == ["a", "b"]
    first.end()
    assert waiting[0].begun.wait(WITHIN_S) and not third.begun.is_set()
    other.end()
    assert third.begun.wait(WITHIN_S)
    for work in (waiting[0], waiting[1], third):
        work.let_go.set()
    for work in (waiting[0], waiting[1], third):
        work.end()
    assert sorted(noted) == ["a", "a", "a", "b", "c"]
    with turns.turn():
        pass


def test_caller_with_many_waiting_does_not_keep_another_behind_them():
    noted, turns = [], Turns(1)
    running = Work(turns, "x", noted)
    many = [Work(turns, "a", noted) for _ in range(3)]
    one = Work(turns, "b", noted)
    for work in (running, *many, one):
        work.let_go.set()
    for work in (running, *many, one):
        work.end()
    assert noted == ["x", "a", "b", "a", "a"]


def test_thread_that_steps_aside_lets_another_compute():
    noted, turns = [], Turns(1)
    with turns.turn():
        with aside():
            Work(turns, "b", noted).end()
            assert noted == ["b"]
        waiting = Work(turns, "b", noted)
        assert not waiting.begun.is_set()
    waiting.end()
    with aside():  # without a turn there is nothing to give back
        pass
    with turns.turn():
        pass


def test_work_that_encodes_and_comes_back_is_counted_in_the_wait():
    turns, inside, leave = Turns(1), threading.Event(), threading.Event()

    def encode():
        with turns.turn(), aside(at_most=8):
            inside.set()
            leave.wait(WITHIN_S)

    worker = threading.Thread(target=encode)
    worker.start()
    assert inside.wait(WITHIN_S)
    assert turns.wait_s("") > 0  # the turn is free, and the one that encodes will want it back
    leave.set()
    worker.join(WITHIN_S)
    assert turns.wait_s("") == 0


def test_others_are_those_that_compute_and_those_that_wait():
    turns = Turns(2)
    assert others() == 0  # without a turn
    with turns.turn():
        assert others() == 0
        tickets = [turns.ask(str(number), lambda: None) for number in range(3)]
        assert others() == len(tickets)
        with in_passing():
            assert others() == CROWD  # what nobody asked for costs as little as in a crowd
        assert others() == len(tickets)
        for ticket in tickets:
            turns.leave(ticket)


def test_who_asked_a_moment_ago_is_still_beside_everybody_but_himself():
    now = 100.0
    turns = Turns(2, clock=lambda: now)
    for caller in ("a", "b", "b"):
        with turns.hold(turns.ask(caller, lambda: None)):
            now += LATELY_S / 4
    assert [turns.others(caller) for caller in ("a", "b", "c")] == [2, 1, 3]
    now += LATELY_S / 2
    assert [turns.others(caller) for caller in ("a", "b", "c")] == [1, 0, 1]
    now += LATELY_S / 2
    assert [turns.others(caller) for caller in ("a", "b", "c")] == [0, 0, 0]
