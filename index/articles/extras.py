"""Libraries that only some formats need, imported when such a file is met."""

from __future__ import annotations

import importlib
from types import ModuleType

from index.articles.files import Unreadable


def library(name: str, kind: str) -> ModuleType:
    """The module `name`; raises Unreadable, with the command that installs it, when it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = (error.name or name).split(".")[0]
        raise Unreadable(
            f"reading {kind} needs the package {missing}, which is not installed",
            "pip install -r requirements-formats.txt",
        ) from error
