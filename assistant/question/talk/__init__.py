"""What is said to the assistant, or asked about it."""
