"""What an index holds, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.store.catalogue import FILE_NAME
from index.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What an index holds. `dates` counts articles by month (`YYYY-MM`); `bytes` is its size on disk.

    `dense` names the kinds of FAISS index in use; `words` says whether late interaction has what it needs.
    """

    articles: int
    passages: int
    languages: Mapping[str, int]
    sources: Mapping[str, int]
    dates: Mapping[str, int]
    updated: str
    encoder: str
    dimension: int
    generation: int
    dense: str
    words: bool
    segments: int
    deleted_passages: int
    bytes: int


def info_of(snapshot: Snapshot, *, dense: str) -> SnapshotInfo:
    """The numbers of one generation."""
    manifest = snapshot.manifest
    stored = [each.size for entry in manifest.segments for each in entry.files.values()]
    stored += [each.size for each in (*manifest.statistics.values(), *manifest.calibration.values())]
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
