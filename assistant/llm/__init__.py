"""The LLM writer: an answer in a model's words, each claim of which must show its quote.

    question and passages -> prompt -> a `ChatModel` (any OpenAI-compatible endpoint), streamed
    -> claims, one a line -> each quote located in its article -> text with markers, or a mark of distrust

A model is never trusted: what it says without a verified quote is marked or dropped, its links and markup
are taken out, and when it fails in any way `WriterError` is raised, so that the caller quotes instead.
"""

from __future__ import annotations

from assistant.llm.client import ChatModel, Message, OpenAIChat
from assistant.llm.llm_writer import FALLBACK_NOTICE, LLMWriter, Written, open_writer
from assistant.llm.prompt import pack, prompt

__all__ = [
    "FALLBACK_NOTICE",
    "ChatModel",
    "LLMWriter",
    "Message",
    "OpenAIChat",
    "Written",
    "open_writer",
    "pack",
    "prompt",
]
