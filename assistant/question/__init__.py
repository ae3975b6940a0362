"""The question, read once: its language, its kind, and whether it is small talk."""
