"""A text made a draft of an article: where its title, byline, date and body stand."""
