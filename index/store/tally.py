"""The tally: how many articles there are, by language, source and month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from index.articles.article import Article
from index.store.manifest import Manifest

MONTH = len("2026-01")  # of a date that begins with year and month


@dataclass
class Tally:
    """Counts of articles while a generation is being made; a count may be 0 meanwhile."""

    articles: int
    languages: Counter[str]
    sources: Counter[str]
    months: Counter[str]

    @classmethod
    def of(cls, manifest: Manifest) -> Tally:
        """Go on from the counts of a generation."""
        return cls(
            manifest.articles, Counter(manifest.languages), Counter(manifest.sources), Counter(manifest.dates)
        )

    def count(self, article: Article, step: int) -> None:
        """Count an article in (`step` 1) or out (-1)."""
        self.articles += step
        self.languages[article.language] += step
        if article.source:
            self.sources[article.source] += step
        if article.published:
            self.months[article.published[:MONTH]] += step


def positive(counts: Counter[str]) -> dict[str, int]:
    """Give what is there at all, in the order it came."""
    return {name: count for name, count in counts.items() if count > 0}
