"""An answer for a terminal: the short answer, the text in lines of its width, marks, and the sources."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, date, datetime

from assistant import words
from assistant.answer import Answer, Citation
from assistant.rendering.marking import marks_in, short_answer
from index.text.printable import plain

# Codes of ECMA-48, which any terminal of the last forty years obeys; those that undo them leave the rest.
_BOLD, _NOT_BOLD = "\x1b[1m", "\x1b[22m"
_UNDERLINED, _NOT_UNDERLINED = "\x1b[4m", "\x1b[24m"
_GREEN, _PLAIN = "\x1b[32m", "\x1b[39m"
_ON, _OFF = "\ue000", "\ue001"  # stand for the marks while lines are broken; `plain` text is cleared of them
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MARKER = re.compile(r"\[\d{1,3}\]")
NARROWEST = 20  # columns: in fewer, words would be cut


def to_text(answer: Answer, *, styled: bool = False, width: int = 0, verbose: bool = False) -> str:
    """Give the notices, the answer, and for every marker its article with outlet and date.

    The short answer stands on a line above the text. With `styled`, for a terminal that obeys it, it is
    underlined in its quote and markers are green; with a `width` lines are broken before it. `verbose` adds
    ids, exact spans and how sure the answer is.
    """
    lines = [*map(_sound, answer.notices)]
    if (short := short_answer(answer)) and short.answer:
        said = _sound(f"{' '.join(short.answer.text.split())} [{short.marker}]")
        lines += [f"{_BOLD}{said}{_NOT_BOLD}" if styled else said, ""]
    lines += [_broken(line, width) for line in _marked(answer).split("\n")]
    if answer.citations:
        lines.append("")
    lines += [_broken(_about(citation, answer.language), width, hang=4) for citation in answer.citations]
    if verbose:
        lines += [
            "",
            *(_where(citation) for citation in answer.citations),
            f"{answer.kind} {answer.confidence:.2f}",
        ]
    return _styled("\n".join(lines)) if styled else "\n".join(lines).replace(_ON, "").replace(_OFF, "")


def _about(citation: Citation, language: str) -> str:
    source = citation.source
    facts = [source.title, source.source, _dated(source.published, language), source.url]
    return _sound(f"[{citation.marker}] " + " · ".join(fact for fact in facts if fact))


def _where(citation: Citation) -> str:
    span = f"{citation.source.article_id} [{citation.start}:{citation.end}]"
    return _sound(f"[{citation.marker}] {span}")


def _dated(published: str | None, language: str) -> str:
    """Write a day, and how long ago it was where that is a year or more."""
    said = words.date_in_words(published, language)
    years = years_since(published, datetime.now(UTC).date())
    return f"{said} ({words.count('years_ago', years, language)})" if said and years else said


def years_since(published: str | None, today: date) -> int:
    """Count the whole years from a day to another; 0 for what is no day.

    >>> years_since("2017-06-19", date(2026, 6, 18))
    8
    """
    match = _DATE.match(published or "")
    if match is None:
        return 0
    year, month, day = (int(part or 1) for part in match.groups())
    return max(0, today.year - year - ((today.month, today.day) < (month, day)))


def _marked(answer: Answer) -> str:
    """Give the text with the short answers between `_ON` and `_OFF`."""
    pieces, last = [], 0
    for start, end in marks_in(answer):
        pieces += [_sound(answer.text[last:start]), _ON, _sound(answer.text[start:end]), _OFF]
        last = end
    return "".join([*pieces, _sound(answer.text[last:])])


def _broken(line: str, width: int, *, hang: int = 0) -> str:
    if width < NARROWEST or not line.strip():
        return line
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )


def _styled(text: str) -> str:
    marked = text.replace(_ON, _UNDERLINED).replace(_OFF, _NOT_UNDERLINED)
    return _MARKER.sub(lambda match: f"{_GREEN}{match[0]}{_PLAIN}", marked)


def _sound(text: str) -> str:
    return plain(text).replace(_ON, "").replace(_OFF, "")
