"""The manifest: what one generation is made of. Replacing this file is the commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing
from index.store.disk import write_atomically

FORMAT_VERSION = 1
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was written: bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: `rows` passages, of which `deleted` no longer count (listed in `tombstones`)."""

    name: str
    rows: int
    dense: str
    files: Mapping[str, StoredFile]
    deleted: int = 0
    tombstones: str | None = None

    @property
    def live(self) -> int:
        """Rows that a search may find."""
        return self.rows - self.deleted


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a reader of one generation needs to know before it opens a file."""

    generation: int
    encoder: str
    dimension: int
    fingerprint: str
    analysis: str
    passage_words: int
    updated: str
    segments: tuple[SegmentEntry, ...] = ()
    statistics: Mapping[str, StoredFile] = field(default_factory=dict)
    calibration: Mapping[str, StoredFile] = field(default_factory=dict)
    passages: int = 0
    length: int = 0
    next_article: int = 1
    next_passage: int = 1
    articles: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Commits: after this, and not before, readers see this generation."""
        content = json.dumps({"format": FORMAT_VERSION, **asdict(self)}, ensure_ascii=False, indent=1)
        write_atomically(folder / FILE_NAME, content.encode("utf-8"))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises SnapshotMissing, SnapshotMismatch (another format) or SnapshotDamaged."""
        path = folder / FILE_NAME
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            version = values.pop("format")
        except (FileNotFoundError, NotADirectoryError):
            raise SnapshotMissing(
                f"there is no index in {folder}; make one with: python -m index build PATH --index {folder}"
            ) from None
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise SnapshotDamaged(
                f"{path} cannot be read: {error}; restore a backup or build again"
            ) from None
        if version != FORMAT_VERSION:
            raise SnapshotMismatch(
                f"{folder} has format {version}, this program reads format {FORMAT_VERSION};"
                f" build it again into a new folder: python -m index build PATH --index {folder}-new"
            )
        try:
            return cls(**{**values, **_typed(values)})
        except (TypeError, KeyError) as error:
            raise SnapshotDamaged(f"{path} is incomplete: {error}; restore a backup or build again") from None


def _typed(values: Mapping) -> dict:
    return {
        "segments": tuple(
            SegmentEntry(**{**each, "files": _files(each["files"])}) for each in values["segments"]
        ),
        "statistics": _files(values["statistics"]),
        "calibration": _files(values["calibration"]),
    }


def _files(files: Mapping) -> dict[str, StoredFile]:
    return {name: StoredFile(**stored) for name, stored in files.items()}
