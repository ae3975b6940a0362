"""Exports: articles as rows of a table or as JSON."""
