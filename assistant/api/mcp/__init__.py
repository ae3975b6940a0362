"""The assistant as tools of a language model."""
