"""What a program sets of its own process, for speed: called where it starts, never by the library.

A program that uses the library by itself may call these too; nothing but speed depends on them.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

# A tenth of Python's default: the threads of a build read, count and encode, and a model, which runs in short
# steps, waits for the interpreter before each of them.
SWITCH_S = 0.0005


def one_thread_a_product() -> None:
    """Have numpy's products run on the thread that asks for them, from now on, in the whole process.

    They are small here. On several threads they gain little alone, and beside other questions or the
    encoder's passages each waits for a core that another one holds: ten times as long on a busy machine.
    """
    import numpy  # noqa: F401 (the limit holds for the libraries that are loaded)
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


class _Switching:
    """The interval that was set before, and how many count on the quick one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._users = 0
        self._before_s = 0.0

    def begin(self) -> None:
        """Set the quick interval for the first user."""
        with self._guard:
            if not self._users:
                self._before_s = sys.getswitchinterval()
                sys.setswitchinterval(min(self._before_s, SWITCH_S))
            self._users += 1

    def end(self) -> None:
        """Set the interval of before, after the last user."""
        with self._guard:
            self._users -= 1
            if not self._users:
                sys.setswitchinterval(self._before_s)


_switching = _Switching()


@contextlib.contextmanager
def quick_switches() -> Iterator[None]:
    """Let Python's threads take turns ten times as often while this lasts; may overlap in several threads."""
    _switching.begin()
    try:
        yield
    finally:
        _switching.end()
