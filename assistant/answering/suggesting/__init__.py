"""Questions that the articles answer, for readers who have none."""
