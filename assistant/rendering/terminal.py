"""An answer as plain text for a terminal: the text, then a line for each source."""

from __future__ import annotations

from assistant.answer import Answer
from assistant.rendering.quotes import describe_source


def to_text(answer: Answer) -> str:
    """The notices, the answer, and for every marker its source and the exact span of the quote."""
    lines = [*answer.notices, answer.text]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        about = " · ".join(describe_source(citation.source, answer.language))
        place = f"{citation.source.article_id} [{citation.start}:{citation.end}]"
        lines.append(f"[{citation.marker}] {about} · {place}")
        if citation.source.url:
            lines.append(f"    {citation.source.url}")
    return "\n".join(line.translate(_CONTROLS) for line in lines)


# A terminal obeys control characters; an article must not be able to send any.
_CONTROLS = {code: None for code in (*range(9), *range(11, 32), 127, *range(128, 160))}
