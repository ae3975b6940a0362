"""A snapshot: one generation, opened. What it opened stays readable whatever writers do meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import SnapshotDamaged, damage_explained
from index.sparse import Statistics
from index.store.durable.disk import read_arrays, save_arrays
from index.store.generations.manifest import FILE_NAME, Manifest
from index.store.generations.segment import Segment, open_segment
from index.store.sqlite.catalogue import Catalogue

PINS = "pins"
ATTEMPTS = 20  # a writer may commit between reading the manifest and opening what it names


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation: its manifest, segments and statistics, and the catalogue to read it through."""

    folder: Path
    manifest: Manifest
    segments: tuple[Segment, ...]
    statistics: Statistics
    catalogue: Catalogue
    pin: int | None

    def check(self) -> None:
        """Raise SnapshotDamaged when a file has been cut short since it was opened."""
        for segment in self.segments:
            segment.check()

    def close(self) -> None:
        """Let writers purge what only this generation saw."""
        self.catalogue.close()
        if self.pin is not None:
            with contextlib.suppress(OSError):
                os.close(self.pin)


def open_snapshot(folder: Path) -> Snapshot:
    """Open the generation committed last; raises SnapshotMissing, SnapshotMismatch or SnapshotDamaged."""
    for attempt in range(ATTEMPTS):
        manifest = Manifest.read(folder)
        pin = _pinned(folder, manifest.generation)
        try:
            return _opened(folder, manifest, pin)
        except BaseException as error:
            if pin is not None:
                os.close(pin)
            if not isinstance(error, SnapshotDamaged) or attempt == ATTEMPTS - 1:
                raise
            if Manifest.read(folder).generation == manifest.generation:
                raise
    raise AssertionError("unreachable")


def _opened(folder: Path, manifest: Manifest, pin: int | None) -> Snapshot:
    with damage_explained(folder / FILE_NAME):  # what a manifest says that is whole and makes no sense
        segments = tuple(open_segment(folder, entry, manifest.dimension) for entry in manifest.segments)
        statistics = read_statistics(folder, manifest)
        return Snapshot(folder, manifest, segments, statistics, Catalogue(folder), pin)


def read_statistics(folder: Path, manifest: Manifest) -> Statistics:
    """Give the statistics that the manifest names."""
    frequencies: dict[int, int] = {}
    for name, stored in manifest.statistics.items():
        path = folder / name
        with damage_explained(path):
            arrays = read_arrays(path, stored)
            frequencies = dict(zip(arrays["held"].tolist(), arrays["terms"].tolist(), strict=True))
    return Statistics(manifest.passages, manifest.length, frequencies)


def write_statistics(folder: Path, name: str, statistics: Statistics) -> Path:
    """Write how many terms are in exactly so many passages."""
    frequencies = sorted(statistics.frequencies)
    terms = [statistics.frequencies[frequency] for frequency in frequencies]
    save_arrays(folder / name, held=np.array(frequencies, np.int64), terms=np.array(terms, np.int64))
    return folder / name


def create_pin(folder: Path, generation: int) -> None:
    """Make the file that readers of `generation` will hold."""
    (folder / PINS).mkdir(exist_ok=True)
    (folder / PINS / str(generation)).touch()


def oldest_in_use(folder: Path, current: int) -> int:
    """Give the oldest generation that a reader still holds, else `current`; forget the others."""
    oldest = current
    for path in (folder / PINS).iterdir():
        if not path.name.isdigit() or int(path.name) == current:
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        except BlockingIOError:
            oldest = min(oldest, int(path.name))
        finally:
            os.close(descriptor)
    return oldest


def _pinned(folder: Path, generation: int) -> int | None:
    """Hold a generation; None when it has no pin (a copied or read-only index) or is being forgotten."""
    path = folder / PINS / str(generation)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
