"""Documents: Markdown, Word, Excel and EPUB."""
