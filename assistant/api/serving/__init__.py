"""The server: its start, its processes, its end."""
