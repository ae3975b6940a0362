"""The routes of the interface for programs."""
