"""Marks: where the short answers stand, in a quote and in an answer's text.

HTML marks them `<mark class="short">`, under a line `<p class="short-answer">`; Markdown in bold; a terminal
underlines them.
"""

from __future__ import annotations

from assistant.answer import SURE, Answer, Citation


def short_answer(answer: Answer) -> Citation | None:
    """Give the citation whose few words answer, for the line above the text; None where it is not sure."""
    first = answer.citations[0] if answer.citations else None
    plain = answer.kind == "answer" and answer.arrangement == "quotes" and answer.confidence >= SURE
    return first if plain and first is not None and first.answer is not None else None


def parts_of(citation: Citation) -> tuple[str, str, str]:
    """Give the quote as it is shown in three pieces: before the short answer, the answer, after it."""
    if citation.answer is None:
        return citation.shown, "", ""
    start, end = citation.answer.start - citation.start, citation.answer.end - citation.start
    before, after = "… " * citation.cut_before, " …" * citation.cut_after
    return before + citation.quote[:start], citation.quote[start:end], citation.quote[end:] + after


def marks_in(answer: Answer) -> list[tuple[int, int]]:
    """Give where the short answers stand in the answer's text, in code points, in order."""
    spans = []
    position = 0
    for citation in answer.citations:
        at = answer.text.find(citation.quote, position)
        if at < 0:
            continue
        position = at + len(citation.quote)
        if citation.answer is not None:
            spans.append(
                (at + citation.answer.start - citation.start, at + citation.answer.end - citation.start)
            )
    return spans
