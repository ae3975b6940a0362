"""What an index in a folder holds, in numbers."""

from __future__ import annotations

from index.engine import SnapshotInfo
from index.store.generations.snapshot import Snapshot
from index.store.sqlite.catalogue import FILE_NAME


def info_of(snapshot: Snapshot, *, dense: str) -> SnapshotInfo:
    """Give the numbers of one generation."""
    manifest = snapshot.manifest
    stored = [each.size for entry in manifest.segments for each in entry.files.values()]
    stored += [each.size for each in manifest.statistics.values()]
    if manifest.calibration is not None:
        stored.append(manifest.calibration.stored.size)
    return SnapshotInfo(
        articles=manifest.articles,
        passages=manifest.passages,
        languages=dict(manifest.languages),
        sources=dict(manifest.sources),
        dates=dict(sorted(manifest.dates.items())),
        updated=manifest.updated,
        encoder=manifest.encoder,
        dimension=manifest.dimension,
        generation=manifest.generation,
        dense=dense,
        words=any(len(segment.words) for segment in snapshot.segments),
        segments=len(manifest.segments),
        deleted_passages=sum(entry.deleted for entry in manifest.segments),
        bytes=sum(stored) + (snapshot.folder / FILE_NAME).stat().st_size,
    )
