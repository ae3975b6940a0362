"""The assistant as a model, in OpenAI's shapes."""
