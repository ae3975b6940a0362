"""Survives files that are cut short while they are mapped.

A page of a mapping past the end of its file cannot be read: the kernel sends SIGBUS, which ends the process.
Here a handler lays pages of zeros over what is missing, so that the reading goes on, and whoever searched
finds the file shorter than it was and takes the result for nothing (`MappedFile.check`). The handler is C's,
by ctypes: one of Python's `signal` would run only after the instruction that can never end. It runs where an
array is read, never within the interpreter or an allocator, and does nothing that needs their locks.

Linux alone; elsewhere, and where libc cannot be had, such a fault ends the process as it always did.
"""

from __future__ import annotations

import ctypes
import mmap
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

FileIdentity = tuple[int, int]  # device and inode
_ANONYMOUS_FIXED = 0x02 | 0x10 | 0x20  # MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS on Linux
_FAILED = ctypes.c_void_p(-1).value


class TruncationGuard:
    """Looks after the mappings of some files; `shortened` gives the present sizes of those that were cut."""

    def __init__(self, shortened: Callable[[], dict[FileIdentity, int]]):
        self._shortened = shortened
        self._installing = threading.Lock()
        self._libc: Any = None
        self._handler: Any = None
        self._before: Any = None

    def install(self) -> None:
        """Handle SIGBUS from now on, once a process."""
        with self._installing:
            if self._handler is not None or not sys.platform.startswith("linux"):
                return
            libc = ctypes.CDLL(None, use_errno=True)
            libc.mmap.restype = ctypes.c_void_p
            libc.mmap.argtypes = [
                *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int),
                ctypes.c_long,
            ]
            libc.signal.restype = ctypes.c_void_p
            libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
            self._libc = libc
            self._handler = ctypes.CFUNCTYPE(None, ctypes.c_int)(self._handle)
            self._before = libc.signal(signal.SIGBUS, ctypes.cast(self._handler, ctypes.c_void_p))

    def _handle(self, _number: int) -> None:
        """Mend what is cut; a fault that is none of ours goes to whoever handled it before."""
        mended = False
        try:
            mended = self._mend()
        finally:  # an error in here, too, must not bring the same fault again and again
            if not mended:
                self._libc.signal(signal.SIGBUS, self._before)

    def _mend(self) -> bool:
        """Lay zeros over every page of a mapping that its file no longer has; tell whether there was one."""
        sizes, mended = self._shortened(), False
        with open("/proc/self/maps", encoding="utf-8") as lines:
            maps = [line.split(maxsplit=5) for line in lines]
        for addresses, _permissions, offset, device, inode, *_path in maps:
            major, minor = (int(part, 16) for part in device.split(":"))
            size = sizes.get((major << 32 | minor, int(inode)))
            if size is None:
                continue
            first, end = (int(address, 16) for address in addresses.split("-"))
            whole = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
            missing = max(first, first + whole - int(offset, 16))
            if missing < end:
                laid = self._libc.mmap(missing, end - missing, mmap.PROT_READ, _ANONYMOUS_FIXED, -1, 0)
                mended = mended or laid != _FAILED
        return mended
