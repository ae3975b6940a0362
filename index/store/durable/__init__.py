"""Files that are there whole or not at all, locked, sealed, and mapped into memory."""
