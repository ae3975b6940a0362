"""How long former texts of articles are kept."""

from __future__ import annotations

KEPT_DAYS = 90  # where nothing else is said: corrections are asked about for weeks, seldom for longer
MOST_DAYS = 36_500
