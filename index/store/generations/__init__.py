"""Generations: their manifest, their segments, and one of them opened."""
