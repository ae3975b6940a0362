"""The tally: how many articles there are, by language, source and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.articles.article import Article
from index.store.generations.manifest import Manifest

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
        return cls.of_counts(manifest.articles, manifest.languages, manifest.sources, manifest.dates)

    @classmethod
    def of_counts(
        cls,
        articles: int,
        languages: Mapping[str, int],
        sources: Mapping[str, int],
        months: Mapping[str, int],
    ) -> Tally:
        """Go on from counts."""
        return cls(articles, Counter(languages), Counter(sources), Counter(months))

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
