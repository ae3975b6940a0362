"""Answers to a file of questions, and what they are worth."""
