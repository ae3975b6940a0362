"""Several segments made one, of what still counts in them: which, and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from index.dense import FLAT_BELOW
from index.sparse import Postings
from index.store.generations.segment import Segment, SegmentData

TIER_GROWTH = 8  # segments of one tier differ in size by less than this
TIER_WIDTH = 6  # so many segments in a tier become one
SMALLEST_TIER = 1_000
JOINED_AT_MOST = 2_000_000  # rows of one build that become one segment whatever their tiers
MOST_DELETED = 0.5  # a segment of which more no longer counts is written again


def to_join(segments: Sequence[Segment], *, before: Collection[str]) -> list[Segment]:
    """Give the segments to join next: one with little left, all that are new, those without a graph, a tier.

    `before` names the segments that are not of this build. Empty when all may stay as they are.
    """
    for segment in segments:
        if segment.entry.deleted > MOST_DELETED * segment.entry.rows:
            return [segment]
    new = [segment for segment in segments if segment.entry.name not in before]
    if len(new) > 1 and sum(segment.entry.live for segment in new) <= JOINED_AT_MOST:
        return new
    flat = [segment for segment in segments if segment.entry.live < FLAT_BELOW]
    if len(flat) > 1 and sum(segment.entry.live for segment in flat) >= FLAT_BELOW:
        return flat
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(_tier(segment.entry.live), []).append(segment)
    crowded = [tier for tier in tiers.values() if len(tier) >= TIER_WIDTH]
    return min(crowded, key=lambda tier: tier[0].entry.live) if crowded else []


def _tier(rows: int) -> int:
    """Number the tier of a segment with so many rows that count, from 0."""
    tier = 0
    while rows > SMALLEST_TIER:
        rows //= TIER_GROWTH
        tier += 1
    return tier


def join_segments(segments: Sequence[Segment]) -> SegmentData:
    """Make one segment of what still counts in several, rows in the order of their passages' keys."""
    live = [np.flatnonzero(segment.live()) for segment in segments]
    passages = np.concatenate([segment.passages[rows] for segment, rows in zip(segments, live, strict=True)])
    order = np.argsort(passages, kind="stable")
    new_rows = np.empty(len(order), dtype=np.int64)
    new_rows[order] = np.arange(len(order))
    parts, first = [], 0
    for segment, rows in zip(segments, live, strict=True):
        moved = np.full(segment.entry.rows, -1, dtype=np.int64)
        moved[rows] = new_rows[first : first + len(rows)]
        parts.append((segment.postings, moved))
        first += len(rows)

    owners = np.repeat(np.arange(len(segments)), [len(rows) for rows in live])[order]
    old_rows = np.concatenate(live)[order]

    def gathered(field: str) -> np.ndarray:
        arrays = [getattr(segment, field)[rows] for segment, rows in zip(segments, live, strict=True)]
        return np.concatenate(arrays)[order]

    return SegmentData(
        vectors=gathered("vectors"),
        postings=Postings.joined(parts, rows=len(order)),
        passages=passages[order],
        articles=gathered("articles"),
        stories=gathered("stories"),
        words=_JoinedWords(segments, owners, old_rows),
    )


@dataclass(frozen=True, slots=True)
class _JoinedWords:
    """The words of rows, each read from its segment when it is asked for."""

    segments: Sequence[Segment]
    owners: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: int, /) -> np.ndarray:
        segment: Segment = self.segments[self.owners[row]]
        return segment.words_of(int(self.rows[row]))
