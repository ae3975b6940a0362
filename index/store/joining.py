"""Several segments made one, of what still counts in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.sparse import Postings
from index.store.segment import Segment, SegmentData


def join_segments(segments: Sequence[Segment]) -> SegmentData:
    """One segment of what still counts in several, rows in the order of their passages' keys."""
    live = [np.flatnonzero(segment.live()) for segment in segments]
    passages = np.concatenate([segment.passages[rows] for segment, rows in zip(segments, live, strict=True)])
    order = np.argsort(passages, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    parts, first = [], 0
    for segment, rows in zip(segments, live, strict=True):
        moved = np.full(segment.entry.rows, -1, dtype=np.int64)
        moved[rows] = place[first : first + len(rows)]
        parts.append((segment.postings, moved))
        first += len(rows)

    owners = np.repeat(np.arange(len(segments)), [len(rows) for rows in live])[order]
    own_rows = np.concatenate(live)[order]

    def gathered(field: str) -> np.ndarray:
        arrays = [getattr(segment, field)[rows] for segment, rows in zip(segments, live, strict=True)]
        return np.concatenate(arrays)[order]

    return SegmentData(
        vectors=gathered("vectors"),
        postings=Postings.joined(parts, rows=len(order)),
        passages=passages[order],
        articles=gathered("articles"),
        stories=gathered("stories"),
        words=_Words(segments, owners, own_rows),
    )


@dataclass(frozen=True, slots=True)
class _Words(Sequence):
    """The words of rows, each read from its segment when it is asked for."""

    segments: Sequence[Segment]
    owners: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: int) -> np.ndarray:
        return self.segments[self.owners[row]].words_of(self.rows[row])
