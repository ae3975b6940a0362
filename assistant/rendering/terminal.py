"""An answer as plain text for a terminal: the short answer, the text, then a line for each source."""

from __future__ import annotations

from assistant.answer import Answer
from assistant.rendering.marking import marks_in, short_answer
from assistant.rendering.quotes import describe_source
from index.text.printable import plain

_UNDERLINED = "\x1b[4m", "\x1b[24m"  # as ECMA-48 has it


def to_text(answer: Answer, *, styled: bool = False) -> str:
    """Give the notices, the answer, and for every marker its source and the exact span of the quote.

    The short answer stands on a line above the text; with `styled`, for a terminal that obeys it, it is
    underlined in its quote.
    """
    lines = [*map(plain, answer.notices)]
    if (short := short_answer(answer)) and short.answer:
        lines += [plain(f"{' '.join(short.answer.text.split())} [{short.marker}]"), ""]
    lines.append(_text(answer, styled=styled))
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        about = " · ".join(describe_source(citation.source, answer.language))
        span = f"{citation.source.article_id} [{citation.start}:{citation.end}]"
        lines.append(plain(f"[{citation.marker}] {about} · {span}"))
        if citation.source.url:
            lines.append(plain(f"    {citation.source.url}"))
    return "\n".join(lines)


def _text(answer: Answer, *, styled: bool) -> str:
    pieces, last = [], 0
    for start, end in marks_in(answer) if styled else ():
        on, off = _UNDERLINED
        pieces += [plain(answer.text[last:start]), on, plain(answer.text[start:end]), off]
        last = end
    return "".join([*pieces, plain(answer.text[last:])])
