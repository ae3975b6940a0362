"""What is quoted, how much of it, and which words of it answer."""
