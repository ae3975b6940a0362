"""Turns to compute: few threads at once, callers in rotation, and none for a thread that only waits.

Judging runs in the interpreter, which one thread at a time has; more threads than two only make all of them
late. A thread that waits for a language model, or for questions that are encoded together, steps aside, so
that the others compute meanwhile. Whoever asks much waits for itself: among the callers that wait, each gets
one turn after the other.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass

# Who is served in this context; the door of the program sets it. Threads started by anyio inherit it.
CALLER: ContextVar[str] = ContextVar("caller", default="")
# One in the interpreter, and one in what leaves it: a model's products, FAISS, files. Of a question's time
# three quarters are the interpreter's, so more than two answer no more questions.
AT_ONCE = 2
# Seconds of one piece of work, before any was timed: searched and read on two cores. Were it less, a crowd
# that comes as the server starts would all be let in, and wait for as long as it takes.
USUAL_S = 0.1
UNHURRIED_S = 0.2  # that may be waited before those who compute hurry: a tenth of a reader's patience
WEIGHT = 0.1  # of the newest piece of work in the mean: some twenty tell how busy the machine is now
# Seconds. With 100 readers who think for ten seconds, on two cores, the median of the first word fell from
# 616 to some 420 ms; a reader who is alone notices nothing of it.
LATELY_S = 1.0
REMEMBERED = 32  # pieces of work that came last
CROWD = 100  # pieces of work: more than anybody makes a difference for
_IN_PASSING: ContextVar[bool] = ContextVar("in passing", default=False)
_here = threading.local()


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the line of `caller`; `called` is run, in any thread, when its turn has come."""

    caller: str
    called: Callable[[], object]
    granted: bool = False


@dataclass(eq=False, slots=True)
class _Holding:
    """What a thread knows of the turn it holds, or has given back while it is aside."""

    turns: Turns
    caller: str
    since_s: float
    held_s: float = 0.0
    is_aside: bool = False
    is_timed: bool = False


