"""The manifest: what one generation is made of. Replacing this file is the commit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing
from index.store.durable.disk import StoredFile, write_atomically

FORMAT_VERSION = 2
FILE_NAME = "manifest.json"
_UNSIGNED = "0" * 64
_SIGNATURE = re.compile(rb'(?<="sha256_of_this": ")[0-9a-f]{64}(?=")')


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of the index's folder, as it was when the manifest named it."""

    name: str
    stored: StoredFile


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
        """Count the rows that a search may find."""
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
    calibration: NamedFile | None = None  # a new index has none yet
    passages: int = 0
    length: int = 0
    next_article: int = 1
    next_passage: int = 1
    articles: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Commit: after this, and not before, readers see this generation."""
        write_atomically(folder / FILE_NAME, signed(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Give plain values as the file has them: there the calibration is a mapping of one file by name."""
        calibration = {} if self.calibration is None else {self.calibration.name: self.calibration.stored}
        files = {name: asdict(stored) for name, stored in calibration.items()}
        return {**asdict(self), "calibration": files}

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder.

        Raises SnapshotMissing, SnapshotMismatch (another format) or SnapshotDamaged.
        """
        path = folder / FILE_NAME
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise SnapshotMissing(
                f"there is no index in {folder}; make one with: python -m index build PATH --index {folder}"
            ) from None
        except OSError as error:
            raise SnapshotDamaged(_unreadable(path, error.strerror or str(error))) from None
        values = _checked(path, content)
        if values["format"] != FORMAT_VERSION:
            raise SnapshotMismatch(
                f"{folder} has format {values['format']}, this program reads format {FORMAT_VERSION};"
                f" build it again into a new folder: python -m index build PATH --index {folder}-new"
            )
        try:
            return _manifest(values)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise SnapshotDamaged(f"{path} is incomplete: {error}; restore a backup or build again") from None


def signed(values: Mapping[str, Any]) -> bytes:
    """Give the content of a manifest with these values, a checksum of every other byte of it among them."""
    unsigned = {"format": FORMAT_VERSION, **values, "sha256_of_this": _UNSIGNED}
    content = json.dumps(unsigned, ensure_ascii=False, indent=1).encode("utf-8")
    return content.replace(_UNSIGNED.encode(), hashlib.sha256(content).hexdigest().encode(), 1)


def _checked(path: Path, content: bytes) -> dict[str, Any]:
    """Give the values of a manifest of this format, whole, or of another one."""
    try:
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SnapshotDamaged(_unreadable(path, str(error))) from None
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise SnapshotDamaged(_unreadable(path, "it is no manifest"))
    signature = values.get("sha256_of_this")
    if signature is None and values["format"] != FORMAT_VERSION:
        return values  # the first format had none
    unsigned, signatures = _SIGNATURE.subn(_UNSIGNED.encode(), content)
    if signatures != 1 or hashlib.sha256(unsigned).hexdigest() != signature:
        raise SnapshotDamaged(_unreadable(path, "its checksum is not the one it was written with"))
    return values


def _unreadable(path: Path, reason: str) -> str:
    """Say that a manifest cannot be read, why, and what to do."""
    return f"{path} cannot be read: {' '.join(reason.split())}; restore a backup or build again"


def _manifest(values: Mapping[str, Any]) -> Manifest:
    """Make a manifest of its values; whatever is missing or of another kind raises."""
    fields = {name: value for name, value in values.items() if name not in ("format", "sha256_of_this")}
    typed = {
        "segments": tuple(
            SegmentEntry(**{**entry, "files": _files(entry["files"])}) for entry in fields["segments"]
        ),
        "statistics": _files(fields["statistics"]),
        "calibration": _named(_files(fields["calibration"])),
    }
    return Manifest(**{**fields, **typed})


def _files(files: Mapping[str, Mapping[str, Any]]) -> dict[str, StoredFile]:
    """Read files by name."""
    return {name: StoredFile(**stored) for name, stored in files.items()}


def _named(files: Mapping[str, StoredFile]) -> NamedFile | None:
    """Give the one file there is; None when there is none, ValueError when there are several."""
    if not files:
        return None
    [(name, stored)] = files.items()
    return NamedFile(name, stored)
