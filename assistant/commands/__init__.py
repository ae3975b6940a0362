"""The commands of the assistant that hold more than a line."""
