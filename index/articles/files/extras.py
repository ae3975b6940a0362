"""Libraries that only some formats need: imported when such a file is met, and kept from ending a run."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from types import ModuleType

from index.articles.files.sources import Unreadable


def library(name: str, kind: str) -> ModuleType:
    """Give the module `name`; raises Unreadable, with the command that installs it, when it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = (error.name or name).split(".")[0]
        raise Unreadable(
            f"reading {kind} needs the package {missing}, which is not installed",
            "pip install -r requirements-formats.txt",
        ) from error


@contextlib.contextmanager
def parsing(what: str) -> Iterator[None]:
    """Turn whatever a parser raises over a broken file into Unreadable, which names it.

    Parsers of foreign formats check little: a flipped bit surfaces as any error of Python's, and one broken
    file must not end a run over a million. Errors of the disk and of the user's interrupt pass through.
    """
    try:
        yield
    except (Unreadable, OSError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(str(error).split())[:120]
        shown = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
        raise Unreadable(
            f"the {what} is damaged ({shown})", "open and save it anew, or leave it out"
        ) from error
