"""What tells a live searcher that a new generation was committed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from index.backends import EngineAddress, IndexPlace
from index.errors import SnapshotError, SnapshotMissing
from index.store.generations.manifest import FILE_NAME

ASKED_AFTER_S = 2.0  # an engine elsewhere is asked no more often what was committed last


class Watch(Protocol):
    """Watches one index."""

    def stamp(self) -> Hashable | None:
        """Give what differs when another generation is committed; None while there is no index."""
        ...

    def check(self) -> None:
        """Raise SnapshotError while the index is away."""
        ...

    def close(self) -> None:
        """End."""
        ...


def watch_of(place: IndexPlace) -> Watch:
    """Give the watch over an index."""
    return EngineWatch(place) if isinstance(place, EngineAddress) else FolderWatch(place)


class FolderWatch:
    """Watches a folder: the manifest is another file after each commit."""

    def __init__(self, folder: Path):
        self._folder = folder

    def stamp(self) -> Hashable | None:
        """Give what the system says of the manifest."""
        try:
            status = os.stat(self._folder / FILE_NAME)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def check(self) -> None:
        """Raise SnapshotMissing while the folder is away."""
        if self.stamp() is None:
            raise SnapshotMissing(f"there is no index in {self._folder} any more; put the folder back")

    def close(self) -> None:
        """Do nothing: no file is held."""


class EngineWatch:
    """Watches an engine elsewhere, which is asked now and then. Safe for any number of threads."""

    def __init__(self, address: EngineAddress):
        from index.backends.milvus.collections.wire import Wire

        self._wire = Wire(address)
        self._asking = threading.Lock()
        self._stamp: Hashable | None = None
        self._asked_at_s = -ASKED_AFTER_S  # on the monotonic clock

    def stamp(self) -> Hashable | None:
        """Give collection and generation as they were a moment ago; as before while the engine is away."""
        due = time.monotonic() - self._asked_at_s >= ASKED_AFTER_S
        if due and self._asking.acquire(blocking=False):
            try:
                self._ask()
            except SnapshotError:
                pass  # whoever searches is told by the search
            finally:
                self._asking.release()
        return self._stamp

    def check(self) -> None:
        """Raise SnapshotMissing or EngineAway while there is no index to be had."""
        with self._asking:
            self._ask()
        if self._stamp is None:
            raise SnapshotMissing(f"there is no index in {self._wire.address} any more; build it again")

    def close(self) -> None:
        """Give the connection back."""
        self._wire.close()

    def _ask(self) -> None:
        from index.backends.milvus.milvus_opening import stamp_of

        try:
            self._stamp = stamp_of(self._wire)
        finally:
            self._asked_at_s = time.monotonic()
