"""Allowances that several processes count in common: one file of slots, mapped into the memory of each."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

_SLOT = struct.Struct("<8sdd")  # the key's hash, what is left, since when (monotonic seconds, of the machine)
SLOTS = 2**16  # of 24 bytes each: 1.5 MB
NEAR = 8  # slots that a key may lie in; where all are taken the one not used for longest is given up


class SharedAllowance:
    """Token buckets, as `assistant.web.guards.limits.Allowance`, over a file that every process opens."""

    def __init__(self, path: Path, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, SLOTS * _SLOT.size)
        self._slots = mmap.mmap(self._file, SLOTS * _SLOT.size)
        self._guard = threading.Lock()

    def take(self, key: str) -> float:
        """Spend one; returns 0, or the seconds to wait when nothing is left."""
        if not self._per_minute:
            return 0.0
        name, rate = (
            hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(),
            self._per_minute / 60,
        )
        with self._guard:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                now = self._clock()
                at, left, since = self._slot(name, now)
                left = min(self._per_minute, left + (now - since) * rate)
                enough = left >= 1
                _SLOT.pack_into(self._slots, at, name, left - 1 if enough else left, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
        return 0.0 if enough else (1 - left) / rate

    def _slot(self, name: bytes, now: float) -> tuple[int, float, float]:
        """Give the offset of the slot for `name`, what is left in it, and since when."""
        first = int.from_bytes(name, "little") % SLOTS
        offsets = [(first + step) % SLOTS * _SLOT.size for step in range(NEAR)]
        oldest = (offsets[0], float("inf"))
        for at in offsets:
            stored, left, since = _SLOT.unpack_from(self._slots, at)
            if stored == name:
                return at, left, since
            if since < oldest[1]:
                oldest = (at, since)
        return oldest[0], float(self._per_minute), now
