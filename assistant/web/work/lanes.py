"""Lanes: lines of work by its kind, so that no kind takes the time of another.

An answer, a search and a look at the server's health wait in lines of their own. Who waits in one holds no
thread: threads are as many as compute, and those that wait for a language model. A question that would wait
longer than a reader has patience is refused at once with a polite 503 that says when to come again: waiting
without an end would help nobody. docs/security.md says why the numbers are what they are.
"""

from __future__ import annotations

import contextvars
import math
import random
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from assistant.computing.turns import CALLER, Ticket, Turns
from assistant.web.work.bridge import Bridge, Merge
from assistant.web.work.threads_kept import Threads
from index.errors import MustanadError

T = TypeVar("T")
# Answers under way at once. One address may begin a minute's questions at once and one a second after, and a
# model may take two minutes for each: more than one address is needed to fill them.
ANSWERS_AT_ONCE = 200
SEARCHES_AT_ONCE = 100  # a search takes hundredths of a second
FEEDBACK_AT_ONCE = 10  # SQLite writes one after another
CHECKS_AT_ONCE = 8
LONGEST_WAIT_S = 2.0  # that a question may wait for its turn; a reader who sees nothing for longer asks again
RETRY_SOON_S = 2  # seconds, where nothing better is known
SPREAD_S = 4  # seconds over which those refused at once are asked to come again: not all at once again
# As many threads as compute, encode, and wait for a language model.
_POOL = Threads()


class Busy(MustanadError):
    """Every place for such work is taken, or its line is too long; `retry_s` says when to ask again."""

    def __init__(self, retry_s: int = RETRY_SOON_S, *, cause: str = "full") -> None:
        super().__init__(f"the server is answering as many as it can; try again in {retry_s} seconds")
        self.retry_s, self.cause = retry_s, cause


class Lane:
    """At most `places` pieces of work at a time, of which as many compute as there are turns.

    `refused` is told the cause of each refusal, `waited` the seconds that a piece of work stood in line.
    """

    def __init__(
        self,
        places: int,
        turns: Turns | None = None,
        *,
        longest_wait_s: float = LONGEST_WAIT_S,
        refused: Callable[[str], None] = lambda cause: None,
        waited: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._places, self._turns = places, turns or Turns()
        self._most = places
        self._longest_wait_s = longest_wait_s
        self._refused, self._waited = refused, waited
        self._bridges: set[Bridge[Any]] = set()

    @property
    def under_way(self) -> int:
        """Count the pieces of work that wait or are being done."""
        return self._most - self._places

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread and give what it gives; raises Busy when it would wait too long.

        Who leaves (the task is cancelled) while it waits takes his place in the line with him.
        """
        done: list[T] = []
        async with aclosing(self.stream(_once(work))) as results:
            async for result in results:
                assert result is not None, "there is no heartbeat"
                done.extend(result)
        return done[0]

    async def last(self, items: Iterator[Any]) -> Any:
        """Give the last of the items, which a thread runs; who leaves stops the work at its next item."""
        last = None
        async with aclosing(self.stream(items)) as pieces:
            async for piece in pieces:
                last = piece
        return last

    def stream(
        self, items: Iterator[T], *, heartbeat_s: float | None = None, merge: Merge[T] | None = None
    ) -> AsyncGenerator[T | None, None]:
        """Give the items of a blocking iterator as they come; raises Busy when it would wait too long.

        Two items that wait to be taken become one where `merge` makes one of them.
        """
        caller = CALLER.get()
        self.check(caller)
        self._places -= 1
        bridge = Bridge(items, self._over, merge)
        work = _Waiting(self._turns, caller, bridge, self._waited)
        self._bridges.add(bridge)
        work.ask()
        return self._taken(work, bridge, heartbeat_s)

    def check(self, caller: str) -> None:
        """Raise Busy when work of `caller` would wait too long, or has no place."""
        if not self._places:
            self._refuse("full", RETRY_SOON_S)
        wait_s = self._turns.wait_s(caller)
        if wait_s > self._longest_wait_s:
            self._refuse("late", math.ceil(wait_s))

    async def _taken(
        self, work: _Waiting, bridge: Bridge[T], heartbeat_s: float | None
    ) -> AsyncGenerator[T | None, None]:
        try:
            async with aclosing(bridge.taken(heartbeat_s)) as items:
                async for item in items:
                    yield item
        finally:
            work.leave()

    def give_up(self) -> None:
        """Refuse, now, what waits or is being done: the server ends."""
        for bridge in list(self._bridges):
            self._refused("stopped")
            bridge.break_off(Busy(cause="stopped"))

    def _refuse(self, cause: str, retry_s: int) -> None:
        self._refused(cause)
        raise Busy(max(retry_s, RETRY_SOON_S) + random.randrange(SPREAD_S), cause=cause)

    def _over(self, bridge: Bridge[Any]) -> None:
        self._places += 1
        self._bridges.discard(bridge)


class _Waiting:
    """One piece of work on its way through the line; its turn begins it, not the event loop."""

    def __init__(
        self, turns: Turns, caller: str, bridge: Bridge[Any], waited: Callable[[float], None]
    ) -> None:
        self._turns, self.bridge, self._waited = turns, bridge, waited
        self._asked_s = time.monotonic()
        context = contextvars.copy_context()
        self._ticket = Ticket(caller, partial(_POOL.submit, partial(context.run, self._work)))

    def ask(self) -> None:
        """Stand in line."""
        self._turns.queue(self._ticket)

    def leave(self) -> None:
        """Leave the line, where the work has not begun."""
        if self._turns.leave(self._ticket):
            self.bridge.finish()

    def _work(self) -> None:
        with self._turns.hold(self._ticket):
            self._waited(time.monotonic() - self._asked_s)
            self.bridge.run()
            _POOL.end_soon()  # who has the turn next is served by this thread, not by one more


def _once(work: Callable[[], T]) -> Iterator[tuple[T]]:
    yield (work(),)


class Lanes:
    """The lanes of one application."""

    def __init__(
        self,
        *,
        refused: Callable[[str, str], None] = lambda kind, cause: None,
        waited: Callable[[str, float], None] = lambda kind, seconds: None,
    ) -> None:
        def lane(kind: str, places: int, turns: Turns | None = None) -> Lane:
            return Lane(places, turns, refused=partial(refused, kind), waited=partial(waited, kind))

        self.answers = lane("answer", ANSWERS_AT_ONCE)
        self.searches = lane("search", SEARCHES_AT_ONCE)
        # Its file may be locked for seconds by another writer.
        self.feedback = lane("feedback", FEEDBACK_AT_ONCE, Turns(FEEDBACK_AT_ONCE))
        self.checks = CapacityLimiter(CHECKS_AT_ONCE)
        self.is_closing = False  # the server was told to stop: it is not ready any more

    @property
    def _all(self) -> tuple[Lane, ...]:
        return self.answers, self.searches, self.feedback

    @property
    def under_way(self) -> int:
        """Count the pieces of work that wait or are being done."""
        return sum(lane.under_way for lane in self._all)

    def give_up(self) -> None:
        """Refuse all that is under way."""
        for lane in self._all:
            lane.give_up()

    async def check(self, work: Callable[[], T]) -> T:
        """Take a short look at the server in a thread; it waits for its turn rather than being refused."""
        return await anyio.to_thread.run_sync(work, limiter=self.checks)
