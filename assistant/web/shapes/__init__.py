"""The shapes that cross the interface."""
