"""Building: articles to a committed snapshot; the cost follows what changed."""

from index.building.build import BuildReport, build, remove

__all__ = ["BuildReport", "build", "remove"]
