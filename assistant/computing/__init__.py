"""Who computes when: turns, callers in rotation, and stepping aside."""
