"""The files to read: what was named, found in folders or by patterns, each with the id of its article."""

from __future__ import annotations

import glob
import io
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from index.articles.files.links import is_inside, walk
from index.errors import ArticleError

BYTES_AT_MOST = 512 * 2**20  # of a file that must be read whole

# What web pages bring along; a folder that holds some is not in error.
_COMPANIONS = (
    *(".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".otf", ".mp3", ".mp4", ".webm"),
    *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico"),
)


class Unreadable(Exception):
    """A file, or what it holds, cannot be read: why, and what to do about it. Never leaves the package."""

    def __init__(self, reason: str, remedy: str):
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class File:
    """Something to read: a file, a member of an archive, an answer from the web.

    `article_id` is the id of its article, and begins the ids of its articles where there are several.
    """

    origin: str
    article_id: str
    suffix: str
    open: Callable[[], BinaryIO]
    whole_at_most: int = BYTES_AT_MOST  # bytes that may be held at once; fewer where it was packed

    def read(self, at_most: int = BYTES_AT_MOST) -> bytes:
        """Give all bytes of the file.

        Raises Unreadable when there are more than `at_most`, or than its packing allows.
        """
        limit = min(at_most, self.whole_at_most)
        with self.open() as stream:
            content = stream.read(limit + 1)
        if len(content) > limit and limit < at_most:
            raise Unreadable(
                f"it unpacks to more than {limit // 2**20} MiB, many times its size, as bombs do",
                "give it unpacked if it is what it should be",
            )
        if len(content) > limit:
            raise Unreadable(
                f"the file is larger than {at_most // 2**20} MiB", "split it, or export it as JSON Lines"
            )
        return content


@dataclass(slots=True)
class Draft:
    """What a reader found of one article; `key` tells it from the others of its file."""

    title: str = ""
    text: str = ""
    key: str | None = None
    article_id: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def find_files(
    paths: Sequence[str | os.PathLike[str]], *, suffixes: frozenset[str], follow_links: bool = False
) -> list[File]:
    """Give the files that `paths` (files, folders, patterns) stand for, in order, each once.

    In folders, hidden files and the companions of web pages are left out. A link that leads out of its
    folder is there as a file that cannot be read, unless `follow_links`. Raises ArticleError for a path
    that is not there and for a folder or pattern without a file of a known suffix.
    """
    files: dict[str, File] = {}
    for path in paths:
        for file in _files_of(Path(path), suffixes, follow_links):
            files.setdefault(os.path.abspath(file.origin), file)
    return list(files.values())


def check_there(path: Path) -> None:
    """Raise ArticleError for a path that is no file, folder or pattern."""
    if not (path.exists() or glob.has_magic(str(path))):
        raise ArticleError(f"no such file or folder: {path}; check the path")


def local_file(path: Path, article_id: str) -> File:
    """Give the file at `path`."""
    return File(
        str(path), sound_name(article_id), suffix_of(path.name), lambda: io.BufferedReader(io.FileIO(path))
    )


def sound_name(name: str) -> str:
    """Give a file's name as text; a part that is not UTF-8 is of an old Windows, here an Arabic one."""
    return "/".join(_sound_part(part) for part in name.split("/"))


def _sound_part(part: str) -> str:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(part).decode("cp1256", "replace")
    return part


def suffix_of(name: str) -> str:
    """Give the last suffix, small; with `.gz`, also the one before."""
    small = name.lower()
    inner = small.removesuffix(".gz")
    return os.path.splitext(inner)[1] + small[len(inner) :]


def file_of(origin: str) -> str:
    """Give the file on disk that an origin lies in: `news.zip` of `news.zip!2025/a.txt`."""
    return re.sub(r"(\.(?:zip|xlsx|epub))!.*", r"\1", origin, count=1, flags=re.IGNORECASE | re.DOTALL)


def is_companion(name: str) -> bool:
    """Tell whether a file is of a kind that web pages bring along, and holds no article."""
    return os.path.splitext(name)[1].lower() in _COMPANIONS


def without_suffix(name: str) -> str:
    """Give `name` without what `suffix_of` gives; a name that is nothing else stays."""
    return name[: len(name) - len(suffix_of(name))] or name


def _files_of(path: Path, suffixes: frozenset[str], follow_links: bool) -> Iterator[File]:
    check_there(path)
    if path.is_dir():
        yield from _files_in(path, walk(path, follow_links=follow_links), suffixes)
    elif path.exists():
        yield local_file(path, without_suffix(path.name))
    else:
        # Ids do not depend on where the pattern was given: they begin after its last fixed folder.
        root = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), path.parts))
        paths = [Path(match) for match in sorted(glob.glob(str(path), recursive=True))]
        matches = ((match, follow_links or is_inside(match, root)) for match in paths)
        yield from _files_in(root, matches, suffixes, what="pattern", named=path)


def _files_in(
    root: Path,
    matches: Iterable[tuple[Path, bool]],
    suffixes: frozenset[str],
    *,
    what: str = "folder",
    named: Path | None = None,
) -> Iterator[File]:
    """Give files of a folder, each with whether it lies inside; what lies outside is named and not read."""
    readable = 0
    for path, inside in sorted(matches):
        parts = path.relative_to(root).parts
        if any(part.startswith((".", "~$")) for part in parts) or is_companion(path.name):
            continue
        if inside and not path.is_file():
            continue
        article_id = without_suffix("/".join(parts))
        readable += inside and suffix_of(path.name) in suffixes
        yield local_file(path, article_id) if inside else _outside(path, article_id)
    if not readable:
        raise ArticleError(
            f"the {what} {named or root} holds no article; put files in it that can be read"
            f" ({' '.join(sorted(suffix for suffix in suffixes if not suffix.endswith('.gz')))})"
        )


def _outside(path: Path, article_id: str) -> File:
    """Give a link that leads out of its folder: a file that says so when it is read."""

    def refuse() -> BinaryIO:
        raise Unreadable(
            f"it is a link that leads out of the folder ({os.path.realpath(path)})",
            "give its target by itself, or build with --follow-links",
        )

    return File(str(path), sound_name(article_id), ".txt", refuse)
