"""The reader: reads passages with the question beside them, and says where the answer stands, if it does."""
