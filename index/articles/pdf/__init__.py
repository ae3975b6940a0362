"""PDF files: letters to lines, lines to paragraphs, in the order in which they are read."""
