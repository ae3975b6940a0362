"""Bounds on what a request may bring, who may ask, and how often."""
