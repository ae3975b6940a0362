"""Which articles tell the same story: each article is linked, as it comes, to the first one like it."""

from __future__ import annotations

from index.building.duplicates import TwinFinder, signature
from index.store.catalogue import Catalogue


class Stories:
    """Finds the story of new articles among those that the catalogue holds; loaded on first use."""

    def __init__(self, catalogue: Catalogue):
        self._catalogue = catalogue
        self._finder: TwinFinder | None = None
        self._stories: dict[int, int] = {}
        self._gone: set[int] = set()

    def of(self, key: int, text: str) -> tuple[int, bytes]:
        """The story of a new article, named by the key of the first that told it, and its signature."""
        if self._finder is None:
            self._load()
        own = signature(text)
        near = [self._stories[other] for other in self._finder.query(own) if other not in self._gone]
        story = min(near, default=key)
        self._add(key, story, own)
        return story, own

    def forget(self, key: int) -> None:
        """An article is going to be replaced: what comes later is not like it."""
        self._gone.add(key)

    def _load(self) -> None:
        self._finder = TwinFinder()
        for key, story, stored in self._catalogue.signatures():
            self._add(key, story, stored)

    def _add(self, key: int, story: int, own: bytes) -> None:
        self._finder.add(key, own)
        self._stories[key] = story
