"""Engines of other programs that hold an index: what a setting names, and where one is opened."""

from __future__ import annotations

from pathlib import Path

from index.backends.milvus.collections.engine_address import SCHEME, EngineAddress

__all__ = ["EngineAddress", "IndexPlace", "place_of"]

IndexPlace = Path | EngineAddress


def place_of(named: str | IndexPlace) -> IndexPlace:
    """Give the folder or the engine that a text names; raises SettingsError for an address that is none."""
    if isinstance(named, EngineAddress):
        return named
    if isinstance(named, str) and named.startswith(SCHEME):
        return EngineAddress.parse(named)
    return Path(named)
