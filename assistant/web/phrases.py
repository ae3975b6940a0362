"""What readers are told outside the chat, in Arabic and English: `service` in `assistant/words`."""

from __future__ import annotations

from starlette.datastructures import Headers

from assistant.words import choose_language, say


def language_of(headers: Headers) -> str:
    """Choose the reader's language by `Accept-Language`; English for programs, which send none."""
    header = headers.get("accept-language")
    return choose_language(header) if header else "en"


def phrase(key: str, language: str, **values: object) -> str:
    """Give the words under `service.key`."""
    return say(f"service.{key}", language, **values)
