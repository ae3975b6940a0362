"""A searcher that follows the index: every lease is the generation committed last.

A lease keeps its generation whole until it ends; the searcher of an older generation is closed when its last
lease ends. While the newest generation cannot be opened, and while the folder is away, the last one goes on;
an engine elsewhere that is away says so to every search, and is searched again once it is back.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator

from index.backends import IndexPlace, place_of
from index.encoder import Encoder
from index.errors import MustanadError, SnapshotDamaged, SnapshotError, reason_of
from index.search.searcher import Searcher, open_searcher
from index.search.watching import watch_of

TRY_AGAIN_S = 10.0  # long beside what opening costs, short beside a reader's patience

log = logging.getLogger(__name__)


class _Shared:
    """A searcher with the number of its leases; one more is the live searcher's own."""

    def __init__(self, searcher: Searcher):
        self.searcher = searcher
        self.leases = 1


class LiveSearcher:
    """Lends the newest searcher. Safe for any number of threads."""

    def __init__(self, index_dir: str | IndexPlace, *, encoder: Encoder, try_again_s: float = TRY_AGAIN_S):
        """`try_again_s` seconds after a generation was refused, it is opened again: it may be mended."""
        self._place = place_of(index_dir)
        self._watch = watch_of(self._place)
        self._encoder = encoder
        self._guard = threading.Lock()
        self._opening = threading.Lock()
        self._seen = self._watch.stamp()
        self._refusal: SnapshotError | None = None
        self._wait_s, self._try_again_at_s = try_again_s, 0.0  # on the monotonic clock
        self._current: _Shared | None = _Shared(open_searcher(self._place, encoder=encoder))

    @contextlib.contextmanager
    def lease(self) -> Iterator[Searcher]:
        """Give a searcher that stays open, and the same, while the lease lasts."""
        self._follow()
        with self._guard:
            if self._current is None:
                raise RuntimeError("the live searcher is closed")
            shared = self._current
            shared.leases += 1
        try:
            yield shared.searcher
        finally:
            self._give_back(shared)

    @property
    def refusal(self) -> SnapshotError | None:
        """Tell why the newest generation is not the one that is lent; None when it is."""
        return self._refusal

    def check(self) -> None:
        """Raise SnapshotMissing while the folder is away, SnapshotDamaged when files in use were cut.

        EngineAway while an engine elsewhere cannot be reached. A newest generation that cannot be opened is
        no error of what is lent: `refusal` says it.
        """
        self._watch.check()
        with self.lease() as searcher:
            searcher.check()

    def close(self) -> None:
        """End; leases that are out stay valid until they end."""
        with self._guard:
            shared, self._current = self._current, None
        self._watch.close()
        if shared is not None:
            self._give_back(shared)

    def _follow(self) -> None:
        """Open a new generation when the manifest is another file; meanwhile others use the old one."""
        stamp = self._watch.stamp()
        if (stamp == self._seen and not self._may_try_again()) or not self._opening.acquire(blocking=False):
            return
        try:
            if stamp == self._seen and not self._may_try_again():  # another thread has just opened it
                return
            searcher = self._opened()
        except MustanadError as error:
            log.warning("the new state of the index cannot be used, the old one goes on: %s", error)
            self._refusal = error if isinstance(error, SnapshotError) else SnapshotError(str(error))
            self._seen, self._try_again_at_s = stamp, time.monotonic() + self._wait_s
            return
        finally:
            self._opening.release()
        self._refusal = None
        with self._guard:
            self._seen = stamp
            old = self._current
            if old is not None:
                self._current = _Shared(searcher)
        self._give_back(old or _Shared(searcher))  # closed meanwhile: the new one is of no use

    def _may_try_again(self) -> bool:
        """Tell whether what was refused may have been mended without a new manifest."""
        return self._refusal is not None and time.monotonic() >= self._try_again_at_s

    def _opened(self) -> Searcher:
        """Give the newest generation.

        Whatever opening it raises, those who search go on with the last one.
        """
        try:
            return open_searcher(self._place, encoder=self._encoder)
        except MustanadError:
            raise
        except Exception as error:
            raise SnapshotDamaged(
                f"{self._place} cannot be opened ({type(error).__name__}: {reason_of(error)})"
            ) from error

    def _give_back(self, shared: _Shared) -> None:
        with self._guard:
            shared.leases -= 1
            last = shared.leases == 0
        if last:
            shared.searcher.close()
