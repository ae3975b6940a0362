"""An answer as plain text for a terminal: the text, then a line for each source."""

from __future__ import annotations

from assistant.answer import Answer
from assistant.rendering.quotes import describe_source
from index.text.printable import plain


def to_text(answer: Answer) -> str:
    """Give the notices, the answer, and for every marker its source and the exact span of the quote."""
    lines = [*answer.notices, answer.text]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        about = " · ".join(describe_source(citation.source, answer.language))
        span = f"{citation.source.article_id} [{citation.start}:{citation.end}]"
        lines.append(f"[{citation.marker}] {about} · {span}")
        if citation.source.url:
            lines.append(f"    {citation.source.url}")
    return plain("\n".join(lines))
