"""The catalogue of articles and passages, in SQLite."""
