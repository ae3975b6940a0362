"""Lanes: threads by kind of work, so that no kind takes them from another.

An answer that waits for a slow language model, a search and a look at the server's health each have threads
of their own. Where a kind is full, the next is refused at once with a polite 503: waiting without an end
would help nobody. docs/security.md says why the numbers are what they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from assistant.llm.turns import Turns
from assistant.web.bridge import steps
from index.errors import MustanadError

T = TypeVar("T")
# Answers under way at once. One address may begin a minute's questions at once and one a second after, and a
# model may take two minutes for each: more than one address is needed to fill them.
ANSWERS_AT_ONCE = 200
SEARCHES_AT_ONCE = 100  # a search takes tenths of a second: a hundred are some seconds of waiting
FEEDBACK_AT_ONCE = 10  # SQLite writes one after another
CHECKS_AT_ONCE = 8


class Busy(MustanadError):
    """Every place for this kind of work is taken."""


class Lane:
    """At most `places` pieces of work at a time, of which as many compute as there are turns."""

    def __init__(self, places: int, turns: Turns | None = None) -> None:
        self._places, self._turns = places, turns or Turns()

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread and give what it gives; raises Busy when every place is taken."""
        self._take()
        alone = CapacityLimiter(1)
        done = asyncio.ensure_future(anyio.to_thread.run_sync(self._in_turn, work, limiter=alone))
        done.add_done_callback(self._give_back)
        # The place is given back when the thread is, not when a reader leaves.
        return await asyncio.shield(done)

    def stream(
        self, items: Iterator[T], *, heartbeat_s: float | None = None
    ) -> AsyncGenerator[T | None, None]:
        """Give the items of a blocking iterator as they come; raises Busy when every place is taken."""
        self._take()
        return steps(self._stepped(items), heartbeat_s=heartbeat_s, ended=self._give_back)

    def _take(self) -> None:
        if not self._places:
            raise Busy("the server is answering as many as it can; try again in a few seconds")
        self._places -= 1

    def _give_back(self, done: asyncio.Future[Any] | None = None) -> None:
        self._places += 1
        if done is not None:
            _ = done.cancelled() or done.exception()

    def _in_turn(self, work: Callable[[], T]) -> T:
        with self._turns.turn():
            return work()

    def _stepped(self, items: Iterator[T]) -> Iterator[T]:
        with self._turns.turn():
            try:
                yield from items
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    close()


class Lanes:
    """The lanes of one application."""

    def __init__(self) -> None:
        self.answers = Lane(ANSWERS_AT_ONCE)
        self.searches = Lane(SEARCHES_AT_ONCE)
        # Its file may be locked for seconds by another writer.
        self.feedback = Lane(FEEDBACK_AT_ONCE, Turns(FEEDBACK_AT_ONCE))
        self.checks = CapacityLimiter(CHECKS_AT_ONCE)

    async def check(self, work: Callable[[], T]) -> T:
        """Take a short look at the server in a thread; it waits for its turn rather than being refused."""
        return await anyio.to_thread.run_sync(work, limiter=self.checks)
