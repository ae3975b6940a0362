"""Building into an engine."""
