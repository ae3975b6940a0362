"""Which articles tell the same story: each article is linked, as it comes, to the first one like it."""

from __future__ import annotations

from index.building.duplicates import TwinFinder, signature
from index.store.catalogue import Catalogue


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
