"""Looking for damage, and backups."""
