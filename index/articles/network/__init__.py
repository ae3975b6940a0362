"""Articles from addresses, fetched as a guest."""
