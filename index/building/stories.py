"""Which articles tell the same story: each article is linked, as it comes, to the first one like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.building.duplicates import THRESHOLD, TwinFinder, bands, likeness, signature
from index.store.sqlite.catalogue import Catalogue

if TYPE_CHECKING:
    from index.backends.milvus.writing.engine_catalogue import EngineCatalogue


class Stories:
    """Finds the story of new articles among those that the catalogue holds; loaded on first use."""

    def __init__(self, catalogue: Catalogue):
        self._catalogue = catalogue
        self._loaded: TwinFinder[int] | None = None
        self._stories: dict[int, int] = {}
        self._gone: set[int] = set()

    def of(self, key: int, text: str) -> tuple[int, bytes]:
        """Name the story of a new article by the key of the first that told it, and its signature."""
        finder = self._finder()
        mark = signature(text)
        near = [self._stories[other] for other in finder.query(mark) if other not in self._gone]
        story = min(near, default=key)
        finder.add(key, mark)
        self._stories[key] = story
        return story, mark

    def forget(self, key: int) -> None:
        """Pass over an article that is going to be replaced: what comes later is not like it."""
        self._gone.add(key)

    def _finder(self) -> TwinFinder[int]:
        """Load the finder of all articles that are stored."""
        if self._loaded is None:
            self._loaded = TwinFinder()
            for key, story, mark in self._catalogue.signatures():
                self._loaded.add(key, mark)
                self._stories[key] = story
        return self._loaded


class StoriesElsewhere:
    """Finds the story of new articles among those that an engine holds, which is asked for each of them."""

    def __init__(self, catalogue: EngineCatalogue):
        self._catalogue = catalogue
        self._new: TwinFinder[int] = TwinFinder()  # of this build, which the engine may not have yet
        self._stories: dict[int, int] = {}
        self._gone: set[int] = set()

    def of(self, key: int, text: str) -> tuple[int, bytes]:
        """Name the story of a new article by the key of the first that told it, and its signature."""
        mark = signature(text)
        near = {other: self._stories[other] for other in self._new.query(mark)}
        if mark:
            stored = self._catalogue.alike(bands(mark))
            near |= {other: story for other, story, its in stored if likeness(its, mark) >= THRESHOLD}
        story = min((story for other, story in near.items() if other not in self._gone), default=key)
        self._new.add(key, mark)
        self._stories[key] = story
        return story, mark

    def forget(self, key: int) -> None:
        """Pass over an article that is going to be replaced: what comes later is not like it."""
        self._gone.add(key)
