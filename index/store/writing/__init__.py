"""From one generation to the next."""
