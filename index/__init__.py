"""Reads articles and finds passages. Takes explicit arguments, reads no environment."""
