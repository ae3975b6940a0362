"""What is kept beside the index: feedback, questions and pins."""
