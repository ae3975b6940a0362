"""What lies in an engine: its collections, records and rows, and the calls that reach them."""
