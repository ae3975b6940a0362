"""An answer for reading elsewhere: JSON, Markdown, HTML, and quotes for citing. Pure: text in, text out.

Everything that comes from articles, questions and models is escaped for the format it is put into.
"""

from __future__ import annotations

from assistant.rendering.quotes import FORMATS, export_quotes, text_fragment_link
from assistant.rendering.shape import citation_to_json, from_json, hit_to_json, source_to_json, to_json
from assistant.rendering.terminal import to_text
from assistant.rendering.transcript import (
    conversation_to_html,
    conversation_to_markdown,
    to_html,
    to_markdown,
)

__all__ = [
    "FORMATS",
    "citation_to_json",
    "conversation_to_html",
    "conversation_to_markdown",
    "export_quotes",
    "from_json",
    "hit_to_json",
    "source_to_json",
    "text_fragment_link",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
]
