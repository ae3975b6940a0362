"""Passages: sentence-aware slices of an article, and what of both each side of the index reads."""

from index.passages.splitting import MAX_WORDS, Passage, split_article

__all__ = ["MAX_WORDS", "Passage", "split_article"]
