"""The ways in which a word may be written, across scripts and dialects."""
