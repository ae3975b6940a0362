"""A model's weights, found, loaded and run on what the machine has."""
