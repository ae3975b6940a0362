"""Headlines: the title of an article without the name and the sections of its site."""

from __future__ import annotations

import re

from index.articles.drafts.bylines import AGENCIES, LEXICON
from index.articles.html.metadata import META_AT_MOST
from index.text.lexicon import any_of

# Spaces before a sign are read from their first one, so that a long run of them is read once.
_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?(?:[|¦»›•·⋆]|::)\s*|(?<!\s)\s+[-–—:<>~/«‹]\s+")
# What names a paper, as the last part of a title.
_PAPER = re.compile(rf"{any_of(LEXICON.words('paper'))}\s+\S+(?:\s+\S+){{0,2}}")


def plain_title(
    title: str, site: str, headings: list[str], *, hosts: tuple[str, ...] = ()
) -> tuple[str, str]:
    """Give (`title` without the site's name and its sections, the name that stood there)."""
    title = " ".join(title.split())
    same = {stem_of(site), *map(stem_of, hosts)} - {""}
    marks = list(_SEPARATOR.finditer(title[:META_AT_MOST]))
    ends = [
        (title[: mark.start()].strip(), title[mark.end() :].strip(), mark.group().strip()) for mark in marks
    ]
    stems = {stem_of(heading) for heading in headings} - {""}
    if stem_of(title) in stems:
        return title, ""
    sides = [side for first, last, _ in ends for side in ((first, last), (last, first))]
    headlines = [side for side in sides if stem_of(side[0]) in stems and len(side[0].split()) > 1]
    if headlines:
        headline, rest = max(headlines, key=lambda side: len(side[0]))
        return headline, _last_part(rest)
    parts = [part.strip() for part in _SEPARATOR.split(title) if part.strip()]
    name = ""
    while len(parts) > 1 and (stem_of(parts[-1]) in same or stem_of(parts[0]) in same):
        name = parts.pop(-1 if stem_of(parts[-1]) in same else 0)
    if not name and len(parts) > 1 and (_PAPER.fullmatch(parts[-1]) or parts[-1].lower() in AGENCIES):
        name = parts.pop()
    if name:
        start = title.find(parts[0])
        return title[start : title.find(parts[-1], start) + len(parts[-1])], name
    # Without a name to compare with: a short last part behind a sign that titles do not use.
    if len(ends) and ends[-1][2] in ("|", "¦", "»", "›", "•", "·", "::", "«"):
        first, last, _ = ends[0]
        if len(first.split()) >= 3 and len(ends[-1][1].split()) <= 5:
            return first, _last_part(last)
    return title, ""


def _last_part(text: str) -> str:
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    return parts[-1].strip() if parts else ""


def one_line(text: str) -> str:
    """Give a title or name in one line, cut where it is longer than any."""
    return " ".join(text[:META_AT_MOST].split())


def stem_of(text: str) -> str:
    """Give a title or name without what two spellings of it differ in."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
