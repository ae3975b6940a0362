"""Folders and the symbolic links in them, which may lead anywhere: to secrets, in circles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def walk(root: Path, *, follow_links: bool = False) -> Iterator[tuple[Path, bool]]:
    """Give what lies below the folder `root` and is no folder, each with whether it may be read.

    A link to something inside `root` may; one that leads out of it may with `follow_links`, and its
    folder is then walked as well, each folder once.
    """
    inside = os.path.realpath(root)
    visited = {inside}
    for folder, names, files in os.walk(root, followlinks=follow_links):
        names.sort()
        for name in list(names):
            path = os.path.join(folder, name)
            target = os.path.realpath(path) if os.path.islink(path) else None
            if follow_links and target in visited:
                names.remove(name)
            elif follow_links and target is not None:
                visited.add(target)
            elif target is not None and not _is_below(target, inside):
                yield Path(path), False
        for name in files:
            path = os.path.join(folder, name)
            linked = os.path.islink(path)
            yield Path(path), follow_links or not linked or _is_below(os.path.realpath(path), inside)


def is_inside(path: Path, root: Path) -> bool:
    """Tell whether `path`, its links followed, lies below `root`."""
    return _is_below(os.path.realpath(path), os.path.realpath(root))


def _is_below(target: str, folder: str) -> bool:
    return target == folder or target.startswith(folder.rstrip(os.sep) + os.sep)
