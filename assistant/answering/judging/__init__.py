"""What retrieved passages are worth to a question: signals, weights, confidence."""
