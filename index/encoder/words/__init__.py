"""Words as vectors, for comparing a question with a passage one by one."""
