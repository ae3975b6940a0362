"""One generation as one file, and back.

A backup is a plain tar: the manifest, the files it names, and a copy of the catalogue. It is taken while
others read and write.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from index.errors import SnapshotDamaged, SnapshotError
from index.store.durable.disk import disk_errors_explained, sync_file, sync_folder
from index.store.durable.lock import writer_lock
from index.store.durable.seal import FILE_NAME as SEAL
from index.store.durable.seal import Seal
from index.store.generations.manifest import FILE_NAME, Manifest
from index.store.generations.segment import FOLDER
from index.store.generations.snapshot import ATTEMPTS, PINS, Snapshot, open_snapshot
from index.store.sqlite.catalogue import FILE_NAME as CATALOGUE
from index.store.upkeep.verify import verify


def backup(folder: str | Path, file: str | Path) -> int:
    """Write the generation committed last to `file`; return its number.

    Raises SnapshotMissing, SnapshotMismatch, SnapshotDamaged, or SnapshotError for a place that cannot be
    written.
    """
    root, target = Path(folder), Path(file)
    if not target.parent.is_dir():
        raise SnapshotError(f"there is no folder {target.parent}; make it, or write the backup elsewhere")
    if target.is_dir():
        raise SnapshotError(f"{target} is a folder; name a file in it")
    aside = target.with_name(target.name + ".new")
    with disk_errors_explained(target.parent), contextlib.ExitStack() as stack:
        stack.callback(aside.unlink, missing_ok=True)
        snapshot, files = _opened_files(root, stack)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-")))
        with contextlib.closing(sqlite3.connect(scratch / CATALOGUE)) as into:
            with snapshot.catalogue.reading() as connection:
                connection.backup(into)
            into.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file
        with (scratch / CATALOGUE).open("rb") as copy:
            Seal.of(copy.fileno()).write(scratch)
        snapshot.manifest.write(scratch)
        with tarfile.open(aside, "w") as archive:
            archive.add(scratch / CATALOGUE, CATALOGUE)
            archive.add(scratch / SEAL, SEAL)
            for name, opened in files.items():
                archive.addfile(archive.gettarinfo(arcname=name, fileobj=opened), opened)
            archive.add(scratch / FILE_NAME, FILE_NAME)
        sync_file(aside)
        os.replace(aside, target)
        sync_folder(target.parent)
        return snapshot.manifest.generation


def restore(file: str | Path, folder: str | Path) -> int:
    """Make an index in `folder`, where there is none, from a backup; return its generation.

    Raises SnapshotError when there is an index already, SnapshotDamaged when the backup is not whole.
    """
    root, source = Path(folder), Path(file)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise SnapshotError(f"{root} is not empty; restore into a new folder, or move this one away first")
    if not source.is_file():
        raise SnapshotError(f"there is no backup {source}; make one with: python -m index backup FILE")
    with disk_errors_explained(root):
        root.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=root.parent, prefix=".restore-"))
        try:
            _extract(source, scratch)
            generation = _checked(source, scratch)
            with contextlib.suppress(FileNotFoundError):
                root.rmdir()
            os.replace(scratch, root)
            sync_folder(root.parent)
            return generation
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _opened_files(root: Path, stack: contextlib.ExitStack) -> tuple[Snapshot, dict[str, BinaryIO]]:
    """Open a generation and all its files: writers may unlink them from now on."""
    for attempt in range(ATTEMPTS):
        with contextlib.ExitStack() as tried:
            snapshot = open_snapshot(root)
            tried.callback(snapshot.close)
            try:
                files: dict[str, BinaryIO] = {
                    str(path.relative_to(root)): tried.enter_context(path.open("rb"))
                    for path in _named(root, snapshot.manifest)
                }
            except FileNotFoundError:
                if attempt == ATTEMPTS - 1 or Manifest.read(root).generation == snapshot.manifest.generation:
                    raise
                continue  # a writer has committed meanwhile
            stack.push(tried.pop_all())
            return snapshot, files
    raise AssertionError("unreachable")


def _named(root: Path, manifest: Manifest) -> list[Path]:
    """List the files that a manifest names."""
    files = [root / name for name in manifest.statistics]
    if manifest.calibration is not None:
        files.append(root / manifest.calibration.name)
    for entry in manifest.segments:
        files += [root / FOLDER / entry.name / name for name in entry.files]
    return files


def _extract(source: Path, scratch: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                _extract_member(archive, member, scratch)
    except (tarfile.TarError, EOFError, ValueError, zlib.error) as error:
        reason = str(error).splitlines()[0].rstrip(":")  # a line for each kind of compression tried
        raise SnapshotDamaged(f"{source} is no whole backup: {reason}; use another one") from None


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, scratch: Path) -> None:
    """Write one file of a backup under `scratch`: nothing but plain files in folders is in one.

    `TarFile.extractall` with its filter would do, but Debian 12's Python 3.11.2 has no filters yet.
    """
    path = Path(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise tarfile.TarError(f"it holds {member.name!r}, which is no file of an index")
    if member.isdir():
        return
    content = archive.extractfile(member)
    assert content is not None, "it is a file"
    target = scratch / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as written:
        shutil.copyfileobj(content, written)


def _checked(source: Path, scratch: Path) -> int:
    if not (scratch / FILE_NAME).is_file():
        raise SnapshotDamaged(f"{source} is no whole backup: it has no manifest; use another one")
    damage = verify(scratch, progress=False)
    if damage:
        first = damage[0].replace(f"{scratch}{os.sep}", "")
        raise SnapshotDamaged(f"{source} is damaged: {first}; use another backup")
    manifest = Manifest.read(scratch)
    (scratch / PINS).mkdir(exist_ok=True)
    (scratch / PINS / str(manifest.generation)).touch()
    with writer_lock(scratch):  # marks the folder as an index's own
        return manifest.generation
