"""Answers about whole articles and about the corpus."""
