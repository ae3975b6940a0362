"""Trains and scores the reader. Run by hand; what ships is `assistant/answering/reader`."""
