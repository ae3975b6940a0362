"""Wording: the frame of words around quotes, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation, Source
from assistant.words import say

LONGEST_TITLE = 80  # code points
NEXT = 3  # code points between a quote and the one that follows it in the article


def frame_language(language: str) -> str:
    """Give the language of the frame: Arabic for languages in Arabic script, else English."""
    return "ar" if language in {"ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug"} else "en"


def quoted(
    citations: Sequence[Citation], *, language: str, opening: str, title: str = "", dated: bool = False
) -> str:
    """Write the answer's text: an opening, then every quote between marks with its marker, a paragraph each.

    `opening` is a key of the words under `opening.`: answer, unsure, several, disagree, summary or news.
    """
    frame = frame_language(language)
    left, right = say("mark.opening", frame), say("mark.closing", frame)
    paragraphs = [say(f"opening.{opening}", frame, title=shortened(title))]
    before: Citation | None = None
    for citation in citations:
        lead = ""
        if before is not None and opening in ("answer", "unsure"):
            lead = say(f"next.{_relation(before, citation)}", frame) + " "
        date = citation.source.published
        tail = " " + say("quote.dated", frame, date=date[:10]) if dated and date else ""
        paragraphs.append(f"{lead}{left}{citation.quote}{right} [{citation.marker}]{tail}")
        before = citation
    return "\n\n".join(paragraphs)


def _relation(before: Citation, citation: Citation) -> str:
    """Tell how a quote stands to the one before it: `on`, `same` or `other`."""
    if before.source.article_id != citation.source.article_id:
        return "other"
    return "on" if 0 <= citation.start - before.end <= NEXT else "same"


def refusal(nearest: Sequence[Source], *, language: str) -> str:
    """Say that the articles do not say, and which come nearest."""
    frame = frame_language(language)
    left, right = say("mark.opening", frame), say("mark.closing", frame)
    if not nearest:
        return say("refusal.bare", frame) + "."
    titles = say("mark.comma", frame).join(f"{left}{shortened(source.title)}{right}" for source in nearest)
    return say("refusal.bare", frame) + say("refusal.nearest", frame, titles=titles)


def which_article(*, language: str) -> str:
    """Ask back when a summary is wanted and nothing says of what."""
    return say("ask.which", frame_language(language))


def no_articles(*, language: str) -> str:
    """Say that the corpus is empty."""
    return say("ask.empty", frame_language(language))


def shortened(title: str) -> str:
    """Cut a title to at most LONGEST_TITLE code points, between words."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ،,:؛;-–") + "…"
