"""The commands of `python -m index`, and what they share."""
