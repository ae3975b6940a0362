"""The quoting writer: which sentences of the found passages answer a question, and how sure that is.

question -> kind -> sentences of the passages -> signals -> probabilities -> quotes, confidence -> wording
"""
