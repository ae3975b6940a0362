"""What many threads ask at once, done together: while one lot is under way, the next one gathers.

Nothing waits for company: what comes when nothing is under way is done at once, and alone. A thread that
asks does the work for all who wait with it, so that there is no thread besides.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(eq=False, slots=True)
class _Waiter(Generic[Asked, Given]):
    """What one thread asks for, and what it is given; it leads the next lot when it is woken empty-handed."""

    asked: Asked
    woken: threading.Event = field(default_factory=threading.Event)
    given: list[Given] = field(default_factory=list)
    error: BaseException | None = None


class Gathering(Generic[Asked, Given]):
    """Does `work`, which takes up to `most` at once and gives as many; safe for any number of threads."""

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Given]], *, most: int) -> None:
        self._work, self._most = work, most
        self._guard = threading.Lock()
        self._waiting: deque[_Waiter[Asked, Given]] = deque()
        self._is_busy = False
        self.lots: Counter[int] = Counter()  # how many lots there were, by their size

    def ask(self, asked: Asked) -> Given:
        """Give what `work` makes of this; raises what it raises of this alone."""
        waiter: _Waiter[Asked, Given] = _Waiter(asked)
        with self._guard:
            self._waiting.append(waiter)
            leads = not self._is_busy
            self._is_busy = True
        if not leads:
            waiter.woken.wait()
        if not waiter.given and waiter.error is None:
            self._lead()
        if waiter.error is not None:
            raise waiter.error
        return waiter.given[0]

    def _lead(self) -> None:
        """Do the next lot, which holds the caller's place, then wake it and who leads the one after."""
        with self._guard:
            lot = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            self.lots[len(lot)] += 1
        try:
            self._do(lot)
        finally:
            for waiter in lot:
                waiter.woken.set()
            with self._guard:
                self._is_busy = bool(self._waiting)
                if self._is_busy:
                    self._waiting[0].woken.set()

    def _do(self, lot: list[_Waiter[Asked, Given]]) -> None:
        try:
            for waiter, given in zip(lot, self._work([waiter.asked for waiter in lot]), strict=True):
                waiter.given.append(given)
        except BaseException as error:
            if len(lot) == 1:
                lot[0].error = error
                return
            for waiter in lot:  # one of them is at fault: it alone is told
                waiter.given.clear()
                self._do([waiter])
