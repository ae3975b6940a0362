"""The pages beside the chat: articles, quotes, drafts."""
