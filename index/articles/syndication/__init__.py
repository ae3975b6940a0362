"""Feeds, exports of WordPress and sitemaps."""