class Turns:
    """At most `at_once` threads compute.

    One caller holds all turns but one, so that who comes next need not wait for what it has begun. Work that
    has stepped aside and comes back goes before what has not begun.
    """

    def __init__(self, at_once: int = AT_ONCE, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = self._free = at_once
        self._most = max(1, at_once - 1)
        self._clock = clock
        self._guard = threading.Lock()
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._returning: deque[Ticket] = deque()
        self._aside = 0
        self._soon_back = 0  # of those aside: not those that wait for a language model
        self._mean_s = USUAL_S
        self._came: deque[tuple[str, float]] = deque(maxlen=REMEMBERED)  # who came last, and when

    def ask(self, caller: str, called: Callable[[], object]) -> Ticket:
        """Stand in line; `called` may be run before this returns. Then `hold` the ticket, or `leave`."""
        ticket = Ticket(caller, called)
        self.queue(ticket)
        return ticket

    def queue(self, ticket: Ticket) -> None:
        """Put a ticket in line; it may be called before this returns."""
        with self._guard:
            self._came.append((ticket.caller, self._clock()))
            self._waiting.setdefault(ticket.caller, deque()).append(ticket)
            self._call_next()

    def leave(self, ticket: Ticket) -> bool:
        """Leave the line; False where the turn has come, which is then held all the same."""
        with self._guard:
            if ticket.granted:
                return False
            queue = self._waiting[ticket.caller]
            queue.remove(ticket)
            if not queue:
                del self._waiting[ticket.caller]
            return True

    def wait_s(self, caller: str) -> float:
        """Estimate the seconds until who stands in line now as `caller` would get a turn."""
        with self._guard:
            return self._wait_s(caller)

    def late(self, caller: str) -> int:
        """Count the pieces of work by which the line before `caller` is longer than one that is unhurried."""
        with self._guard:
            over_s = self._wait_s(caller) - UNHURRIED_S
            return math.ceil(over_s * self._at_once / self._mean_s) if over_s > 0 else 0

    def others(self, caller: str) -> int:
        """Count the pieces of work beside one of `caller` that computes: those that compute too, or wait.

        Those that somebody else asked within LATELY_S count too, answered or not: between two questions of a
        busy hour there is often a moment without any.
        """
        with self._guard:
            waiting = len(self._returning) + sum(map(len, self._waiting.values()))
            beside = max(0, self._at_once - self._free - 1) + waiting
            since_s = self._clock() - LATELY_S
            return max(beside, sum(at_s > since_s and other != caller for other, at_s in self._came))

    def _wait_s(self, caller: str) -> float:
        position = len(self._waiting.get(caller, ())) + 1
        before = self._soon_back + len(self._returning)
        before += sum(min(len(queue), position) for queue in self._waiting.values())
        if self._free and not before and self._held[caller] < self._most:
            return 0.0
        alone = position / self._most if self._held[caller] >= self._most else 0.0
        return max((before + 1) / self._at_once, alone) * self._mean_s

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn in this thread and hold it, except while the thread has stepped `aside`."""
        event = threading.Event()
        ticket = self.ask(CALLER.get(), event.set)
        event.wait()
        with self.hold(ticket):
            yield

    @contextlib.contextmanager
    def hold(self, ticket: Ticket) -> Iterator[None]:
        """Hold the turn that came to `ticket` in this thread; it is given back at the end."""
        holding = _here.holding = _Holding(self, ticket.caller, self._clock())
        try:
            yield
        finally:
            # A generator that nobody finished may be closed by another thread, which holds nothing.
            if getattr(_here, "holding", None) is holding:
                _here.holding = None
            if not holding.is_aside:
                self._give_back(holding)

    def _step_aside(self, holding: _Holding, at_most: int | None) -> bool:
        with self._guard:
            if at_most is not None and self._aside >= at_most:
                return False
            self._aside += 1
            self._soon_back += at_most is not None
            holding.held_s += self._clock() - holding.since_s
            holding.is_aside = True
            if at_most is None:  # it may be away for minutes: what it computed till now tells enough
                self._time(holding)
            self._release(holding.caller)
            return True

    def _come_back(self, holding: _Holding, *, soon: bool, to_compute: bool) -> None:
        event = threading.Event()
        with self._guard:
            self._aside -= 1
            self._soon_back -= soon
            if not to_compute:
                return
            self._returning.append(Ticket(holding.caller, event.set))
            self._call_next()
        event.wait()
        holding.since_s, holding.is_aside = self._clock(), False

    def _give_back(self, holding: _Holding) -> None:
        with self._guard:
            holding.held_s += self._clock() - holding.since_s
            self._time(holding)
            self._release(holding.caller)

    def _time(self, holding: _Holding) -> None:
        if not holding.is_timed:
            self._mean_s += WEIGHT * (holding.held_s - self._mean_s)
            holding.is_timed = True

    def _release(self, caller: str) -> None:
        self._free += 1
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]
        self._call_next()

    def _call_next(self) -> None:
        """Hand free turns to who comes back, then to the callers that have waited longest since theirs."""
        for ticket in list(self._returning):
            if self._free and self._held[ticket.caller] < self._most:
                self._returning.remove(ticket)
                self._grant(ticket)
        for caller in list(self._waiting):
            if not self._free:
                return
            if self._held[caller] >= self._most:
                continue
            queue = self._waiting.pop(caller)
            self._grant(queue.popleft())
            if queue:
                self._waiting[caller] = queue

    def _grant(self, ticket: Ticket) -> None:
        self._free -= 1
        self._held[ticket.caller] += 1
        ticket.granted = True
        ticket.called()


@contextlib.contextmanager
def aside(*, at_most: int | None = None) -> Iterator[None]:
    """Give back this thread's turn, if it has one, while the thread waits for something far away.

    Where `at_most` threads are aside already the turn is kept: so many threads wait, and no more.
    """
    holding: _Holding | None = getattr(_here, "holding", None)
    if holding is None or not holding.turns._step_aside(holding, at_most):
        yield
        return
    _here.holding = None
    thread = threading.get_ident()
    try:
        yield
    finally:
        # A generator that nobody finished may be closed by another thread, which has no turn to take up.
        same = threading.get_ident() == thread
        holding.turns._come_back(holding, soon=at_most is not None, to_compute=same)
        if same:
            _here.holding = holding


@contextlib.contextmanager
def in_passing() -> Iterator[None]:
    """Have what is computed meanwhile cost as little as in a crowd: nobody asked for it."""
    token = _IN_PASSING.set(True)
    try:
        yield
    finally:
        _IN_PASSING.reset(token)


def others() -> int:
    """Count the pieces of work beside this thread's, as `Turns.others` does; 0 without a turn."""
    if _IN_PASSING.get():
        return CROWD
    holding: _Holding | None = getattr(_here, "holding", None)
    return 0 if holding is None else holding.turns.others(holding.caller)


def late() -> int:
    """Count the pieces of work by which the line behind this thread's turn is too long; 0 without a turn."""
    holding: _Holding | None = getattr(_here, "holding", None)
    return 0 if holding is None else holding.turns.late(holding.caller)
