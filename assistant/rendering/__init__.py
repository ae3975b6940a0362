"""An answer for reading elsewhere: JSON, Markdown, HTML, and quotes for citing. Pure: text in, text out.

Everything that comes from articles, questions and models is escaped for the format it is put into.
"""

from __future__ import annotations

from assistant.rendering.shape import citation_to_json, from_json, hit_to_json, source_to_json, to_json

__all__ = ["citation_to_json", "from_json", "hit_to_json", "source_to_json", "to_json"]
