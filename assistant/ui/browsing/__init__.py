"""Searching quotes, listing articles and topics."""
