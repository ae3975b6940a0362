"""Wording: the frame of words around quotes, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Citation, Period, Source
from assistant.question.names import Named
from assistant.question.times.numerals import years_in
from assistant.words import date_in_words, in_marks, say

LONGEST_TITLE = 80  # code points
NEXT = 3  # code points between a quote and the one that follows it in the article


def frame_language(language: str) -> str:
    """Give the language of the frame: Arabic for languages in Arabic script, else English."""
    return "ar" if language in {"ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug"} else "en"


def quoted(citations: Sequence[Citation], *, language: str, opening: str, title: str = "") -> str:
    """Write the answer's text: an opening, then every quote between marks with its marker.

    `opening` is a key of the words under `opening.`: answer, unsure, near, several, disagree, search,
    summary, news, headlines, comparison or timeline. A quote of another article than the one before names
    it, with outlet and date.
    """
    frame = frame_language(language)
    source = source_in_words(citations[0].source, frame)
    paragraphs = [say(f"opening.{opening}", frame, title=shortened(title), source=source)]
    before: Citation | None = None
    for citation in citations:
        lead = _lead(before, citation, opening, frame)
        paragraphs.append(f"{lead}{in_marks(citation.shown, frame)} [{citation.marker}]")
        before = citation
    return "\n\n".join(paragraphs)


def _lead(before: Citation | None, citation: Citation, opening: str, frame: str) -> str:
    """Write what stands before a quote: where it is from, and how it stands to the one before."""
    source = source_in_words(citation.source, frame)
    if opening == "comparison":
        return say("lead.group", frame, group=citation.group, source=source) + " "
    if opening == "timeline":
        undated = source_in_words(replace(citation.source, published=None), frame)
        return say("lead.group", frame, group=date_in_words(citation.group, frame), source=undated) + " "
    if opening in ("several", "disagree", "news", "headlines"):
        return say("lead.source", frame, source=source) + " "
    if before is None or opening not in ("answer", "unsure", "near"):
        return ""
    return say(f"next.{_relation(before, citation)}", frame, source=source) + " "


def source_in_words(source: Source, language: str) -> str:
    """Name an article: its title between marks, its outlet and its date, as far as they are known."""
    title = say("source.title", language, title=shortened(source.title))
    facts = [title, source.source, date_in_words(source.published, language)]
    return say("list_comma", language).join(fact for fact in facts if fact)


def _relation(before: Citation, citation: Citation) -> str:
    """Tell how a quote stands to the one before it: `on`, `same` or `other`."""
    if before.source.article_id != citation.source.article_id:
        return "other"
    return "on" if 0 <= citation.start - before.end <= NEXT else "same"


def refusal(nearest: Sequence[Source], *, language: str) -> str:
    """Say that the articles do not say, and which come nearest."""
    frame = frame_language(language)
    if not nearest:
        return say("refusal.bare", frame) + "."
    titles = say("list_comma", frame).join(in_marks(shortened(source.title), frame) for source in nearest)
    return say("refusal.bare", frame) + say("refusal.nearest", frame, titles=titles)


def which_article(*, language: str) -> str:
    """Ask back when a summary is wanted and nothing says of what."""
    return say("ask.which", frame_language(language))


def no_mention(
    missing: Sequence[Named], citations: Sequence[Citation], nearest: Sequence[Source], *, language: str
) -> str:
    """Say what is not spoken of, and quote what comes nearest; without a quote, name the nearest articles."""
    frame = frame_language(language)
    named = say("missing.and", frame).join(
        say(f"missing.{name.sort}", frame, text=name.text) for name in missing
    )
    said = say("missing.bare", frame, missing=named)
    if not citations:
        return said + refusal(nearest, language=language).removeprefix(say("refusal.bare", frame))
    year = _nearest_year(missing, citations[0])
    lead = say("missing.nearest_year", frame, year=year) if year else say("missing.nearest", frame)
    return f"{said}{lead}\n\n{in_marks(citations[0].shown, frame)} [{citations[0].marker}]"


def _nearest_year(missing: Sequence[Named], citation: Citation) -> int | None:
    """Find the year in the quote, else of its publication, that comes nearest the missing one."""
    wanted = next((int(name.text) for name in missing if name.sort == "year"), None)
    if wanted is None and any(name.sort == "time" for name in missing):
        return max(years_in("", published=citation.source.published or ""), default=None)
    if wanted is None:
        return None
    years = years_in(citation.quote) or years_in("", published=citation.source.published or "")
    return min(years, key=lambda year: (abs(year - wanted), year), default=None)


def no_articles(*, language: str) -> str:
    """Say that the corpus is empty."""
    return say("ask.empty", frame_language(language))


def as_of(published: str, *, language: str) -> str:
    """Say from what day an answer is that was asked for as holding today."""
    frame = frame_language(language)
    return say("time.as_of", frame, date=date_in_words(published, frame))


def none_of(period: Period, newest: str, *, language: str) -> str:
    """Say that no article is of the days that are asked for, and of which month the newest is, if of any."""
    frame = frame_language(language)
    first, last = (date_in_words(day, frame) for day in (period.start, period.end))
    days = say("time.day" if first == last else "time.stretch", frame, first=first, last=last)
    if not newest:
        return say("time.undated", frame, days=days)
    return say("time.empty", frame, days=days, newest=date_in_words(newest, frame))


def shortened(title: str) -> str:
    """Cut a title to at most LONGEST_TITLE code points, between words."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ،,:؛;-–") + "…"
