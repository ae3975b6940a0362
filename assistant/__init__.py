"""Turns found passages into answers made of verbatim quotes, and serves them."""
